import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ApiClient, apiClient } from './api-client.ts';
import { type Person, person } from './person.ts';
import { DEMO_ENV, QUICK_CHECKS, sampleProjectAt } from './sample-project.ts';
import { type Repo, repoAt } from './tmp.ts';
import { until } from './until.ts';

/** Repository of ao itself: what runs is `bin/ao`, as people start it. */
const ROOT = join(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin');

export interface BotWorldOptions {
  /** Merged over the project `sample` that every world has. */
  readonly project?: Readonly<Record<string, unknown>>;
  /** Further top-level keys of ao.yaml; `projects` are added to the sample. */
  readonly config?: Readonly<Record<string, unknown>> & {
    readonly projects?: Readonly<Record<string, unknown>>;
  };
  /** Added to the bot's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface BotWorld {
  readonly dir: string;
  readonly dataDir: string;
  /** The sample repository. */
  readonly repo: Repo;
  readonly api: ApiClient;
  /** The person at the page. */
  readonly me: Person;
  /** Everything the bot printed since the world was made. */
  readonly output: () => string;
  start(options?: { readonly env?: Readonly<Record<string, string>> }): Promise<void>;
  /** SIGTERM, as Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** One tmux command on the bot's private server; throws when tmux refuses. */
  tmux(...args: string[]): string;
  /** Ids of sessions with a live terminal. */
  terminals(): readonly string[];
  /** Messages the agent itself says it took, in order. */
  accepted(session: string): readonly string[];
  writeConfig(config: Readonly<Record<string, unknown>>): void;
  /** Runs `ao` with this world's data directory; never throws. */
  ao(...args: string[]): Promise<{ readonly code: number; readonly out: string }>;
  /** Ends the bot and its tmux server, removes every file. */
  close(): Promise<void>;
}

/** A project on the sample repository with the demo agent. */
export const sampleProject = (
  path: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  name: 'Sample project',
  path,
  sessionPrefix: 'sample',
  agent: 'command',
  agentConfig: { env: DEMO_ENV },
  checks: QUICK_CHECKS,
  ...more,
});

/** Environment of the bot: nobody's own configuration. */
export const botEnv = (
  dir: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  PATH: [NODE, ...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter)].join(delimiter),
  HOME: join(dir, 'home'),
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  ...more,
});

export const AO = join(ROOT, 'bin', 'ao');

/** A fresh folder with a sample repository, a configuration and a tmux server of its own; nothing is started. */
export async function botWorld(options: BotWorldOptions = {}): Promise<BotWorld> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'ao-e2e-')));
  const dataDir = join(dir, 'data');
  const socket = `ao-e2e-${randomUUID().slice(0, 8)}`;
  mkdirSync(join(dir, 'home'));
  const repo = repoAt(join(dir, 'sample'));
  await sampleProjectAt(repo.path);

  let child: ChildProcess | null = null;
  let printed = '';
  let port = 0;
  const connection = { url: '', token: '' };
  const api = apiClient(connection);

  const writeConfig: BotWorld['writeConfig'] = (config) =>
    writeFileSync(join(dir, 'ao.yaml'), JSON.stringify(config, null, 2));
  const { projects, ...rest } = options.config ?? {};
  writeConfig({
    projects: { sample: sampleProject(repo.path, options.project), ...projects },
    runtimes: { tmux: { plugin: 'tmux', socket } },
    // What the machine of the tests has free is not what they are about.
    limits: { memory: { perSession: 0 } },
    ...rest,
  });

  const ended = async (running: ChildProcess): Promise<number | null> => {
    if (running.exitCode === null && running.signalCode === null)
      await new Promise((resolve) => running.once('exit', resolve));
    return running.exitCode;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const running = child;
    child = null;
    if (running === null) return null;
    running.kill(signal);
    return ended(running);
  };
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const world: BotWorld = {
    dir,
    dataDir,
    repo,
    api,
    me: person(api, 'sample'),
    output: () => printed,
    async start(more = {}) {
      if (child !== null) throw new Error('the bot runs already');
      const running = spawn(
        AO,
        ['start', '--config', join(dir, 'ao.yaml'), '--data-dir', dataDir, '--port', String(port)],
        {
          cwd: dir,
          env: botEnv(dir, { ...options.env, ...more.env }),
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      child = running;
      const from = printed.length;
      for (const stream of [running.stdout, running.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
      await until(
        () => running.exitCode !== null || /^ao runs at /m.test(printed.slice(from)),
        30_000,
        'the start of the bot',
      );
      if (running.exitCode !== null) {
        child = null;
        throw new Error(`the bot ended with ${running.exitCode}:\n${printed.slice(from)}`);
      }
      const bot = JSON.parse(readFileSync(join(dataDir, 'bot.json'), 'utf8')) as {
        url: string;
        port: number;
      };
      // Agents know the address they were started with, so a restarted bot takes the same one.
      port = bot.port;
      connection.url = bot.url;
      connection.token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
      if ((await fetch(`${bot.url}/healthz`)).status !== 200)
        throw new Error('the bot is not healthy');
    },
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    tmux,
    terminals: () =>
      tmux('list-panes', '-a', '-F', '#{session_name} #{pane_dead}')
        .trim()
        .split('\n')
        .filter((line) => line.endsWith(' 0') && !line.startsWith('_ao '))
        .map((line) => line.split(' ')[0] ?? ''),
    accepted: (session) =>
      agentEvents(dataDir, session)
        .filter((event) => event.type === 'accepted')
        .map((event) => event.text ?? ''),
    writeConfig,
    ao: (...args) => runAo(dir, dataDir, args),
    async close() {
      await end('SIGKILL');
      try {
        tmux('kill-server');
      } catch {
        // There is none when no bot of this world ever got that far.
      }
      // tmux leaves the file of its socket behind.
      rmSync(join(process.env.TMUX_TMPDIR ?? '/tmp', `tmux-${process.getuid?.() ?? 0}`, socket), {
        force: true,
      });
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}

function runAo(
  dir: string,
  dataDir: string,
  args: readonly string[],
): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      AO,
      [...args, '--data-dir', dataDir],
      { cwd: dir, env: botEnv(dir), encoding: 'utf8' },
      (_error, stdout, stderr) =>
        resolve({
          code: child.exitCode ?? -1,
          out: child.exitCode === 0 ? stdout : `${stdout}${stderr}`,
        }),
    );
    child.stdin?.end();
  });
}

interface AgentLine {
  readonly type: string;
  readonly text?: string;
}

function agentEvents(dataDir: string, session: string): readonly AgentLine[] {
  const file = join(dataDir, 'agents', session, 'events.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AgentLine);
}
