import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addCommit, branchesOf, checkedOut, pushBranch } from './git-files.ts';
import { tempDir } from './temp-dir.ts';
import { makeRepo, repoAt } from './tmp.ts';

test('what is written to the files of a repository is what git itself would have made', () => {
  const folder = tempDir();
  const files = { 'a.txt': 'a\n', 'dir.txt': 'before dir/\n', 'dir/in/b': 'b\n', 'ä/c': 'c\n' };
  const repo = makeRepo({ in: folder, files });
  repo.git('clone', '-q', '--bare', '.', '../bare');
  const bare = repoAt(join(folder, 'bare'));
  const content = { 'dir/new': 'n\n', 'a.txt': null, 'ä/c': null, 'dir/in/b': 'other\n' };
  const commit = { branch: 'feat/a', from: 'main', content, message: 'Change\n\nall' };
  const made = addCommit(repo.path, commit, 1_700_000_000_000);
  const next = { ...commit, from: 'feat/a', content: { 'z ü/y': '\0' } };
  const second = addCommit(repo.path, next, 1_700_000_100_000);

  repo.git('fsck', '--strict', '--no-dangling');
  expect(repo.git('log', '--format=%H %s %ct %an', 'main..feat/a').split('\n')).toEqual([
    `${second} Change 1700000100 Agent`,
    `${made} Change 1700000000 Agent`,
  ]);
  repo.git('checkout', '-q', 'feat/a');
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(repo.git('-c', 'core.quotePath=false', 'ls-files').split('\n')).toEqual([
    'dir.txt',
    'dir/in/b',
    'dir/new',
    'z ü/y',
  ]);
  // The index has git sort and write the trees itself.
  expect(repo.git('write-tree')).toBe(repo.git('rev-parse', 'HEAD^{tree}'));
  expect(checkedOut(repo.path)).toEqual({ branch: 'feat/a', head: second });

  expect(pushBranch(repo.path, bare.path, 'feat/a')).toBe(second);
  pushBranch(repo.path, bare.path, 'feat/a', 'copy');
  bare.git('fsck', '--strict', '--no-dangling');
  const all = { copy: second, 'feat/a': second, main: repo.git('rev-parse', 'main') };
  expect(branchesOf(bare.path)).toEqual(all);
  bare.git('gc', '-q');
  expect(branchesOf(bare.path)).toEqual(all);
  const third = addCommit(bare.path, { ...next, message: 'On packed ones' }, 1_700_000_200_000);
  expect(bare.git('rev-list', '--count', third)).toBe('4');
  bare.git('update-ref', 'refs/heads/feat/a', second);
  expect(bare.git('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads')).toBe(
    Object.entries(all)
      .map((pair) => pair.join(' '))
      .join('\n'),
  );
});
