import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { createRunGit } from './run-git.ts';
import { stateOf } from './state.ts';

let temp: TempDir;
let repo: Repo;
const git = () => createRunGit({ env: gitEnv(), stateDir: join(temp.path, 'state') });
beforeEach(async () => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n' } });
  repo.git('worktree', 'add', '-q', join(temp.path, 'tree'));
  await git()(repo.path, ['status']);
});
afterEach(() => temp.remove());

let copies = 0;
/** As after a restart of the bot. */
function copyOfState(): string {
  copies += 1;
  const copy = join(temp.path, `state-${copies}`);
  cpSync(join(temp.path, 'state'), copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

const link = (place: string, target: string): void => {
  const path = join(repo.path, '.git', place);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
};

const PLACES = [
  ['logs/refs/heads/main', 'profile'],
  ['logs/HEAD', 'profile'],
  ['logs/refs', ''],
  ['refs/heads/other', 'profile'],
  ['refs/heads/deep', ''],
  ['HEAD', 'profile'],
  ['ORIG_HEAD', 'profile'],
  ['info/exclude', 'profile'],
  ['objects/info/alternates', 'profile'],
  ['objects/ab', ''],
  ['objects/ab/cdef', 'profile'],
  ['objects/pack/pack-1.idx', 'profile'],
  ['worktrees/tree/index', 'profile'],
  ['worktrees/tree/logs/HEAD', 'profile'],
  ['worktrees/tree/HEAD', 'profile'],
] as const;

test('a link to outside is refused wherever git would follow it, also where nothing is there yet', async () => {
  const outside = join(temp.path, 'outside');
  const kept = join(temp.path, 'kept');
  mkdirSync(outside);
  const commonDir = join(repo.path, '.git');
  for (const [place, name] of PLACES)
    for (const file of ['none', 'there'] as const) {
      if (file === 'there') writeFileSync(join(outside, 'profile'), 'mine\n');
      else rmSync(join(outside, 'profile'), { force: true });
      const path = join(commonDir, place);
      const before = existsSync(path);
      if (before) renameSync(path, kept);
      link(place, join(outside, name));
      // A new look each: another one counts for a moment.
      const { views } = stateOf({ env: gitEnv() }, copyOfState());
      await expect(views.of(commonDir), `${place}, ${file}`).rejects.toMatchObject({
        code: 'AO_GIT_TAMPERED',
        message: expect.stringContaining(path),
      });
      rmSync(path);
      if (before) renameSync(kept, path);
    }
});

// threat: an agent links a log of git to a file outside, for git to write there | refused, nothing is written
test("git writes no log through a link that leads out, as an agent's git would", async () => {
  const profile = join(temp.path, 'profile');
  writeFileSync(profile, 'mine\n');
  link('logs/refs/heads/main', profile);
  const args = ['update-ref', '--create-reflog', '-m', '$(x)', 'refs/heads/main', 'HEAD'];
  await expect(git()(repo.path, args)).rejects.toMatchObject({ code: 'AO_GIT_TAMPERED' });
  expect(readFileSync(profile, 'utf8')).toBe('mine\n');
  repo.git('commit', '-q', '--allow-empty', '-m', '$(x)');
  expect(readFileSync(profile, 'utf8')).toContain('$(x)');
});

test("a single object that is a link to another repository's is refused", async () => {
  const other = makeRepo({ in: temp.path, name: 'other', files: { 's.txt': 'secret\n' } });
  const blob = other.git('rev-parse', 'HEAD:s.txt');
  const place = `objects/${blob.slice(0, 2)}/${blob.slice(2)}`;
  link(place, join(other.path, '.git', place));
  expect(repo.git('cat-file', '-p', blob)).toBe('secret');
  const later = createRunGit({ env: gitEnv(), stateDir: copyOfState() });
  await expect(later(repo.path, ['cat-file', '-p', blob])).rejects.toMatchObject({
    code: 'AO_GIT_TAMPERED',
  });
});

test('links that were there when ao took the project on go on working', async () => {
  renameSync(join(repo.path, '.git/logs'), join(temp.path, 'logs'));
  link('logs', join(temp.path, 'logs'));
  const run = createRunGit({ env: gitEnv(), stateDir: join(temp.path, 'later') });
  expect((await run(repo.path, ['status'])).ok).toBe(true);
});

// threat: a repository's configuration includes a pipe | no call reads what it includes
test('what a configuration includes is not opened by any call, those about the configuration included', async () => {
  const pipe = join(temp.path, 'pipe');
  const run = git();
  repo.git('config', 'include.path', pipe);
  repo.git('branch', 'gone');
  repo.git('config', 'branch.gone.remote', 'origin');
  execFileSync('mkfifo', [pipe]);
  const tree = join(temp.path, 'new');
  for (const args of [
    ['worktree', 'add', '--no-checkout', '-b', 'new', '--', tree],
    ['config', '--replace-all', 'branch.new.remote', 'there'],
    ['config', '--local', '--get', 'branch.new.remote'],
    ['branch', '-D', '--', 'gone'],
    ['worktree', 'list'],
  ])
    expect(await run(repo.path, args, { timeoutMs: 5_000 }), args.join(' ')).toMatchObject({
      ok: true,
    });
  const config = readFileSync(join(repo.path, '.git/config'), 'utf8');
  expect(config).toContain('remote = there');
  expect(config).not.toContain('gone');
  expect(readFileSync(join(tree, '.git'), 'utf8')).toBe(
    `gitdir: ${join(repo.path, '.git/worktrees/new')}\n`,
  );
  expect(existsSync(join(repo.path, '.git/worktrees/new/commondir'))).toBe(true);
});

test('commit graphs and lists of packs, which nobody verifies, are not read', async () => {
  const run = git();
  expect((await run(repo.path, ['config', 'core.commitGraph'])).stdout).toBe('false\n');
  expect((await run(repo.path, ['config', 'core.multiPackIndex'])).stdout).toBe('false\n');
});
