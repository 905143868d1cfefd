/**
 * dist/ao.cjs: what `ao` runs. CommonJS and one small file, because that starts fastest. Checks the Node before anything else is
 * loaded, answers the plain `ao status` itself, and hands everything else to dist/cli.js.
 */
import { CliError } from './cli-error.ts';
import { parseStatus } from './fast-status.ts';
import { printStatus } from './status.ts';
import { processCli } from './world.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const tooOld = major < 22 || (major === 22 && minor < 12);

async function everything(argv: readonly string[]): Promise<void> {
  process.getBuiltinModule('node:module').enableCompileCache();
  const { main } = await import('./main.ts');
  await main(argv);
}

const never = (): Promise<never> => Promise.reject(new Error('only dist/cli.js can do this'));

async function run(argv: readonly string[]): Promise<void> {
  const status = parseStatus(argv);
  if (status === null) return everything(argv);
  try {
    await printStatus(processCli({ loadBot: never, backUp: never, readOffline: () => Promise.resolve(null) }), status.project, status.options);
  } catch (error) {
    // A bot that is down, or a refusal: the whole program knows what to do.
    if (!(error instanceof CliError)) throw error;
    return everything(argv);
  }
}

if (tooOld) {
  process.stderr.write(`error: ao needs Node 22.12 or newer, this is ${process.versions.node}. Install Node 24.\n`);
  process.exitCode = 1;
} else {
  run(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
