import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spawned } from '../../../src/commands/commands.ts';
import type { SessionView } from '../../../src/commands/views.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { until } from '../../support/until.ts';
import { type BenchWorld, run } from './bench-world.ts';

export interface BenchBot {
  readonly pid: number;
  readonly dataDir: string;
  /** From the start of the process to the line with the address, ms. */
  readonly startedAfter: number;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** One session on a text; throws when it is refused. */
  spawn(project: string, text: string): Promise<SessionView>;
  /** Process ID of the tmux server its agents run in. */
  tmuxPid(): Promise<number>;
  stop(): Promise<void>;
}

export interface BenchProject {
  readonly id: string;
  readonly path: string;
  readonly check?: string;
}

/** Starts what is shipped (dist/), as its own process, on the given repositories. */
export async function startBenchBot(
  world: BenchWorld,
  name: string,
  projects: readonly BenchProject[],
): Promise<BenchBot> {
  const dataDir = join(world.path, `data-${name}`);
  const socket = world.socket(name);
  const config = join(world.path, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings(world, dataDir, socket, projects)));
  const root = packageRoot();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...(process.env.AO_BENCH_NODE_ARGS ?? '').split(' ').filter(Boolean),
      join(root, 'dist', 'ao.cjs'),
      'start',
      '--config',
      config,
    ],
    {
      cwd: world.path,
      env: world.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await firstLine(child, 'ao runs at');
  const startedAfter = performance.now() - started;
  const { url } = JSON.parse(readFileSync(join(dataDir, 'bot.json'), 'utf8')) as { url: string };
  const headers = {
    authorization: `Bearer ${readFileSync(join(dataDir, 'token'), 'utf8').trim()}`,
    'content-type': 'application/json',
  };
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${url}${path}`, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  const post = <T>(path: string, body: unknown): Promise<T> =>
    ask<T>(path, { method: 'POST', body: JSON.stringify(body) });
  return {
    pid: child.pid ?? 0,
    dataDir,
    startedAfter,
    get: (path) => ask(path, {}),
    post,
    async spawn(project, text) {
      const [spawned] = await post<readonly Spawned[]>('/api/sessions', { project, text });
      if (spawned?.session == null) throw new Error(`not spawned: ${spawned?.refusal?.message}`);
      return spawned.session;
    },
    tmuxPid: async () =>
      Number((await run('tmux', ['-L', socket, 'display-message', '-p', '#{pid}'])).stdout),
    async stop() {
      child.kill('SIGTERM');
      await until(
        () => child.exitCode !== null || child.signalCode !== null,
        20_000,
        'the end of the bot',
      );
    },
  };
}

const settings = (
  world: BenchWorld,
  dataDir: string,
  socket: string,
  projects: readonly BenchProject[],
): unknown => ({
  dataDir,
  port: 0,
  agents: { command: { command: [world.agent, '{prompt}'] } },
  runtimes: { tmux: { socket } },
  // A hundred agents that only wait are no measure of memory.
  limits: { memory: { perSession: 0 } },
  projects: Object.fromEntries(
    projects.map(({ id, path, check }) => [
      id,
      {
        path,
        sessionPrefix: id,
        agent: 'command',
        ...(check === undefined ? {} : { checks: [{ name: 'unit', run: check }] }),
      },
    ]),
  ),
});

/** Resolves when the program prints a line that starts with `words`. */
export function firstLine(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.split('\n').some((line) => line.startsWith(words))) resolve();
    });
    child.on('exit', (code) =>
      reject(new Error(`the program ended with ${code} before it said "${words}":\n${printed}`)),
    );
  });
}
