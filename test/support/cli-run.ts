import { createApi } from '../../src/cli/api.ts';
import { botAddress } from '../../src/cli/bot-address.ts';
import type { BotModule } from '../../src/cli/bot-module.ts';
import type { Cli } from '../../src/cli/cli.ts';
import { readAudit, readOffline, verifyAudit } from '../../src/cli/offline.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { SessionView } from '../../src/commands/views.ts';
import { BUILT_IN_NAMES } from './plugin-stand-ins.ts';
import { NOW } from './session-view.ts';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Programs that were run in the terminal. */
  readonly executed: ReadonlyArray<readonly string[]>;
}

export interface CliWorld {
  readonly dataDir: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly interactive?: boolean;
  readonly color?: boolean;
  /** What is saved of sessions; `database`: what `ao.db` in the data directory has. */
  readonly offline?: readonly SessionView[] | 'database';
  readonly bot?: Partial<BotModule>;
  /** Called with each line as it is printed. */
  readonly onOut?: (text: string) => void;
}

/** Runs one command line in this process, in a world of the test's own. */
export async function runInTest(argv: readonly string[], world: CliWorld): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const executed: Array<readonly string[]> = [];
  const cli: Cli = {
    env: { HOME: world.dataDir, PATH: process.env.PATH, AO_DATA_DIR: world.dataDir, ...world.env },
    cwd: world.cwd ?? world.dataDir,
    color: world.color ?? false,
    columns: null,
    interactive: world.interactive ?? false,
    now: () => NOW,
    out: (text) => {
      out.push(text);
      world.onOut?.(text);
    },
    err: (text) => void err.push(text),
    readInput: () => Promise.resolve(world.input ?? ''),
    exec: (args) => {
      executed.push(args);
      return Promise.resolve(0);
    },
    inTerminal: (args) => {
      executed.push(args);
      return Promise.resolve(0);
    },
    loadBot: () =>
      Promise.resolve({
        plugins: BUILT_IN_NAMES,
        chatCommands: [],
        start: () => Promise.resolve(0),
        ...world.bot,
      }),
    readOffline: async (dataDir, wish, place) => {
      const { offline } = world;
      if (offline === 'database') return readOffline(dataDir, wish, place);
      if (offline === undefined) return null;
      return wish.type === 'list' ? offline : named(offline, wish.name);
    },
    readAudit,
    verifyAudit,
    backUp: () => Promise.reject(new Error('no database in this test')),
    api(options) {
      return createApi(botAddress(options, this.env, this.cwd), 5000);
    },
  };
  const code = await runCli(argv, cli);
  return { code, out: out.join('\n'), err: err.join('\n'), executed };
}

function named<T extends { readonly id: string }>(all: readonly T[], name: string): readonly T[] {
  const exact = all.filter(({ id }) => id === name);
  return exact.length > 0 ? exact : all.filter(({ id }) => id.startsWith(name));
}
