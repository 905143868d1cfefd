import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { githubScmConfig } from '../../plugins/scm/github/config.ts';
import { createGitHubScm } from '../../plugins/scm/github/github-scm.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { githubAccessSchema } from '../../plugins/shared/github/config.ts';
import { createGitHubTracker } from '../../plugins/tracker/github/github-tracker.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { KeyValue, ProjectInfo } from '../../src/slots/plugin.ts';
import { type Commits, gitCommits } from '../fakes/github/commits.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github/server.ts';
import type { FakeFork } from '../fakes/github/world.ts';
import { pushBranch } from './git-files.ts';
import { type GitRepository, hostRepository, makeRepository } from './git-repository.ts';
import { memoryKeyValue, pluginContext, temporaryFolder } from './plugin-context.ts';

export interface GitHubWorldOptions {
  readonly clock?: Clock;
  readonly commits?: Commits;
  readonly webhookSecret?: string | null;
  readonly botAuthors?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly throttle?: boolean;
  readonly limits?: { readonly core: number; readonly graphql: number };
}

/** The plugins for GitHub against a fake one with a real repository behind it. */
export async function openGitHubWorld(options: GitHubWorldOptions = {}) {
  const folder = temporaryFolder('github');
  const repository: GitRepository = makeRepository(folder.path);
  const bare = join(folder.path, 'hosted', 'app.git');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      env: { PATH: process.env.PATH ?? '', HOME: folder.path, GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  hostRepository(repository, bare);
  const commits = options.commits ?? gitCommits(bare);
  const clock = options.clock;
  const fake: FakeGitHub = await startFakeGitHub({
    commits,
    bare,
    ...(clock === undefined ? {} : { now: () => clock.now() }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  repository.addRemote('origin', bare);
  const project: ProjectInfo = {
    id: 'app',
    repo: repository.path,
    defaultBranch: 'main',
    checks: [],
    forge: {
      repository: 'acme/app',
      webhookSecret: options.webhookSecret === undefined ? 'hush' : options.webhookSecret,
      botAuthors: options.botAuthors ?? [],
    },
  };
  const kv: KeyValue = memoryKeyValue();
  const context = pluginContext({
    id: 'app',
    folder: folder.path,
    project,
    kv,
    ...(clock === undefined ? {} : { clock }),
  });
  const access = { token: 'ghp_test', baseUrl: fake.url, ...options.config };
  const client = () =>
    createGitHubClient(githubAccessSchema.strip().parse(access), context, project, {
      throttle: options.throttle ?? false,
    });
  const config = githubScmConfig.parse(access);
  const scm = createGitHubScm(client(), config, context, project);
  const tracker = createGitHubTracker(client(), config, context, project);

  return {
    fake,
    world: fake.world,
    scm,
    tracker,
    context,
    repository,
    folder: folder.path,
    kv,
    project,
    client,
    /** A fork with a bare repository of its own; `commit` makes a commit on a branch of it. */
    fork(slug: string, more: { readonly viewerPermission?: FakeFork['viewerPermission'] } = {}) {
      const path = join(folder.path, 'hosted', `${slug.replace('/', '-')}.git`);
      git('clone', '-q', '--bare', bare, path);
      fake.world.forks.set(slug, {
        commits: gitCommits(path),
        bare: path,
        viewerPermission: more.viewerPermission ?? 'READ',
      });
      return {
        path,
        commit(branch: string, files: Readonly<Record<string, string>>): string {
          const sha = repository.commit(`${slug}-${branch}`, files);
          pushBranch(repository.path, path, `${slug}-${branch}`, branch);
          repository.git('branch', '-qD', `${slug}-${branch}`);
          fake.world.sync();
          return sha;
        },
      };
    },
    /** Another process on the same data. */
    again: () => createGitHubScm(client(), config, context, project),
    /** Commits and pushes; returns the new head. */
    commit(branch: string, files: Readonly<Record<string, string>>): string {
      const sha = repository.commit(branch, files);
      pushBranch(repository.path, bare, branch);
      fake.world.pushed(branch);
      return sha;
    },
    async close() {
      await scm.stop();
      await fake.close();
      folder.remove();
    },
  };
}
export type GitHubWorld = Awaited<ReturnType<typeof openGitHubWorld>>;
