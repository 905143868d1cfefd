import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeRepo, type Repo, repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

/* Repositories as people have them: what a session gets in each, or is told. */

let harness: WorktreeHarness;
/** Of the harness: the remote. */
let remote: Repo;
beforeEach(async () => {
  harness = await worktreeHarness();
  remote = harness.repo;
});
afterEach(() => harness.dispose());

const cloned = (...options: readonly string[]): Repo => {
  remote.git('clone', '-q', ...options, `file://${remote.path}`, '../clone');
  return repoAt(join(harness.temp, 'clone'));
};
const text = (path: string, file: string): string => readFileSync(join(path, file), 'utf8');
const commit = (repo: Repo, text: string): string => {
  repo.write('news.txt', `${text}\n`);
  repo.git('add', 'news.txt');
  repo.git('commit', '-q', '-m', text);
  return repo.git('rev-parse', 'HEAD');
};
const create = (repo: string, more = {}) =>
  harness.workspace.create(harness.spec('app-1', { repo, orOtherBranch: true, ...more }));

it('a shallow clone, whose base moved: the session has the news', async () => {
  const clone = cloned('--depth=1');
  const pushed = commit(remote, 'news');
  const made = await create(clone.path);
  expect(made.baseSha).toBe(pushed);
  expect(text(made.path, 'news.txt')).toBe('news\n');
});

it('a partial clone: what it lacks is told with what to do, and then the session starts', async () => {
  remote.git('config', 'uploadpack.allowFilter', 'true');
  remote.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  commit(remote, 'old');
  const clone = cloned('--filter=blob:none', '--no-checkout');
  const { warnings } = await harness.workspace.checkRepository(clone.path);
  expect(warnings).toContainEqual(expect.stringContaining('partial clone'));
  await expect(create(clone.path)).rejects.toMatchObject({
    code: 'AO_WORKSPACE_PARTIAL_CLONE',
    message: expect.stringContaining('git fetch --refetch origin'),
  });
  clone.git('config', '--unset-all', 'remote.origin.partialclonefilter');
  clone.git('fetch', '-q', '--refetch', 'origin');
  const made = await create(clone.path);
  expect(text(made.path, 'news.txt')).toBe('old\n');
});

it('a repository whose refs are packed: a taken name is seen, and the base', async () => {
  const clone = cloned();
  clone.git('branch', 'ao/app-1');
  clone.git('pack-refs', '--all');
  const pushed = commit(remote, 'news');
  expect(await create(clone.path)).toMatchObject({ branch: 'ao/app-1-2', baseSha: pushed });
});

it('a path that is a link to the repository', async () => {
  const clone = cloned();
  const pushed = commit(remote, 'news');
  symlinkSync(clone.path, join(harness.temp, 'link'));
  const made = await create(join(harness.temp, 'link'));
  expect(made.baseSha).toBe(pushed);
  const input = {
    repo: join(harness.temp, 'link'),
    path: made.path,
    id: 'app-1',
    branch: made.branch,
  };
  await harness.workspace.remove({ ...input, deleteBranch: true });
  expect(clone.git('branch', '--list', 'ao/*')).toBe('');
});

it('a base that was deleted or renamed at the remote: the session starts from the last that was seen of it, and says so', async () => {
  remote.git('branch', 'develop');
  const clone = cloned();
  remote.git('branch', '-m', 'develop', 'trunk');
  const made = await create(clone.path, { base: 'develop' });
  expect(made.notes).toEqual([expect.stringContaining('no branch develop')]);
});

it('a base that exists only in the clone is nothing to tell of', async () => {
  const clone = cloned();
  clone.git('branch', 'mine');
  expect((await create(clone.path, { base: 'mine' })).notes).toBeUndefined();
});

it('a detached HEAD', async () => {
  const clone = cloned();
  clone.git('checkout', '-q', '--detach');
  const pushed = commit(remote, 'news');
  expect(await create(clone.path)).toMatchObject({ baseSha: pushed });
});

it.each([
  ['a tag here', (clone: Repo) => clone.git('tag', 'ao/app-1')],
  ['a tag at the remote', () => remote.git('tag', 'ao/app-1')],
  ['a branch here in other letters', (clone: Repo) => clone.git('branch', 'AO/App-1')],
  ['a branch at the remote in other letters', () => remote.git('branch', 'ao/APP-1')],
])('a name that is taken by %s is not used', async (_what, take) => {
  const clone = cloned();
  take(clone);
  const made = await create(clone.path);
  expect(made.branch).toBe('ao/app-1-2');
  expect(made.notes).toEqual([expect.stringContaining('exists already')]);
});

it('a submodule by an address relative to the remote', async () => {
  const lib = makeRepo({ in: harness.temp, name: 'lib', files: { 'lib.txt': 'lib\n' } });
  remote.write('.gitmodules', '[submodule "lib"]\n\tpath = vendor/lib\n\turl = ../lib\n');
  remote.git('add', '.gitmodules');
  const sha = lib.git('rev-parse', 'HEAD');
  remote.git('update-index', '--add', '--cacheinfo', `160000,${sha},vendor/lib`);
  remote.git('commit', '-qm', 'lib');
  const clone = cloned();
  clone.git('-c', 'protocol.file.allow=always', 'submodule', 'update', '--init', '-q');
  const made = await create(clone.path);
  expect(made.notes).toBeUndefined();
  expect(text(made.path, 'vendor/lib/lib.txt')).toBe('lib\n');
});
