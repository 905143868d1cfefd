import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { createRunGit } from './run-git.ts';
import { troublesOf } from './troubles.ts';

let temp: TempDir;
let repo: Repo;
let tree: string;
beforeEach(async () => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n' } });
  repo.git('config', 'alias.mine', '!true');
  tree = join(temp.path, 'tree');
  await createRunGit(setup())(repo.path, ['worktree', 'add', '--no-checkout', tree]);
});
afterEach(() => temp.remove());

const setup = () => ({ env: gitEnv(), stateDir: join(temp.path, 'state') });
const look = () => troublesOf(setup(), repo.path, [tree]);

test('nothing is said of a repository as ao took it on, whatever it names', async () => {
  expect(await look()).toEqual({ own: new Map([[tree, []]]), shared: [] });
});

test('a key that appears later, or has another value, is named until it is gone', async () => {
  const file = join(repo.path, '.git/config');
  repo.git('config', 'alias.mine', '!other');
  repo.git('config', 'filter.h.clean', 'true');
  repo.git('config', 'filter.lfs.clean', 'git-lfs clean -- %f');
  expect((await look()).shared).toEqual([
    { kind: 'key', file, key: 'alias.mine' },
    { kind: 'key', file, key: 'filter.h.clean' },
  ]);
  repo.git('config', 'alias.mine', '!true');
  repo.git('config', '--remove-section', 'filter.h');
  expect((await look()).shared).toEqual([]);
});

test('a setting that somebody changed is named with what it was, until it is so again', async () => {
  repo.git('config', 'user.email', 'operator@example.org');
  const file = join(repo.path, '.git/config');
  const second = { ...setup(), stateDir: join(temp.path, 'second') };
  const seen = async () => (await troublesOf(second, repo.path, [])).shared;
  expect(await seen()).toEqual([]);
  repo.git('config', 'user.email', 'agent@example.org');
  repo.git('config', 'core.autocrlf', 'true');
  repo.git('config', 'branch.main.remote', 'origin');
  repo.git('config', '--unset', 'core.bare');
  const was = 'operator@example.org';
  expect(await seen()).toEqual([
    { kind: 'setting', file, key: 'core.bare', was: 'false', now: null },
    { kind: 'setting', file, key: 'user.email', was, now: 'agent@example.org' },
    { kind: 'setting', file, key: 'core.autocrlf', was: null, now: 'true' },
  ]);
  repo.git('config', 'user.email', was);
  repo.git('config', '--unset', 'core.autocrlf');
  repo.git('config', 'core.bare', 'false');
  expect(await seen()).toEqual([]);
});

test("a worktree's replaced .git is its own, with where the files are and how to mend it", async () => {
  rmSync(join(tree, '.git'));
  mkdirSync(join(tree, '.git'));
  expect(await look()).toEqual({
    own: new Map([
      [tree, [{ kind: 'refused', text: expect.stringMatching(/Nothing was deleted.*To mend it/) }]],
    ]),
    shared: [],
  });
});

test('a pipe in the repository is for all, in a part that belongs to one worktree also its own', async () => {
  const head = join(repo.path, '.git/worktrees/tree/HEAD');
  rmSync(head);
  execFileSync('mkfifo', [head]);
  const text = expect.stringContaining(`${head} is a named pipe`);
  expect(await look()).toEqual({
    own: new Map([[tree, [{ kind: 'refused', text }]]]),
    shared: [{ kind: 'refused', text }],
  });
});

test("a configuration that git can't read is said with its file", async () => {
  writeFileSync(join(repo.path, '.git/config'), '[core\n');
  expect((await look()).shared).toEqual([
    { kind: 'refused', text: expect.stringContaining(join(repo.path, '.git/config')) },
  ]);
});
