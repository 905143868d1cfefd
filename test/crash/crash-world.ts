import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { APP_TOKEN, BOT_TOKEN, startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { TEAM } from '../fakes/slack/workspace.ts';
import { type ApiClient, apiClient } from '../support/api-client.ts';
import { botEnv } from '../support/bot.ts';
import { makeRepo, type Repo, tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';
import { atDiscord, atSlack, atWeb, type CrashPerson, type Platform } from './people.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TOKEN = 'a-token-for-tests';
const SLACK_CHANNEL = 'C0DEV000';
export const SESSION = 'sample-1';

export interface CrashWorld {
  readonly repo: Repo;
  readonly dataDir: string;
  readonly api: ApiClient;
  readonly people: Readonly<Record<Platform, CrashPerson>>;
  /** How often the bot was killed so far. */
  kills(): number;
  /** SIGKILL now. The bot is started again by itself, as a supervisor of processes would. */
  kill(): void;
  /** Steps of the outbox in the order of this run. */
  steps(): readonly string[];
  /** Everything the agent says it took. */
  accepted(): readonly string[];
  /** Jobs that are not through. */
  unfinished(): readonly string[];
  failed(): readonly string[];
  terminals(): readonly string[];
  hasWorktree(): boolean;
  /** Lines of the log that look like a bug. */
  complaints(): readonly string[];
  /** What the fakes would not have taken. */
  problems(): readonly string[];
  /** Error of a start that failed; the run can't go on. */
  broken(): string | null;
  close(): Promise<void>;
}

const ISSUE = `---
title: Measure lengths
state: open
author: dana
---

Measure lengths, in a unit that somebody chooses.
`;

/** A bot with all three chats, real tmux and git, a quick agent. `dieAt` are steps of killable-bot.mjs. */
export async function crashWorld(
  options: { readonly dieAt?: readonly string[] } = {},
): Promise<CrashWorld> {
  const folder = tempDir('ao-crash-');
  const dataDir = join(folder.path, 'data');
  const stepFile = join(folder.path, 'steps');
  const socket = `ao-crash-${randomUUID().slice(0, 8)}`;
  mkdirSync(join(folder.path, 'home'));
  const repo = makeRepo({
    in: folder.path,
    name: 'sample',
    files: { 'README.md': 'sample\n', '.ao/issues/1-measure-lengths.md': ISSUE },
  });
  repo.git('config', 'user.name', 'Sample Author');
  repo.git('config', 'user.email', 'sample@localhost');
  const slack = await startFakeSlack();
  slack.ackTimeout = 1_000;
  const discord = await startFakeDiscord();
  const configFile = join(folder.path, 'ao.yaml');
  writeFileSync(configFile, JSON.stringify(configOf(repo, socket, slack.apiUrl, discord)));

  let child: ChildProcess | null = null;
  let kills = 0;
  let closing = false;
  let port = 0;
  let problem: string | null = null;
  let printed = '';
  const connection = { url: '', token: TOKEN };
  const api = apiClient(connection);
  const slackPerson = atSlack(slack, SLACK_CHANNEL, 'U0DANA00');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-L', socket, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const launch = (): void => {
    const env = botEnv(folder.path, {
      AO_CRASH_STEPS: stepFile,
      AO_COMPILE_CACHE: join(tmpdir(), 'ao-crash-cache'),
      AO_CRASH_AT: JSON.stringify(options.dieAt ?? []),
    });
    const running = spawn(
      process.execPath,
      [join(import.meta.dirname, 'killable-bot.mjs'), configFile, dataDir, String(port)],
      {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child = running;
    for (const stream of [running.stdout, running.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    running.once('exit', (code, signal) => {
      if (closing) return;
      if (signal !== 'SIGKILL')
        problem = `the bot ended by itself with ${code ?? signal}:\n${printed.slice(-4_000)}`;
      else {
        kills += 1;
        launch();
      }
    });
  };
  launch();
  const world: CrashWorld = {
    repo,
    dataDir,
    api,
    people: { web: atWeb(api, SESSION), slack: slackPerson, discord: atDiscord(discord) },
    kills: () => kills,
    kill: () => void child?.kill('SIGKILL'),
    steps: () => (existsSync(stepFile) ? stepNames(readFileSync(stepFile, 'utf8')) : []),
    accepted: () => acceptedBy(join(dataDir, 'agents', SESSION, 'events.jsonl')),
    unfinished: () => jobs(dataDir, "state IN ('pending', 'running')"),
    failed: () => jobs(dataDir, "state = 'failed'"),
    terminals: () => liveTerminals(tmux),
    hasWorktree: () =>
      readdirSync(join(repo.path, '.git')).includes('worktrees') &&
      readdirSync(join(repo.path, '.git', 'worktrees')).includes(SESSION),
    complaints: () =>
      readFileSync(join(dataDir, 'log', 'ao.log'), 'utf8')
        .split('\n')
        .filter((line) =>
          /AO_INTERNAL|TypeError|ReferenceError|unhandled|could not be taken in/i.test(line),
        ),
    problems: () => [...slack.problems, ...discord.problems],
    broken: () => problem,
    async close() {
      closing = true;
      const running = child;
      if (running !== null && running.exitCode === null && running.signalCode === null) {
        const over = new Promise((resolve) => running.once('exit', resolve));
        running.kill('SIGKILL');
        await over;
      }
      try {
        tmux('kill-server');
      } catch {
        // No agent was started, or the last one ended the server.
      }
      rmSync(join(process.env.TMUX_TMPDIR ?? '/tmp', `tmux-${process.getuid?.() ?? 0}`, socket), {
        force: true,
      });
      await slack.close();
      await discord.close();
      folder.remove();
    },
  };
  try {
    // Agents know the address they were started with, so every life has the port of the first.
    await until(
      () =>
        problem !== null ||
        (existsSync(join(dataDir, 'bot.json')) &&
          slack.sockets() > 0 &&
          discord.gateway.connected() > 0),
      30_000,
      'the bot',
    );
    if (problem !== null) throw new Error(problem);
    const bot = JSON.parse(readFileSync(join(dataDir, 'bot.json'), 'utf8')) as {
      url: string;
      port: number;
    };
    port = bot.port;
    connection.url = bot.url;
    await until(() => discord.commands().length > 0, 20_000, 'the commands at Discord');
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}

function configOf(
  repo: Repo,
  socket: string,
  slackUrl: string,
  discord: Awaited<ReturnType<typeof startFakeDiscord>>,
): object {
  return {
    auth: { token: TOKEN },
    projects: {
      sample: {
        name: 'Sample',
        path: repo.path,
        sessionPrefix: 'sample',
        agent: 'command',
        channels: [`slack:${SLACK_CHANNEL}`, `discord:${discord.text.id}`],
        checks: [
          {
            name: 'unbroken',
            run: 'test ! -e broken || { echo "AssertionError: still broken" >&2; exit 1; }',
          },
        ],
        scm: { plugin: 'local', watchMs: 50 },
        reactions: { 'ci-failed': { retries: 1 } },
      },
    },
    agents: {
      command: {
        plugin: 'command',
        command: [process.execPath, join(ROOT, 'test', 'fixtures', 'crash-agent.mjs'), '{prompt}'],
      },
    },
    runtimes: { tmux: { plugin: 'tmux', socket } },
    lifecycle: { settle: '1s', receiptTimeout: '5s' },
    chat: {
      slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: slackUrl },
      discord: { token: discord.token, guilds: [discord.guildId], apiUrl: discord.api },
    },
    access: {
      users: { [`slack:${TEAM}:U0DANA00`]: ['member'] },
      groups: { [`discord:${discord.guildId}:${discord.roles.team}`]: ['member'] },
    },
  };
}

const stepNames = (text: string): readonly string[] => [
  ...new Set(text.split('\n').flatMap((line) => line.split('\t')[0] || [])),
];

function acceptedBy(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const events = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; text?: string });
  return events.filter((event) => event.type === 'accepted').map((event) => event.text ?? '');
}

function jobs(dataDir: string, where: string): readonly string[] {
  const database = new Database(join(dataDir, 'ao.db'), { readonly: true });
  try {
    return (
      database.prepare(`SELECT key, error FROM outbox WHERE ${where}`).all() as {
        key: string;
        error: string | null;
      }[]
    ).map(({ key, error }) => `${key}${error === null ? '' : ` (${error})`}`);
  } finally {
    database.close();
  }
}

function liveTerminals(tmux: (...args: string[]) => string): readonly string[] {
  try {
    return tmux('list-panes', '-a', '-F', '#{session_name} #{pane_dead}')
      .trim()
      .split('\n')
      .filter((line) => line.endsWith(' 0') && !line.startsWith('_ao '));
  } catch {
    // The server ended with its last session.
    return [];
  }
}
