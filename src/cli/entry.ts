/**
 * dist/ao.cjs: what `ao` runs. CommonJS and one small file, because that starts fastest. Checks the Node before anything else is
 * loaded, answers the plain `ao status` itself, and hands everything else to dist/cli.js.
 */
import { type BotAddress, botAddress } from './bot-address.ts';
import { CliError } from './cli-error.ts';
import { parseStatus } from './fast-status.ts';
import { quickGet } from './quick-get.ts';
import { statusPath, statusTablePath } from './status-path.ts';
import { wantsColor } from './wants-color.ts';
import { writeOut } from './write-out.ts';

const TIMEOUT_MS = 2_000;

// What ao writes, and all that it starts, is nobody else's on this machine.
process.umask(0o077);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const tooOld = major < 22 || (major === 22 && minor < 12);

async function everything(argv: readonly string[]): Promise<void> {
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main } = await import('./main.ts');
  await main(argv);
}

type Asked = NonNullable<ReturnType<typeof parseStatus>>;

async function json(address: BotAddress, asked: Asked): Promise<string | null> {
  // More than a page may be meant: the whole program follows them.
  if (asked.options.all || asked.options.limit !== undefined) return null;
  const sessions = await quickGet(address, statusPath(asked.project, asked.options), TIMEOUT_MS);
  return sessions === null ? null : JSON.stringify(sessions, null, 2);
}

async function table(address: BotAddress, asked: Asked): Promise<string | null> {
  const terminal = process.getBuiltinModule('node:tty').isatty(1);
  const shape = {
    columns: terminal ? process.stdout.columns : null,
    color: wantsColor(process.env, terminal),
  };
  const answer = (await quickGet(
    address,
    statusTablePath(asked.project, asked.options, shape),
    TIMEOUT_MS,
  )) as { text: string } | null;
  return answer?.text ?? null;
}

/** The plain `ao status` of a running bot; false when it is anything else. */
async function quickStatus(argv: readonly string[]): Promise<boolean> {
  const asked = parseStatus(argv);
  if (asked === null) return false;
  try {
    const address = botAddress(asked.options, process.env, process.cwd());
    const text = await (asked.options.json ? json(address, asked) : table(address, asked));
    if (text === null) return false;
    writeOut(`${text}\n`);
    return true;
  } catch (error) {
    // A bot that is down: the whole program reads the database, or says what to do.
    if (error instanceof CliError) return false;
    throw error;
  }
}

async function run(argv: readonly string[]): Promise<void> {
  if (!(await quickStatus(argv))) await everything(argv);
}

if (tooOld) {
  process.stderr.write(
    `error: ao needs Node 22.12 or newer, this is ${process.versions.node}. Install Node 24.\n`,
  );
  process.exitCode = 1;
} else {
  run(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
