import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plant } from '../../test/support/hostile-files.ts';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { createRunGit } from './run-git.ts';

let temp: TempDir;
let repo: Repo;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n', 'sub/deep/b.txt': 'two\n' } });
});
afterEach(() => temp.remove());

const git = (args: readonly string[]) =>
  createRunGit({ env: gitEnv(), stateDir: join(temp.path, 'state') })(repo.path, args);

// threat: an agent puts a pipe in the place of .gitattributes or .gitignore, for git to wait for | git is ended, and the file named
test.each([
  ['.gitattributes', ['diff', 'HEAD']],
  ['.gitignore', ['status']],
  ['sub/deep/.gitattributes', ['add', '--all']],
  ['sub/.gitignore', ['status']],
])('a pipe as %s ends the call soon, and is named', async (place, args) => {
  repo.write('sub/deep/new.txt', 'new\n');
  repo.write('sub/new.txt', 'new\n');
  const path = join(repo.path, place);
  execFileSync('mkfifo', [path]);
  await expect(git(args)).rejects.toMatchObject({
    kind: 'rejected',
    code: 'AO_GIT_TAMPERED',
    message: expect.stringContaining(`${path} is a named pipe`),
  });
});

test('a huge .gitignore is not read into memory', async () => {
  repo.write('sub/new.txt', 'new\n');
  await plant('huge sparse file', join(repo.path, 'sub/.gitignore'));
  expect(await git(['status'])).toMatchObject({
    ok: false,
    stderr: expect.stringMatching(/over limit/),
  });
});
