import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { builtInPlugins } from '../../plugins/index.ts';
import { createApp } from '../../src/app/create-app.ts';
import { loadPlugins } from '../../src/app/load-plugins.ts';
import { projectsOf } from '../../src/app/projects.ts';
import { type ConfigInput, configSchema } from '../../src/config/schema/config.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { definePlugin } from '../../src/slots/plugin.ts';
import { createFakeAgent } from '../fakes/fake-agent.ts';
import { fakeRuntime } from '../fakes/fake-runtime.ts';
import { gitCommits } from '../fakes/github/commits.ts';
import { startFakeGitLab } from '../fakes/gitlab/server.ts';
import { apiClient } from './api-client.ts';
import { hostRepository, makeRepository } from './git-repository.ts';
import { person } from './person.ts';
import { silentLogger } from './plugin-context.ts';
import { skippingClock } from './skipping-clock.ts';
import { tempDir } from './tmp.ts';
import { until } from './until.ts';

const TOKEN = 'a-token-for-tests';
const SIGNING = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** A whole bot in this process with GitLab's plugins, real git and the web chat; agent and runtime are in memory, GitLab is the fake. */
export async function gitLabBot() {
  const folder = tempDir('ao-gitlab-');
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
    execFileSync(
      'git',
      ['-c', 'user.name=Agent', '-c', 'user.email=agent@example.invalid', ...args],
      { cwd, env: childEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    ).trim();
  const repository = makeRepository(folder.path);
  const bare = join(folder.path, 'hosted', 'app.git');
  hostRepository(repository, bare);
  const clock = skippingClock();
  const fake = await startFakeGitLab({
    path: 'acme/team/app',
    commits: gitCommits(bare, 'refs/merge-requests'),
    bare,
    now: () => clock.now(),
  });
  fake.world.member('dana');
  repository.git(
    'remote',
    'add',
    'origin',
    `${fake.url.replace('//', '//oauth2:glpat-test@')}/acme/team/app.git`,
  );
  const agent = createFakeAgent(() => clock.now());
  agent.onMessage = () => {};
  const runtime = fakeRuntime(() => clock.now());
  const access = { plugin: 'gitlab', token: 'glpat-test', baseUrl: fake.url };
  const config = configSchema.parse({
    dataDir: join(folder.path, 'data'),
    projects: {
      app: {
        path: repository.path,
        repo: 'acme/team/app',
        sessionPrefix: 'app',
        agent: 'fake',
        runtime: 'fake',
        tracker: access,
        scm: { ...access, pollMs: 1_000, webhook: { secret: SIGNING } },
      },
    },
    lifecycle: { settle: 0 },
  } satisfies ConfigInput);
  const anything = z.looseObject({});
  const definitions = [
    ...builtInPlugins,
    definePlugin({
      slot: 'agent',
      name: 'fake',
      description: '',
      config: anything,
      create: () => agent,
    }),
    definePlugin({
      slot: 'runtime',
      name: 'fake',
      description: '',
      config: anything,
      create: () => runtime,
    }),
  ];
  await loadPlugins(definitions, config);
  const app = createApp({
    config,
    projects: projectsOf(config, { app: 'main' }, 'fake'),
    definitions,
    dataDir: join(folder.path, 'data'),
    migrations: join(root, 'migrations'),
    pageDir: null,
    clock,
    logger: silentLogger,
    childEnv,
    agentBin: join(root, 'bin', 'agent'),
    token: TOKEN,
    secrets: ['glpat-test'],
    host: '127.0.0.1',
    port: 0,
    version: '0',
    demo: false,
  });
  const { url } = await app.start();
  const me = person(apiClient({ url, token: TOKEN }), 'app');
  fake.hook(`${url}/webhooks/gitlab`, SIGNING);
  const workspace = async (session: string): Promise<string> =>
    (await until(async () => (await me.view(session)).workspacePath, {
      what: `the workspace of ${session}`,
    })) ?? '';

  return {
    fake,
    gitlab: fake.world,
    agent,
    me,
    clock,
    workspace,
    /** git in the workspace of a session, as its agent would; beside this process, which serves what git asks for. */
    async git(session: string, ...args: readonly string[]): Promise<string> {
      const cwd = await workspace(session);
      const { stdout } = await promisify(execFile)('git', [...args], { cwd, env: childEnv });
      return stdout.trimEnd();
    },
    received: (session: string) => agent.program(session).received,
    /** The agent commits on its branch and pushes; the new head. */
    async push(session: string, files: Readonly<Record<string, string>>): Promise<string> {
      const cwd = await workspace(session);
      for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
      git(cwd, 'add', '-A');
      git(cwd, 'commit', '-qm', `Change ${Object.keys(files).join(', ')}`);
      git(cwd, 'push', '-q', '-f', bare, 'HEAD');
      fake.world.sync();
      return git(cwd, 'rev-parse', 'HEAD');
    },
    /** Somebody commits on a branch of the repository and pushes. */
    commit(branch: string, files: Readonly<Record<string, string>>): string {
      const sha = repository.commit(branch, files);
      git(repository.path, 'push', '-q', '-f', bare, `${branch}:${branch}`);
      fake.world.sync();
      return sha;
    },
    async close() {
      await app.stop();
      await fake.close();
      folder.remove();
    },
  };
}
export type GitLabBot = Awaited<ReturnType<typeof gitLabBot>>;
