import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { openRepositoryGit, type RepositoryGit } from './repository-git.ts';
import { verifyCheckout } from './verify-checkout.ts';

let temp: TempDir;
let repo: Repo;
let git: RepositoryGit;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n', 'dir/b.txt': 'two\n' } });
  git = openRepositoryGit(repo.path, { env: gitEnv(), stateDir: join(temp.path, 'state') });
});
afterEach(() => temp.remove());

const sha = (name: string): string => repo.git('rev-parse', name);
const fileOf = (name: string): string =>
  join(repo.path, '.git/objects', name.slice(0, 2), name.slice(2));
const tree = (): string => join(temp.path, 'tree');
const checkOut = async (): Promise<void> => {
  await git.text(['worktree', 'add', '--no-checkout', '--detach', tree(), 'main']);
  await git.text(['read-tree', '--reset', '-u', 'main'], { cwd: tree() });
};
const verify = () => verifyCheckout(git, { path: tree(), commit: sha('main'), temp: temp.path });

const contents = (): string =>
  readdirSync(tree(), { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== '.git' && name !== 'dir')
    .toSorted()
    .map((name) => `${name} ${readFileSync(join(tree(), name), 'utf8').trim()}`)
    .join(', ');

/** Another content under the name of an object, until what is returned is called. */
function swap(name: string, other: string): () => void {
  const file = fileOf(sha(name));
  const kept = join(temp.path, 'kept');
  renameSync(file, kept);
  copyFileSync(fileOf(other), file);
  chmodSync(file, 0o644);
  return () => {
    rmSync(file);
    renameSync(kept, file);
  };
}

/** An object that says something else: a file, a folder or a commit. */
function others(): { readonly blob: string; readonly tree: string; readonly commit: string } {
  writeFileSync(join(temp.path, 'evil'), 'evil\n');
  const blob = repo.git('hash-object', '-w', join(temp.path, 'evil'));
  repo.git('read-tree', '--empty');
  repo.git('update-index', '--add', '--cacheinfo', `100644,${blob},a.txt`);
  repo.git('update-index', '--add', '--cacheinfo', `100644,${blob},b.txt`);
  const made = repo.git('write-tree');
  return { blob, tree: made, commit: repo.git('commit-tree', '-m', 'evil', made) };
}

test('the files of a commit pass, whatever they are: links, modes, odd names, line ends that do not read back', async () => {
  repo.write('.gitattributes', '*.crlf text eol=crlf\n*.id ident\n');
  writeFileSync(join(repo.path, 'mixed.crlf'), 'a\r\nb\n');
  repo.write('x.id', '$Id$\n');
  repo.write('a name with "quotes" and ü.txt', 'x\n');
  repo.write('run.sh', '#!/bin/sh\n');
  chmodSync(join(repo.path, 'run.sh'), 0o755);
  symlinkSync('a.txt', join(repo.path, 'link'));
  const blob = repo.git('hash-object', '-w', '--no-filters', join(repo.path, 'mixed.crlf'));
  repo.git('add', '-A');
  repo.git('update-index', '--cacheinfo', `100644,${blob},mixed.crlf`);
  repo.git('commit', '-qm', 'all');
  await checkOut();
  await verify();
  expect(readFileSync(join(tree(), 'mixed.crlf'), 'utf8')).toBe('a\r\nb\r\n');
});

// threat: an agent puts another content in the place of an object of git while a commit is checked out for its checks | the checks don't run on it
test.each([
  ['a file', 'main:a.txt', 'blob'],
  ['a folder', 'main:dir', 'tree'],
  ['all files', 'main^{tree}', 'tree'],
  ['the commit', 'main', 'commit'],
] as const)('%s swapped while it is written, and put back, is found', async (_what, name, kind) => {
  const back = swap(name, others()[kind]);
  const made = await checkOut().then(
    () => true,
    // git compares some kinds itself.
    (error: Error) => !/hash mismatch/.test(error.message),
  );
  back();
  const found = made
    ? await verify().then(contents, (error: { code: string }) => error.code)
    : 'refused by git';
  // Either it is refused, or written again as the commit has it.
  expect(['refused by git', 'AO_GIT_FORGED', 'a.txt one, dir/b.txt two']).toContain(found);
});

test('an object that stays swapped is refused', async () => {
  swap('main:dir', others().tree);
  await checkOut();
  await expect(verify()).rejects.toMatchObject({ kind: 'rejected', code: 'AO_GIT_FORGED' });
});
