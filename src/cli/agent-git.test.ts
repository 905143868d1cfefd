import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { packageRoot } from '../lib/package-root.ts';

let temp: TempDir;
let repo: Repo;
let one: string;
let two: string;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n' } });
  one = join(temp.path, 'one');
  two = join(temp.path, 'two sessions');
  repo.git('worktree', 'add', '-q', '-b', 'feat/one', one);
  repo.git('worktree', 'add', '-q', '-b', 'feat/two', two);
});
afterEach(() => temp.remove());

const BIN = join(packageRoot(), 'bin/agent');

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** git as an agent finds it. */
function git(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Ran {
  const rest = gitEnv();
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    env: { ...rest, PATH: `${BIN}:${rest.PATH}`, ...env },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const sharedConfig = (): string => readFileSync(join(repo.path, '.git/config'), 'utf8');

describe('a stash', () => {
  test.each([
    [['stash']],
    [['stash', 'push', '-u']],
    [['stash', '--keep-index']],
    [['-c', 'color.ui=false', 'stash', 'save', 'x']],
  ])('is refused with what to do instead (git %j), and the changes stay', (args) => {
    writeFileSync(join(one, 'a.txt'), 'changed\n');
    const ran = git(one, args);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('git commit -am wip') });
    expect(readFileSync(join(one, 'a.txt'), 'utf8')).toBe('changed\n');
    expect(repo.git('stash', 'list')).toBe('');
  });

  test('of somebody else can be looked at, and is not taken', () => {
    repo.write('a.txt', "the operator's\n");
    repo.git('stash');
    for (const use of ['pop', 'apply', 'drop', 'clear', 'branch'])
      expect(git(one, ['stash', use]).code).toBe(1);
    expect(git(one, ['stash', 'list'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('stash@{0}'),
    });
    expect(repo.git('stash', 'list')).toContain('stash@{0}');
  });

  test('is refused from below and from outside of the worktree too', () => {
    mkdirSync(join(one, 'src/deep'), { recursive: true });
    expect(git(join(one, 'src/deep'), ['stash']).code).toBe(1);
    expect(git(temp.path, ['-C', 'two sessions', 'stash', 'pop']).code).toBe(1);
    expect(git('/', ['-C', temp.path, '-C', 'one', 'stash', 'pop']).code).toBe(1);
  });

  test('works where no other session is: in a main checkout, in a submodule', () => {
    repo.write('a.txt', 'mine\n');
    expect(git(repo.path, ['stash']).code).toBe(0);
    expect(git(repo.path, ['stash', 'pop']).code).toBe(0);
  });
});

describe('configuration', () => {
  test.each([
    [['config', 'user.email', 'agent@example.org']],
    [['config', '--local', 'user.email', 'agent@example.org']],
    [['config', '--add', 'user.email', 'agent@example.org']],
    [['config', '--type', 'path', 'user.email', 'agent@example.org']],
  ])('is written for the worktree alone (git %j)', (args) => {
    const before = sharedConfig();
    expect(git(one, args)).toEqual({ code: 0, out: '', err: '' });
    expect(sharedConfig()).toBe(before);
    expect(git(one, ['config', 'user.email']).out).toBe('agent@example.org\n');
    expect(git(one, ['config', '--type', 'path', 'user.email']).out).toBe('agent@example.org\n');
    expect(git(two, ['config', 'user.email']).code).toBe(1);
    git(one, ['config', 'user.name', 'Agent']);
    const unnamed = { GIT_AUTHOR_NAME: undefined, GIT_AUTHOR_EMAIL: undefined };
    git(one, ['commit', '-q', '--allow-empty', '-m', 'x'], unnamed);
    expect(git(one, ['log', '-1', '--format=%an %ae']).out).toBe('Agent agent@example.org\n');
    expect(git(one, ['config', '--unset', 'user.email']).code).toBe(0);
    expect(git(one, ['config', 'user.email']).code).toBe(1);
  });

  test('that would break every other checkout breaks none', () => {
    git(one, ['config', 'core.bare', 'true']);
    git(one, ['config', 'core.worktree', '/nowhere']);
    expect(repo.git('status', '--porcelain')).toBe('');
    expect(git(two, ['status', '--porcelain']).code).toBe(0);
  });

  test('of hooks, as husky writes it, holds in the worktree and nowhere else', () => {
    mkdirSync(join(one, '.husky/_'), { recursive: true });
    writeFileSync(join(one, '.husky/_/pre-commit'), '#!/bin/sh\necho checked >&2\nexit 1\n', {
      mode: 0o755,
    });
    git(one, ['config', 'core.hooksPath', '.husky/_']);
    expect(git(one, ['commit', '--allow-empty', '-m', 'x'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('checked'),
    });
    expect(git(two, ['commit', '-q', '--allow-empty', '-m', 'x']).code).toBe(0);
    repo.git('commit', '-q', '--allow-empty', '-m', 'x');
  });

  test('with a place of its own goes there, and reading is the real one', () => {
    const file = join(temp.path, 'its.config');
    git(one, ['config', '--file', file, 'a.b', 'c']);
    expect(readFileSync(file, 'utf8')).toContain('b = c');
    git(one, ['config', '--global', 'a.b', 'global'], { GIT_CONFIG_GLOBAL: file });
    expect(readFileSync(file, 'utf8')).toContain('b = global');
    repo.git('config', 'a.b', 'shared');
    for (const args of [['a.b'], ['--get', 'a.b'], ['--local', '--get-all', 'a.b']])
      expect(git(one, ['config', ...args]).out).toBe('shared\n');
  });
});

test('everything else is the real git: output, exit code, arguments as they are', () => {
  expect(git(one, ['rev-parse', '--show-toplevel']).out).toBe(`${one}\n`);
  expect(git(one, ['commit', '--allow-empty', '-m', 'two  blanks "and" $x']).code).toBe(0);
  expect(git(one, ['log', '-1', '--format=%s']).out).toBe('two  blanks "and" $x\n');
  expect(git(one, ['no-such-command']).code).toBe(1);
  expect(git('/', ['--version']).out).toMatch(/^git version /);
  expect(git('/', ['status']).code).toBe(128);
  const inMain = { GIT_DIR: join(repo.path, '.git') };
  expect(git(one, ['stash', 'list'], inMain).code).toBe(0);
  expect(execFileSync('/bin/sh', ['-n', join(BIN, 'git')]).toString()).toBe('');
});
