import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { builtInPlugins } from '../../plugins/index.ts';
import { githubScmConfig } from '../../plugins/scm/github/config.ts';
import { createGitHubScm } from '../../plugins/scm/github/github-scm.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { type GitHubAccess, githubAccessSchema } from '../../plugins/shared/github/config.ts';
import { createGitHubTracker } from '../../plugins/tracker/github/github-tracker.ts';
import type { App } from '../../src/app/app.ts';
import { createApp } from '../../src/app/create-app.ts';
import { projectsOf } from '../../src/app/projects.ts';
import { type ConfigInput, configSchema } from '../../src/config/schema/config.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import {
  definePlugin,
  type Logger,
  type PluginContext,
  type ProjectInfo,
} from '../../src/slots/plugin.ts';
import { createFakeAgent, type FakeAgent } from '../fakes/fake-agent.ts';
import { fakeRuntime } from '../fakes/fake-runtime.ts';
import { gitCommits } from '../fakes/github/commits.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github/server.ts';
import type { FakeIssue, FakePull, World } from '../fakes/github/world.ts';
import { apiClient } from './api-client.ts';
import { checkedOut, pushBranch } from './git-files.ts';
import { hostRepository, makeRepository } from './git-repository.ts';
import { type Person, person } from './person.ts';
import { type SkippingClock, skippingClock } from './skipping-clock.ts';
import { tempDir } from './tmp.ts';
import { until } from './until.ts';

