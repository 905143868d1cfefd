import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { builtInPlugins } from '../../plugins/index.ts';
import type { App, AppOptions, Started } from '../../src/app/app.ts';
import { createApp } from '../../src/app/create-app.ts';
import { loadPlugins } from '../../src/app/load-plugins.ts';
import { projectsOf } from '../../src/app/projects.ts';
import { type ConfigInput, configSchema } from '../../src/config/schema/config.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import type { Logger } from '../../src/slots/plugin.ts';
import { DEMO_ENV, QUICK_CHECKS, sampleProjectAt } from './sample-project.ts';
import { type Repo, repoAt, tempDir } from './tmp.ts';

export const ADMIN_TOKEN = 'a-token-for-tests';

export interface BotWorld {
  readonly repo: Repo;
  readonly dataDir: string;
  readonly app: () => App;
  /** Of the bot's own API. */
  readonly url: () => string;
  /** What was done and refused, oldest first. */
  audit(): readonly {
    readonly subject: string;
    readonly via: string;
    readonly action: string;
    readonly session: string | null;
    readonly allowed: number;
  }[];
  /** Messages of a channel of the web chat, as one text. */
  webChannel(id: string): Promise<string>;
  /** Types into the terminal of an agent, as somebody at the host would. */
  keys(session: string, ...keys: string[]): void;
  /** Process in the terminal of an agent; it leads a group. Throws when there is no terminal. */
  agentPid(session: string): number;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[];
  start(): Promise<Started>;
  stop(): Promise<void>;
  /** What stood in ao.yaml at first. */
  readonly written: ConfigInput;
  /** Changed keys of it, for the next start. */
  reconfigure(change: Partial<ConfigInput>): void;
  close(): Promise<void>;
}

export interface BotWorldOptions {
  readonly chat?: ConfigInput['chat'];
  readonly channels?: readonly string[];
  readonly secrets?: readonly string[];
  /** Of the sample project. */
  readonly project?: Partial<NonNullable<ConfigInput['projects']>[string]>;
  readonly more?: Partial<ConfigInput>;
  readonly clock?: Clock;
  /** Of the app: stands between its parts and their start and stop. */
  readonly onPart?: AppOptions['onPart'];
  /** Called with the world's folder; what it returns is merged over the configuration. */
  readonly configure?: (folder: string) => Partial<ConfigInput>;
}

/** A bot on a sample project with real tmux and git, the local scm and the demo agent. Nothing is started. */
export async function botWorld(options: BotWorldOptions = {}): Promise<BotWorld> {
  const folder = tempDir('ao-bot-');
  const socket = `ao-bot-${randomUUID().slice(0, 8)}`;
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const root = packageRoot();
  const childEnv = {
    PATH: [
      join(root, 'bin'),
      dirname(process.execPath),
      ...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter),
    ].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const repo = repoAt(join(folder.path, 'sample'));
  await sampleProjectAt(repo.path);
  const written = {
    dataDir: join(folder.path, 'data'),
    projects: {
      sample: {
        name: 'Sample project',
        path: repo.path,
        sessionPrefix: 'sample',
        agent: 'command',
        agentConfig: { env: DEMO_ENV },
        checks: QUICK_CHECKS,
        channels: [...(options.channels ?? [])],
        ...options.project,
      },
    },
    runtimes: { tmux: { plugin: 'tmux', socket } },
    // What the machine of the tests has free is not what they are about.
    limits: { memory: { perSession: 0 } },
    ...(options.chat === undefined ? {} : { chat: options.chat }),
    ...options.more,
    ...options.configure?.(folder.path),
  } satisfies ConfigInput;
  let config = configSchema.parse(written);
  const logged: { level: string; message: string; fields: object }[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, message, fields });
  const logger: Logger = {
    debug: () => {},
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
  let app: App | null = null;
  let url = '';
  const world: BotWorld = {
    written,
    repo,
    dataDir: join(folder.path, 'data'),
    logged,
    url: () => url,
    audit() {
      const db = new Database(join(folder.path, 'data', 'ao.db'), { readonly: true });
      try {
        return db
          .prepare('select subject, via, action, session, allowed from audit order by id')
          .all() as ReturnType<BotWorld['audit']>;
      } finally {
        db.close();
      }
    },
    webChannel: async (id) =>
      (
        await fetch(`${url}/api/chat/channels/${id}/messages`, {
          headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        })
      ).text(),
    keys(session, ...keys) {
      execFileSync('tmux', ['-L', socket, 'send-keys', '-t', `=${session}:`, ...keys]);
    },
    agentPid(session) {
      return Number(
        execFileSync(
          'tmux',
          ['-L', socket, 'display-message', '-p', '-t', `=${session}:`, '#{pane_pid}'],
          { encoding: 'utf8' },
        ).trim(),
      );
    },
    app() {
      if (app === null) throw new Error('the bot does not run');
      return app;
    },
    async start() {
      await loadPlugins(builtInPlugins, config);
      app = createApp({
        config,
        projects: projectsOf(config, { sample: 'main' }, 'command'),
        definitions: builtInPlugins,
        dataDir: join(folder.path, 'data'),
        migrations: join(root, 'migrations'),
        pageDir: null,
        clock: options.clock ?? systemClock,
        logger,
        childEnv,
        agentBin: null,
        token: ADMIN_TOKEN,
        secrets: options.secrets ?? [],
        host: '127.0.0.1',
        port: 0,
        version: '0',
        demo: false,
        ...(options.onPart === undefined ? {} : { onPart: options.onPart }),
      });
      const started = await app.start();
      ({ url } = started);
      return started;
    },
    reconfigure(change) {
      config = configSchema.parse({ ...written, ...change });
    },
    async stop() {
      await app?.stop();
      app = null;
    },
    async close() {
      await world.stop();
      try {
        execFileSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
      } catch {
        // No session was started, or the last one ended the server.
      }
      folder.remove();
    },
  };
  return world;
}
