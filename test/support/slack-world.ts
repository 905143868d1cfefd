import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { makeSampleProject, SAMPLE_CHECKS } from '../../plugins/agent/command/demo/make-sample-project.ts';
import { builtInPlugins } from '../../plugins/index.ts';
import { type App, createApp } from '../../src/app/create-app.ts';
import { projectsOf } from '../../src/app/projects.ts';
import { type ConfigInput, configSchema } from '../../src/config/schema/config.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import type { Logger } from '../../src/slots/plugin.ts';
import { APP_TOKEN, BOT_TOKEN, type FakeSlack, shownTo, startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { type FakePerson, personAt } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { type FakeMessage, TEAM } from '../fakes/slack/workspace.ts';
import { type Repo, repoAt, tempDir } from './tmp.ts';
import { until } from './until.ts';

export const CHANNEL = 'C0DEV000';

export interface SlackWorld {
  readonly slack: FakeSlack;
  readonly repo: Repo;
  /** May do everything. */
  readonly dana: FakePerson;
  /** Is named nowhere in the configuration. */
  readonly lee: FakePerson;
  readonly app: () => App;
  /** Of the bot's own API. */
  readonly url: () => string;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Roots in the channel that everybody sees. */
  roots(): readonly FakeMessage[];
  /** A thread, root included. */
  thread(root: FakeMessage): readonly FakeMessage[];
  /** The first message of the thread whose text (buttons included) has this in it. */
  sees(root: FakeMessage, text: string | RegExp, timeoutMs?: number): Promise<FakeMessage>;
  /** The newest private message to a person with this in it. */
  privately(user: string, text: string | RegExp): Promise<FakeMessage>;
  /** Started by dana with `/ao spawn <issue>`; resolves with the root of its thread. */
  spawned(issue: number): Promise<FakeMessage>;
  close(): Promise<void>;
}

/** A bot with the web chat and Slack, real tmux, git and demo agent, and a Slack on loopback. Nothing is started. */
export async function slackWorld(more: Partial<ConfigInput> = {}): Promise<SlackWorld> {
  const folder = tempDir('ao-slack-');
  const slack = await startFakeSlack();
  const socket = `ao-slack-${randomUUID().slice(0, 8)}`;
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const root = packageRoot();
  const childEnv = {
    PATH: [join(root, 'bin'), dirname(process.execPath), ...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter)].join(delimiter),
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const repo = repoAt(join(folder.path, 'sample'));
  await makeSampleProject(repo.path, childEnv);
  const config = configSchema.parse({
    dataDir: join(folder.path, 'data'),
    projects: {
      sample: {
        name: 'Sample project',
        path: repo.path,
        sessionPrefix: 'sample',
        agent: 'command',
        agentConfig: { env: { AO_DEMO_SPEED: '0' } },
        checks: SAMPLE_CHECKS.map((check) => ({ ...check, timeout: '2m' })),
        channels: [`slack:${CHANNEL}`],
      },
    },
    runtimes: { tmux: { plugin: 'tmux', socket } },
    chat: { slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: slack.apiUrl } },
    access: { users: { [`slack:${TEAM}:U0DANA00`]: ['member'] } },
    ...more,
  } satisfies ConfigInput);
  const logged: { level: string; message: string; fields: object }[] = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push({ level, message, fields });
  const logger: Logger = { debug: () => {}, info: log('info'), warn: log('warn'), error: log('error') };
  let app: App | null = null;
  let url = '';

  const dana = personAt(slack, 'U0DANA00');
  const world: SlackWorld = {
    slack,
    repo,
    dana,
    lee: personAt(slack, 'U0LEE000'),
    logged,
    url: () => url,
    app() {
      if (app === null) throw new Error('the bot does not run');
      return app;
    },
    async start() {
      app = createApp({
        config,
        projects: projectsOf(config, { sample: 'main' }, 'command'),
        definitions: builtInPlugins,
        dataDir: join(folder.path, 'data'),
        migrations: join(root, 'migrations'),
        pageDir: null,
        clock: systemClock,
        logger,
        childEnv,
        agentBin: null,
        token: 'a-token-for-tests',
        secrets: [BOT_TOKEN, APP_TOKEN],
        host: '127.0.0.1',
        port: 0,
        version: '0',
        demo: false,
      });
      url = (await app.start()).url;
    },
    async stop() {
      await app?.stop();
      app = null;
    },
    roots: () => shownTo(slack.workspace, CHANNEL, null, null),
    thread: (message) => shownTo(slack.workspace, message.channel, message.ts, null),
    async sees(message, text, timeoutMs = 20_000) {
      const found = (): FakeMessage | undefined => world.thread(message).find((one) => matches(readMessageText(one), text));
      return until(found, { what: `the thread to show ${String(text)}`, timeoutMs }).catch((error: unknown) => {
        const faults = logged.filter((line) => line.level !== 'info').map((line) => line.message);
        throw new Error(`${(error as Error).message}. It shows:\n${world.thread(message).map(readMessageText).join('\n\n')}\nLog: ${faults.join('\n')}`);
      });
    },
    privately: (user, text) =>
      until(
        () =>
          slack.workspace.messages.findLast((one) => (one.ephemeralFor === user || one.channel === `D${user.slice(1)}`) && matches(readMessageText(one), text)),
        { what: `a private message with ${String(text)}`, timeoutMs: 5_000 },
      ),
    async spawned(issue) {
      await slack.connected();
      const before = world.roots().length;
      await dana.types(CHANNEL, `/ao spawn ${issue}`);
      return until(() => world.roots()[before] ?? null, { what: 'the card of a new session' });
    },
    async close() {
      await world.stop();
      const { problems } = slack;
      await slack.close();
      try {
        execFileSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
      } catch {
        // No session was started, or the last one ended the server.
      }
      folder.remove();
      if (problems.length > 0) throw new Error(`Slack would not take what was sent:\n${problems.join('\n')}`);
    },
  };
  return world;
}

const matches = (text: string, wanted: string | RegExp): boolean => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