const TOKEN = 'a-token-for-tests';
/** Without housekeeping of git's own after a commit. */
const AS_AGENT = [
  'user.name=Agent',
  'user.email=agent@example.invalid',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

type ProjectInput = NonNullable<ConfigInput['projects']>[string];

export interface GitHubBotOptions {
  readonly project?: Partial<ProjectInput>;
  readonly tracker?: Readonly<Record<string, unknown>>;
  readonly scm?: Readonly<Record<string, unknown>>;
  readonly more?: Partial<ConfigInput>;
  /** Deliveries reach the bot; false: it polls alone. */
  readonly webhooks?: boolean;
}

/** GitHub's plugins without the pauses Octokit makes between writes: seconds each. */
const unhurried = [
  definePlugin({
    slot: 'scm',
    name: 'github',
    description: '',
    config: githubScmConfig,
    create: (config, context) =>
      createGitHubScm(clientOf(config, context), config, context, projectOf(context)),
  }),
  definePlugin({
    slot: 'tracker',
    name: 'github',
    description: '',
    config: githubAccessSchema.prefault({}),
    create: (config, context) =>
      createGitHubTracker(clientOf(config, context), config, context, projectOf(context)),
  }),
];
const projectOf = ({ project }: PluginContext): ProjectInfo => {
  if (project === null) throw new Error('no project');
  return project;
};
const clientOf = (config: GitHubAccess, context: PluginContext) =>
  createGitHubClient(config, context, projectOf(context), { throttle: false });

/** A whole bot in this process with GitHub's plugins, real git and the web chat; agent and runtime are in memory, GitHub is the fake. */
export interface GitHubBot {
  readonly fake: FakeGitHub;
  readonly github: World;
  readonly agent: FakeAgent;
  readonly me: Person;
  readonly clock: SkippingClock;
  readonly app: App;
  readonly url: string;
  readonly logged: ReadonlyArray<{
    readonly level: string;
    readonly message: string;
    readonly fields: object;
  }>;
  /** What the agent of a session was told, in order. */
  received(session: string): readonly string[];
  /** Environment of the agent's process, and where it runs. */
  environment(session: string): {
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
  };
  /** The agent commits on its branch and pushes; the new head. */
  push(session: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Somebody commits on a branch of the repository and pushes. */
  commit(branch: string, files: Readonly<Record<string, string>>): string;
  /** A session on a new issue whose agent pushed and opened its pull request, seen by ao. */
  delivered(
    issue?: Parameters<World['addIssue']>[0],
  ): Promise<{ readonly session: string; readonly issue: FakeIssue; readonly pull: FakePull }>;
  /** A fork with one commit on `branch`, that anybody may read and only its owner push to. */
  fork(slug: string, branch: string, files: Readonly<Record<string, string>>): void;
  /** git in the workspace of a session, as its agent would; beside this process, which serves what git asks for. */
  git(session: string, ...args: readonly string[]): Promise<string>;
  /** All checks of the head pass. */
  pass(pull: FakePull): void;
  close(): Promise<void>;
}

export async function gitHubBot(options: GitHubBotOptions = {}): Promise<GitHubBot> {
  const folder = tempDir('ao-github-');
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
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', [...AS_AGENT, ...args], {
      cwd,
      env: childEnv,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const repository = makeRepository(folder.path);
  const bare = join(folder.path, 'hosted', 'app.git');
  hostRepository(repository, bare);
  const clock = skippingClock();
  const fake = await startFakeGitHub({
    commits: gitCommits(bare),
    bare,
    now: () => clock.now(),
  });
  fake.world.collaborators.set('dana', 'write');
  repository.addRemote('origin', `${fake.url.replace('//', '//agent:ghp_test@')}/acme/app.git`);

  const agent = createFakeAgent(() => clock.now());
  agent.onMessage = () => {};
  const runtime = fakeRuntime(() => clock.now());
  const access = { plugin: 'github', token: 'ghp_test', baseUrl: fake.url, repository: 'acme/app' };
  const config = configSchema.parse({
    dataDir: join(folder.path, 'data'),
    projects: {
      app: {
        path: repository.path,
        sessionPrefix: 'app',
        agent: 'fake',
        runtime: 'fake',
        tracker: { ...access, ...options.tracker },
        scm: {
          ...access,
          pollMs: options.webhooks === false ? 200 : 1_000,
          webhook: { secret: 'hush' },
          ...options.scm,
        },
        ...options.project,
      },
    },
    ...options.more,
    // No test waits a minute for checks that may still register; the ones about that say so.
    lifecycle: { settle: 0, ...options.more?.lifecycle },
  } satisfies ConfigInput);
  const logged: { level: string; message: string; fields: object }[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, message, fields });
  const logger: Logger = {
    debug: () => {},
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
  const anything = z.looseObject({});
  const app = createApp({
    config,
    projects: projectsOf(config, { app: 'main' }, 'fake'),
    definitions: [
      ...builtInPlugins.filter((plugin) => plugin.name !== 'github'),
      ...unhurried,
      definePlugin({
        slot: 'agent',
        name: 'fake',
        description: 'in memory',
        config: anything,
        create: () => agent,
      }),
      definePlugin({
        slot: 'runtime',
        name: 'fake',
        description: 'in memory',
        config: anything,
        create: () => runtime,
      }),
    ],
    dataDir: join(folder.path, 'data'),
    migrations: join(root, 'migrations'),
    pageDir: null,
    clock,
    logger,
    childEnv,
    agentBin: join(root, 'bin', 'agent'),
    token: TOKEN,
    secrets: ['ghp_test'],
    host: '127.0.0.1',
    port: 0,
    version: '0',
    demo: false,
  });
  const { url } = await app.start();
  const me = person(apiClient({ url, token: TOKEN }), 'app');
  if (options.webhooks !== false) fake.hook(`${url}/webhooks/github`, 'hush');

  const bot: GitHubBot = {
    fake,
    github: fake.world,
    agent,
    me,
    clock,
    app,
    url,
    logged,
    environment(session) {
      const spec = runtime.created.findLast((one) => one.id.startsWith(session));
      if (spec === undefined) throw new Error(`no process of ${session}`);
      return { env: spec.env, cwd: spec.cwd };
    },
    received: (session) => agent.program(session).received,
    async push(session, files) {
      const { workspacePath } = await until(
        async () => {
          const view = await me.view(session);
          return view.workspacePath === null ? null : view;
        },
        { what: `the workspace of ${session}` },
      );
      const cwd = workspacePath ?? '';
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(cwd, file)), { recursive: true });
        writeFileSync(join(cwd, file), text);
      }
      git(cwd, 'add', '-A');
      // Two sessions that write the same in the same second must not make the same commit.
      git(
        cwd,
        '-c',
        `user.name=Agent ${session}`,
        'commit',
        '-qm',
        `Change ${Object.keys(files).join(', ')}`,
      );
      const { branch, head } = checkedOut(cwd);
      pushBranch(cwd, bare, branch);
      fake.world.pushed(branch);
      return head;
    },
    commit(branch, files) {
      const sha = repository.commit(branch, files);
      pushBranch(repository.path, bare, branch);
      fake.world.pushed(branch);
      return sha;
    },
    async delivered(input = { title: 'Add a greeting' }) {
      const issue = fake.world.addIssue(input);
      const said = await me.command(`/ao spawn ${issue.number}`);
      const session = /app-\d+/.exec(said)?.[0];
      if (session === undefined) throw new Error(said);
      await until(() => bot.received(session).length > 0, {
        what: `the task at ${session}`,
        timeoutMs: 20_000,
      });
      // Each session starts at the newest base, which may have the greeting of the one before.
      await bot.push(session, { 'greeting.txt': `hello from ${session}\n` });
      const { branch } = await me.view(session);
      const pull = fake.world.open({ branch, title: input.title });
      agent.program(session).finish('Opened a pull request.');
      await until(async () => (await me.view(session)).pr?.number === pull.number, {
        what: `pull request #${pull.number} at ${session}`,
        timeoutMs: 20_000,
      });
      return { session, issue, pull };
    },
    fork(slug, branch, files) {
      const path = join(folder.path, 'hosted', `${slug.replace('/', '-')}.git`);
      if (fake.world.forks.has(slug)) throw new Error('one fork of a name');
      repository.commit(`fork-${branch}`, files);
      git(folder.path, 'clone', '-q', '--bare', bare, path);
      git(path, 'config', 'http.receivepack', 'true');
      pushBranch(repository.path, path, `fork-${branch}`, branch);
      git(repository.path, 'branch', '-qD', `fork-${branch}`);
      fake.world.forks.set(slug, {
        commits: gitCommits(path),
        bare: path,
        viewerPermission: 'READ',
      });
    },
    async git(session, ...args) {
      const { stdout } = await promisify(execFile)('git', [...AS_AGENT, ...args], {
        cwd: bot.environment(session).cwd,
        env: childEnv,
      });
      return stdout.trimEnd();
    },
    pass: (pull) =>
      fake.world.finish(pull.headSha, fake.world.check(pull.headSha, 'unit'), 'SUCCESS'),
    async close() {
      await app.stop();
      await fake.close();
      folder.remove();
    },
  };
  return bot;
}
