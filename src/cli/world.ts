import { createApi } from './api.ts';
import { botAddress } from './bot-address.ts';
import type { Cli } from './cli.ts';
import { wantsColor } from './wants-color.ts';

/** What is heavy to load, and given by whoever needs it. */
type Heavy = Pick<Cli, 'loadBot' | 'readOffline' | 'readAudit' | 'verifyAudit' | 'backUp'>;

/** The real terminal, environment and clock. */
export function processCli(heavy: Heavy): Cli {
  const { env, stdout } = process;
  return {
    env,
    cwd: env.INIT_CWD && env.npm_lifecycle_event ? env.INIT_CWD : process.cwd(),
    color: wantsColor(env, stdout.isTTY),
    columns: stdout.isTTY ? stdout.columns : null,
    // A getter: touching stdin loads the stream of it.
    get interactive() {
      return process.stdin.isTTY && stdout.isTTY;
    },
    now: () => Date.now(),
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    readInput,
    exec,
    inTerminal: async (argv) =>
      (await import('./in-terminal.ts')).inTerminal(
        argv,
        { input: process.stdin, output: process.stdout },
        env,
      ),
    ...heavy,
    api(options) {
      return createApi(botAddress(options, this.env, this.cwd));
    },
  };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function exec(argv: readonly string[]): Promise<number> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
