import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitEnv, makeRepo, type Repo, type TempDir, tempDir } from '../../test/support/tmp.ts';
import { until } from '../../test/support/until.ts';
import { createRunGit } from './run-git.ts';
import type { GitSetup } from './setup.ts';

let temp: TempDir;
let repo: Repo;
beforeEach(() => {
  temp = tempDir();
  repo = makeRepo({ in: temp.path, files: { 'a.txt': 'one\n' } });
});
afterEach(() => temp.remove());

const setup = (more: Partial<GitSetup> = {}): GitSetup => ({
  env: gitEnv(),
  stateDir: join(temp.path, 'state'),
  ...more,
});

const program = (name: string, body: string): string => {
  const file = join(temp.path, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
};

const isGone = (pid: number): boolean => {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

// threat: a filter, a remote or a repository that never answers | git is ended with all it started, and the thread says so
test('a call over its time limit ends with everything it started', async () => {
  const pids = join(temp.path, 'pids');
  const bin = program(
    'slow',
    `case "$*" in *--list*) exit 0;; esac\nsleep 1000 &\necho $! $$ > '${pids}'\nwait`,
  );
  const git = createRunGit(setup({ bin }));
  await expect(git(repo.path, ['status'], { timeoutMs: 500 })).rejects.toMatchObject({
    kind: 'transient',
    code: 'AO_GIT_TIMEOUT',
    message: expect.stringContaining(repo.path),
  });
  const children = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
  expect(children).toHaveLength(2);
  await until(() => children.every(isGone), { what: 'both processes to end' });
});

test('output over the limit ends the call', async () => {
  const bin = program('loud', 'case "$*" in *--list*) exit 0;; esac\nexec yes');
  await expect(createRunGit(setup({ bin }))(repo.path, ['status'])).rejects.toMatchObject({
    code: 'AO_GIT_OUTPUT',
  });
});

test('replace refs and grafts show nothing else than what is there', async () => {
  const head = repo.git('rev-parse', 'HEAD');
  repo.write('a.txt', 'other\n');
  repo.git('commit', '-qam', 'other');
  const other = repo.git('rev-parse', 'HEAD');
  repo.git('replace', other, head);
  mkdirSync(join(repo.path, '.git/info'), { recursive: true });
  writeFileSync(join(repo.path, '.git/info/grafts'), `${other}\n`);
  expect(repo.git('show', `${other}:a.txt`)).toBe('one');
  const git = createRunGit(setup());
  expect((await git(repo.path, ['show', `${other}:a.txt`])).stdout).toBe('other\n');
  expect((await git(repo.path, ['rev-list', '--count', other])).stdout).toBe('2\n');
});

// threat: an agent has git read another repository's objects | refused
test('objects of another repository are not read through alternates that an agent wrote', async () => {
  const git = createRunGit(setup());
  await git(repo.path, ['status']);
  const secret = makeRepo({ in: temp.path, name: 'secret', files: { 's.txt': 'secret\n' } });
  const blob = secret.git('rev-parse', 'HEAD:s.txt');
  const file = join(repo.path, '.git/objects/info/alternates');
  writeFileSync(file, `${join(secret.path, '.git/objects')}\n`);
  expect(repo.git('cat-file', '-p', blob)).toBe('secret');
  await expect(git(repo.path, ['cat-file', '-p', blob])).rejects.toMatchObject({
    code: 'AO_GIT_TAMPERED',
    message: expect.stringContaining(file),
  });
});

test('alternates that were there when ao took the project on go on working', async () => {
  const copy = join(temp.path, 'copy');
  repo.git('clone', '-q', '--shared', repo.path, copy);
  const git = createRunGit(setup());
  expect((await git(copy, ['show', 'HEAD:a.txt'])).stdout).toBe('one\n');
});

test('what the operator had in the repository goes on working, the same written later does not', async () => {
  const told: string[][] = [];
  const mark = join(temp.path, 'mark');
  const ssh = program('ssh', `echo "$*" >> '${mark}'\nexit 1`);
  const host = 'ssh://127.0.0.1:1/x';
  repo.git('config', 'core.sshCommand', ssh);
  repo.git('config', 'remote.origin.url', 'company:x');
  repo.git('config', 'url.ssh://127.0.0.1:1/.insteadOf', 'company:');
  const git = createRunGit(setup({ notice: (_, keys) => told.push([...keys]) }));
  expect((await git(repo.path, ['remote', 'get-url', 'origin'])).stdout).toBe(`${host}\n`);
  expect((await git(repo.path, ['fetch', 'origin'])).ok).toBe(false);
  expect(existsSync(mark)).toBe(true);
  expect(told).toEqual([]);

  repo.git('config', 'core.sshCommand', program('other', `touch '${temp.path}/other-ran'`));
  repo.git('config', 'alias.x', '!true');
  await git(repo.path, ['fetch', 'origin'], { env: { GIT_SSH_COMMAND: 'false' } });
  expect(existsSync(join(temp.path, 'other-ran'))).toBe(false);
  expect(told).toEqual([['core.sshcommand', 'alias.x']]);
});

test('Git LFS runs by its own commands, a filter that ao.yaml names by those, and no other', async () => {
  const mark = join(temp.path, 'mark');
  program('git-lfs', `echo "lfs $*" >> '${mark}'\nexec cat`);
  const own = program('own', `echo own >> '${mark}'\nexec cat`);
  const evil = program('evil', `echo evil >> '${mark}'\nexec cat`);
  repo.git('config', 'filter.lfs.clean', 'git-lfs clean -- %f');
  repo.git('config', 'filter.own.clean', evil);
  repo.git('config', 'filter.other.clean', evil);
  repo.write('.gitattributes', '*.bin filter=lfs\n*.own filter=own\n*.other filter=other\n');
  for (const name of ['x.bin', 'x.own', 'x.other']) repo.write(name, 'x\n');
  const env = { ...gitEnv(), PATH: `${temp.path}:${gitEnv().PATH}` };
  const git = createRunGit(setup({ env, filters: { own: { clean: own } } }));
  expect(await git(repo.path, ['add', '--all'])).toMatchObject({ ok: true });
  expect(readFileSync(mark, 'utf8')).toBe('lfs clean -- x.bin\nown\n');
});

// threat: an agent marks files so that a driver of the operator runs on them | not run
test("drivers of the operator's own configuration are not run for files an agent marks", async () => {
  const mark = join(temp.path, 'mark');
  const tool = program('tool', `touch '${mark}'\nexec cat`);
  const global = join(temp.path, 'gitconfig');
  writeFileSync(
    global,
    `[filter "sops"]\n\tclean = ${tool}\n\tsmudge = ${tool}\n\trequired = true\n[merge "m"]\n\tdriver = ${tool}\n[diff "d"]\n\ttextconv = ${tool}\n[user]\n\tname = Operator\n`,
  );
  repo.write('.gitattributes', '* filter=sops diff=d merge=m\n');
  repo.write('a.txt', 'two\n');
  const git = createRunGit(setup({ env: { ...gitEnv(), GIT_CONFIG_GLOBAL: global } }));
  expect(await git(repo.path, ['add', '--all'])).toMatchObject({ ok: true });
  expect((await git(repo.path, ['diff', '--cached', '--', 'a.txt'])).stdout).toContain('+two');
  expect((await git(repo.path, ['config', 'user.name'])).stdout).toBe('Operator\n');
  expect(existsSync(mark)).toBe(false);
});

test('a merge with a driver of the repository is the merge of texts', async () => {
  repo.git('checkout', '-qb', 'side');
  repo.write('a.txt', 'side\n');
  repo.git('commit', '-qam', 'side');
  repo.git('checkout', '-q', 'main');
  repo.write('a.txt', 'main\n');
  repo.write('.gitattributes', '* merge=m\n');
  repo.git('add', '-A');
  repo.git('commit', '-qm', 'main');
  const global = join(temp.path, 'gitconfig');
  writeFileSync(global, '[merge "m"]\n\tdriver = true\n');
  const git = createRunGit(setup({ env: { ...gitEnv(), GIT_CONFIG_GLOBAL: global } }));
  expect(await git(repo.path, ['merge', 'side'])).toMatchObject({ ok: false, code: 1 });
  expect(readFileSync(join(repo.path, 'a.txt'), 'utf8')).toMatch(
    /<{7}[\s\S]*main[\s\S]*={7}[\s\S]*side/,
  );
});

test('addresses that name a program are refused', async () => {
  const mark = join(temp.path, 'mark');
  const git = createRunGit(setup());
  const result = await git(repo.path, ['fetch', `ext::touch ${mark}`]);
  expect(result).toMatchObject({ ok: false, stderr: expect.stringContaining("'ext' not allowed") });
  expect(existsSync(mark)).toBe(false);
});
