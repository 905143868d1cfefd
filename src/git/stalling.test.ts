import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Hostile, plant } from '../../test/support/hostile-files.ts';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { createRunGit } from './run-git.ts';
import type { GitSetup } from './setup.ts';
import { createGuard } from './stalling.ts';

let temp: TempDir;
let repo: Repo;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n' } });
});
afterEach(() => temp.remove());

const setup = (): GitSetup => ({ env: gitEnv(), stateDir: join(temp.path, 'state') });

const PLACES = [
  'refs/heads/other',
  'refs/heads/feat/deep',
  'refs/tags/v1',
  'logs/refs/heads/main',
  'logs/HEAD',
  'packed-refs',
  'index',
  'shallow',
  'info/exclude',
  'objects/pack/pack-0.idx',
  'worktrees/one/HEAD',
  'worktrees/one/rebase-merge/head-name',
  'rebase-apply/next',
  'objects/ab/cdef',
];
const WAITS: readonly Hostile[] = ['pipe', 'link to a device', 'link to a pipe'];

// threat: an agent puts a pipe where git would wait for it | refused by name before git is started
test('a pipe, or a link to one or to a device, is named wherever git would wait for it', async () => {
  const gitDir = join(repo.path, '.git');
  // A look counts for a moment, one at single objects for seconds.
  let now = 0;
  const guard = createGuard(() => {
    now += 10_000;
    return now;
  });
  const look = () =>
    guard.refuseStalling({ workTree: repo.path, gitDir, commonDir: gitDir, pointer: null });
  for (const place of PLACES)
    for (const kind of WAITS) {
      const path = join(gitDir, place);
      onTestFinished(await plant(kind, path));
      expect(look, `${place}: ${kind}`).toThrow(path);
      // A link's pipe lies beside it.
      for (const each of [path, `${path}.pipe`]) rmSync(each, { force: true });
      expect(look, place).not.toThrow();
    }
});

test('git is not started, and runs again without it', async () => {
  const path = join(repo.path, '.git/refs/heads/other');
  onTestFinished(await plant('pipe', path));
  const git = createRunGit(setup());
  await expect(git(repo.path, ['rev-parse', 'HEAD'])).rejects.toMatchObject({
    kind: 'rejected',
    code: 'AO_GIT_TAMPERED',
    message: expect.stringContaining(path),
  });
  rmSync(path);
  expect((await git(repo.path, ['rev-parse', 'HEAD'])).ok).toBe(true);
});

test('a huge sparse file is no branch', async () => {
  const path = join(repo.path, '.git/refs/heads/huge');
  await plant('huge sparse file', path);
  await expect(createRunGit(setup())(repo.path, ['for-each-ref'])).rejects.toMatchObject({
    code: 'AO_GIT_TAMPERED',
    message: expect.stringContaining(`${path} is 42949672960 bytes long`),
  });
});

test('a branch that is a link to a branch, as git once made them, is one', async () => {
  repo.git('branch', 'other');
  rmSync(join(repo.path, '.git/refs/heads/other'));
  symlinkSync('main', join(repo.path, '.git/refs/heads/other'));
  expect((await createRunGit(setup())(repo.path, ['rev-parse', 'HEAD'])).ok).toBe(true);
});
