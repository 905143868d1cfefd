import { subject } from '../../src/domain/session/ids.ts';
import { until } from '../support/until.ts';
import type { AttackWorld } from './attack-world.ts';
import type { Plant } from './plants.ts';

/** What ao does with a repository, by the words people know. */
export const DEEDS: ReadonlyArray<{
  readonly name: string;
  /** On the session's own worktree. */
  readonly ofWorktree?: boolean;
  readonly run: (world: AttackWorld) => Promise<unknown>;
}> = [
  { name: 'state', ofWorktree: true, run: (w) => w.workspace.state(w.tree.path, 'main') },
  { name: 'diff', ofWorktree: true, run: (w) => w.workspace.diff(w.tree.path, 'main') },
  {
    name: 'snapshot',
    ofWorktree: true,
    run: (w) => w.workspace.snapshot(w.tree.path, 'app-1'),
  },
  { name: 'spawn', run: (w) => w.workspace.create(w.spec('app-2')) },
  {
    name: 'kill, then undo',
    run: async (w) => {
      const { path } = await w.workspace.create(w.spec('app-3'));
      const { snapshotRef } = await w.workspace.remove({
        repo: w.repo.path,
        path,
        id: 'app-3',
        branch: 'ao/app-3',
        deleteBranch: true,
      });
      await w.workspace.restore(w.spec('app-3', { reuseBranch: true }), snapshotRef ?? '');
    },
  },
  {
    name: 'adopt with a fetch',
    run: (w) =>
      w.workspace
        .create(
          w.spec('app-4', {
            branch: 'feat/theirs',
            reuseBranch: true,
            from: { remote: 'origin', ref: 'refs/heads/feat/theirs' },
          }),
        )
        // A remote that the agent spoilt can't be fetched from; that is all it may bring about.
        .catch((error: unknown) => {
          if (!['AO_GIT_FAILED', 'AO_WORKSPACE_NO_REMOTE'].includes(codeOf(error))) throw error;
        }),
  },
  {
    name: 'pull request and its diff',
    run: async (w) => {
      const key = await pullRequest(w);
      return w.scm.diff(key, (await w.scm.read(key)).headSha);
    },
  },
  { name: 'checks', run: (w) => checked(w) },
  { name: 'merge', run: (w) => merged(w) },
  { name: 'prune', run: (w) => w.workspace.list(w.repo.path) },
  { name: 'doctor', run: (w) => w.workspace.doctor(w.repo.path) },
  {
    name: 'restart',
    run: async (w) => {
      await w.scm.stop();
      w.restart();
      await w.scm.start();
      await w.workspace.list(w.repo.path);
    },
  },
  {
    name: 'kill of the session',
    ofWorktree: true,
    run: (w) =>
      w.workspace
        .remove({
          repo: w.repo.path,
          path: w.tree.path,
          id: 'app-1',
          branch: 'ao/app-1',
          deleteBranch: false,
        })
        .catch((error: unknown) => {
          // Work in a repository inside the worktree can't be kept by a snapshot: said, and nothing removed.
          if (codeOf(error) !== 'AO_WORKSPACE_NESTED_REPOSITORY') throw error;
        }),
  },
];

export const isRefused = (
  { refused }: Pick<Plant, 'refused'>,
  deed: { readonly name: string; readonly ofWorktree?: boolean },
): boolean =>
  refused === 'repository'
    ? // Doctor tells of the refusal instead.
      deed.name !== 'doctor'
    : refused === 'worktree' && deed.ofWorktree === true;

export const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

export async function pullRequest(world: AttackWorld): Promise<string> {
  const { key } = await world.scm.create({
    session: 'app-1',
    branch: 'ao/app-1',
    base: 'main',
    title: 'Work',
    body: '',
    draft: false,
  });
  return key;
}

/** The check's own checkout: made, used, removed. */
async function checked(world: AttackWorld): Promise<void> {
  const key = await pullRequest(world);
  await until(async () => (await world.scm.read(key)).checks.state === 'passing', {
    what: 'the check to pass',
    timeoutMs: 20_000,
  });
}

async function merged(world: AttackWorld): Promise<void> {
  const key = await pullRequest(world);
  const { headSha } = await world.scm.read(key);
  await world.scm.merge(key, {
    sha: headSha,
    base: 'main',
    method: 'squash',
    title: 'Work',
    body: '',
    by: { subject: subject('web:ada'), name: 'Ada', via: 'web' },
  });
}
