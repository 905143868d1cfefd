import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gitlabScmConfig } from '../../plugins/scm/gitlab/config.ts';
import { createGitLabScm } from '../../plugins/scm/gitlab/gitlab-scm.ts';
import { createGitLabClient } from '../../plugins/shared/gitlab/client.ts';
import { gitlabAccessSchema } from '../../plugins/shared/gitlab/config.ts';
import { createGitLabTracker } from '../../plugins/tracker/gitlab/gitlab-tracker.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { ProjectInfo } from '../../src/slots/plugin.ts';
import { gitCommits, type namedCommits } from '../fakes/github/commits.ts';
import { startFakeGitLab } from '../fakes/gitlab/server.ts';
import { hostRepository, makeRepository } from './git-repository.ts';
import { memoryKeyValue, pluginContext, temporaryFolder } from './plugin-context.ts';

export interface GitLabWorldOptions {
  readonly clock?: Clock;
  readonly webhookSecret?: string | null;
  readonly botAuthors?: readonly string[];
  readonly viewer?: string;
  readonly limit?: number;
  readonly path?: string;
  /** Made-up commits instead of those of the repository, where only their names count: no program is started for them. */
  readonly named?: ReturnType<typeof namedCommits>;
}

/** The plugins for GitLab against a fake one below a path, with a real repository behind it. */
export async function openGitLabWorld(options: GitLabWorldOptions = {}) {
  const folder = temporaryFolder('gitlab');
  const repository = makeRepository(folder.path);
  const bare = join(folder.path, 'hosted', 'app.git');
  hostRepository(repository, bare);
  const { clock } = options;
  const path = options.path ?? 'acme/team/app';
  const fake = await startFakeGitLab({
    path,
    commits: options.named ?? gitCommits(bare, 'refs/merge-requests'),
    bare,
    ...(clock === undefined ? {} : { now: () => clock.now() }),
    ...(options.viewer === undefined ? {} : { viewer: options.viewer }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  repository.git('remote', 'add', 'origin', bare);
  const project: ProjectInfo = {
    id: 'app',
    repo: repository.path,
    defaultBranch: 'main',
    checks: [],
    forge: {
      repository: path,
      webhookSecret: options.webhookSecret === undefined ? 'hush' : options.webhookSecret,
      botAuthors: options.botAuthors ?? [],
    },
  };
  const kv = memoryKeyValue();
  const context = pluginContext({
    id: 'app',
    folder: folder.path,
    project,
    kv,
    ...(clock === undefined ? {} : { clock }),
  });
  const access = gitlabAccessSchema.parse({ token: 'glpat-test', baseUrl: fake.url });
  const config = gitlabScmConfig.parse(access);
  const open = () =>
    createGitLabScm(createGitLabClient(access, context, project), config, context, project);
  const scm = open();
  return {
    fake,
    world: fake.world,
    scm,
    tracker: createGitLabTracker(
      createGitLabClient(access, context, project),
      access,
      project,
      context.clock,
    ),
    repository,
    kv,
    /** Another process on the same data. */
    again: open,
    /** A fork with a bare repository of its own; `commit` makes a commit on a branch of it. */
    fork(slug: string) {
      const fork = join(folder.path, 'hosted', `${slug.replaceAll('/', '-')}.git`);
      execFileSync('git', ['clone', '-q', '--bare', bare, fork], { stdio: 'ignore' });
      fake.world.forks.set(slug, { id: 77, bare: fork, commits: gitCommits(fork) });
      return {
        commit(branch: string, files: Readonly<Record<string, string>>): string {
          const sha = repository.commit(`fork-${branch}`, files);
          repository.git('push', '-q', '-f', fork, `fork-${branch}:${branch}`);
          repository.git('branch', '-qD', `fork-${branch}`);
          fake.world.sync();
          return sha;
        },
      };
    },
    /** Commits and pushes; returns the new head. */
    commit(branch: string, files: Readonly<Record<string, string>>): string {
      if (options.named !== undefined) {
        const sha = options.named.push(branch);
        fake.world.sync();
        return sha;
      }
      const sha = repository.commit(branch, files);
      repository.git('push', '-q', '-f', bare, `${branch}:${branch}`);
      fake.world.sync();
      return sha;
    },
    async close() {
      await scm.stop();
      await fake.close();
      folder.remove();
    },
  };
}
export type GitLabWorld = Awaited<ReturnType<typeof openGitLabWorld>>;
