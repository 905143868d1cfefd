import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { openBranchRefs } from './branch-refs.ts';

let folder: TempDir;
let repo: Repo;
beforeEach(() => {
  folder = tempDir();
  repo = makeRepo({ in: folder.path });
});
afterEach(() => folder.remove());

test.each([
  ['loose', false],
  ['packed', true],
])('a branch is found by its short name, %s', (_name, packed) => {
  if (packed) repo.git('pack-refs', '--all');
  expect(openBranchRefs(repo.path).unambiguous('main')).toBe(repo.git('rev-parse', 'main'));
});

test.each(['HEAD', 'HEAD~0', 'main^{commit}', 'refs/heads/main', '../../etc', 'nothing'])(
  '%s is left to git',
  (name) => {
    expect(openBranchRefs(repo.path).unambiguous(name)).toBeNull();
  },
);

test('a branch that a tag hides, or that could be a commit id, is left to git', () => {
  repo.git('branch', 'feed');
  repo.git('tag', 'main');
  const refs = openBranchRefs(repo.path);
  expect(refs.unambiguous('main')).toBeNull();
  expect(refs.unambiguous('feed')).toBeNull();
});
