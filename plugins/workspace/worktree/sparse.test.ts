import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
beforeEach(async () => {
  harness = await worktreeHarness();
  const { repo } = harness;
  for (const folder of ['in', 'out']) repo.write(`${folder}/deep/file.txt`, `${folder}\n`);
  repo.git('add', '-A');
  repo.git('commit', '-qm', 'two folders');
});
afterEach(() => harness.dispose());

const work = async () => {
  const { workspace, repo, spec } = harness;
  const { path } = await workspace.create(spec('app-1'));
  const tree = repoAt(path);
  expect(tree.git('ls-files', '-t')).not.toMatch(/^S/m);
  tree.write('out/deep/file.txt', 'changed\n');
  tree.write('in/deep/new.txt', 'new\n');
  expect((await workspace.state(path, 'main')).changed?.toSorted()).toEqual([
    'in/deep/new.txt',
    'out/deep/file.txt',
  ]);
  expect((await workspace.diff(path, 'main')).files).toBe(2);
  const removal = { repo: repo.path, path, id: 'app-1', branch: 'ao/app-1', deleteBranch: false };
  const { snapshotRef } = await workspace.remove(removal);
  await workspace.restore(spec('app-1', { reuseBranch: true }), snapshotRef ?? '');
  expect((await workspace.diff(path, 'main')).files).toBe(2);
  return { path, tree };
};

test.each([
  ['in its own configuration', ['sparse-checkout', 'set', '--cone', 'in']],
  ['with a sparse index', ['sparse-checkout', 'set', '--cone', '--sparse-index', 'in']],
  ['by patterns', ['sparse-checkout', 'set', '--no-cone', '/in/']],
])(
  'a main checkout that is sparse, %s, gives whole workspaces and stays sparse',
  async (_how, args) => {
    const { repo } = harness;
    repo.git(...args);
    expect(existsSync(join(repo.path, 'out'))).toBe(false);
    await work();
    expect(existsSync(join(repo.path, 'out'))).toBe(false);
    expect(repo.git('status', '--porcelain')).toBe('');
  },
);

test('a main checkout that is sparse in the configuration of all, as older gits made it', async () => {
  const { repo } = harness;
  repo.git('sparse-checkout', 'set', '--no-cone', '/in/');
  repo.git('config', '--worktree', '--unset', 'core.sparseCheckout');
  repo.git('config', 'core.sparseCheckout', 'true');
  await work();
  expect(repo.git('status', '--porcelain')).toBe('');
});

test('what an agent leaves out of its own workspace is no deletion', async () => {
  const { path, tree } = await work();
  tree.git('commit', '-qam', 'work');
  tree.git('sparse-checkout', 'set', '--cone', 'in');
  expect(existsSync(join(path, 'out'))).toBe(false);
  const { patch } = await harness.workspace.diff(path, 'main');
  expect(patch).toContain('+changed');
  expect(patch).not.toContain('deleted file');
  expect((await harness.workspace.state(path, 'main')).changed).toEqual(['in/deep/new.txt']);
});
