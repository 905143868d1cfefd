import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepo, repoAt } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
beforeEach(async () => {
  harness = await worktreeHarness();
});
afterEach(() => harness.dispose());

/** A git program that does what the script says; `$REAL` is the real one. */
function fakeGit(script: string): string {
  const bin = join(harness.temp, 'fake-git');
  writeFileSync(bin, `#!/bin/sh\nREAL=git\n${script}\n`, { mode: 0o755 });
  return bin;
}
const removal = (id: string, path: string) => ({
  repo: harness.repo.path,
  path,
  id,
  branch: `ao/${id}`,
  deleteBranch: false,
});

describe('checking a repository', () => {
  const refused = (path: string, code: string, word: string) =>
    expect(harness.workspace.checkRepository(path)).rejects.toMatchObject({
      kind: 'rejected',
      code,
      message: expect.stringContaining(word),
    });

  it('refuses a folder that does not exist', () =>
    refused(join(harness.temp, 'nope'), 'AO_REPOSITORY_MISSING', 'nope'));

  it('refuses a folder that is not a repository', async () => {
    mkdirSync(join(harness.temp, 'plain'));
    await refused(join(harness.temp, 'plain'), 'AO_REPOSITORY_NONE', 'git init');
  });

  it('refuses a bare repository', async () => {
    harness.repo.git('clone', '-q', '--bare', '.', '../bare');
    await refused(join(harness.temp, 'bare'), 'AO_REPOSITORY_BARE', 'git clone');
  });

  it('refuses one without commits, also when a workspace is asked for', async () => {
    const empty = makeRepo({ in: harness.temp, name: 'empty', commit: false });
    await refused(empty.path, 'AO_REPOSITORY_EMPTY', 'first commit');
    await expect(
      harness.workspace.create(harness.spec('app-1', { repo: empty.path })),
    ).rejects.toMatchObject({ code: 'AO_REPOSITORY_EMPTY' });
  });

  it('refuses a subfolder, naming the top', () =>
    refused(join(harness.repo.path, 'src'), 'AO_REPOSITORY_SUBFOLDER', harness.repo.path));

  it('warns of a shallow clone, uncommitted changes and a detached HEAD, and still finds the default branch', async () => {
    harness.repo.git('commit', '-q', '--allow-empty', '-m', 'two');
    harness.repo.git('clone', '-q', '--depth', '1', `file://${harness.repo.path}`, '../shallow');
    const shallow = repoAt(join(harness.temp, 'shallow'));
    shallow.git('checkout', '-q', '--detach');
    shallow.write('README.md', 'changed');
    const checked = await harness.workspace.checkRepository(shallow.path);
    expect(checked.defaultBranch).toBe('main');
    expect(checked.warnings).toEqual([
      expect.stringContaining('shallow'),
      expect.stringContaining('detached'),
      expect.stringContaining('uncommitted'),
    ]);
    expect((await harness.workspace.doctor(shallow.path)).map(({ level }) => level)).toEqual([
      'ok',
      'ok',
      'warning',
      'warning',
      'warning',
    ]);
  });

  it('takes the remote default over main, and the present branch when there is neither', async () => {
    harness.repo.git('checkout', '-q', '-b', 'trunk');
    harness.repo.git('clone', '-q', '.', '../clone');
    const clone = repoAt(join(harness.temp, 'clone'));
    clone.git('branch', 'main');
    expect((await harness.workspace.checkRepository(clone.path)).defaultBranch).toBe('trunk');
    harness.repo.git('branch', '-D', 'main');
    expect((await harness.workspace.checkRepository(harness.repo.path)).defaultBranch).toBe(
      'trunk',
    );
  });

  it('says so when git is missing or too old', async () => {
    const missing = harness.build({ bin: join(harness.temp, 'no-git') });
    await expect(missing.create(harness.spec('app-1'))).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_GIT_MISSING',
    });
    const old = harness.build({ bin: fakeGit('echo git version 2.30.2') });
    await expect(old.checkRepository(harness.repo.path)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_GIT_OLD',
      message: expect.stringContaining('2.30.2'),
    });
    expect(await old.doctor(harness.repo.path)).toEqual([
      expect.objectContaining({ level: 'error', what: expect.stringContaining('2.38') }),
    ]);
  });
});

describe('creating', () => {
  it('refuses a path that is taken, and leaves it alone', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const taken = join(dirname(path), 'app-2');
    mkdirSync(taken);
    writeFileSync(join(taken, 'precious'), 'x');
    await expect(harness.workspace.create(harness.spec('app-2'))).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_WORKSPACE_PATH_TAKEN',
      message: expect.stringContaining(taken),
    });
    expect(existsSync(join(taken, 'precious'))).toBe(true);
    expect(harness.repo.git('branch', '--list', 'ao/app-2')).toBe('');
  });

  it('refuses a branch that is checked out elsewhere', async () => {
    await expect(
      harness.workspace.create(harness.spec('app-1', { branch: 'main', reuseBranch: true })),
    ).rejects.toMatchObject({
      code: 'AO_WORKSPACE_BRANCH_IN_USE',
      message: expect.stringContaining(harness.repo.path),
    });
  });

  it('refuses names that are no branch, or lead out of the folder', async () => {
    await expect(
      harness.workspace.create(harness.spec('app-1', { branch: 'a..b' })),
    ).rejects.toMatchObject({ code: 'AO_WORKSPACE_BRANCH_NAME' });
    await expect(harness.workspace.create(harness.spec('../x'))).rejects.toMatchObject({
      code: 'AO_WORKSPACE_ID',
    });
  });

  it('starts from the remote when only that has the base', async () => {
    harness.repo.git('branch', 'release');
    harness.repo.git('clone', '-q', '.', '../clone');
    const made = await harness.workspace.create(
      harness.spec('app-1', { repo: join(harness.temp, 'clone'), base: 'release' }),
    );
    expect(made.baseSha).toBe(harness.repo.git('rev-parse', 'release'));
    expect(repoAt(made.path).git('config', '--get-regexp', '^branch\\.main')).not.toContain(
      'app-1',
    );
  });

  it("runs none of the user's hooks", async () => {
    writeFileSync(
      join(harness.repo.path, '.git/hooks/post-checkout'),
      `#!/bin/sh\ntouch '${harness.temp}/hook-ran'\nexit 1\n`,
      { mode: 0o755 },
    );
    await harness.workspace.create(harness.spec('app-1'));
    expect(existsSync(join(harness.temp, 'hook-ran'))).toBe(false);
  });

  it('waits for a lock that another git holds for a moment', async () => {
    const lock = join(harness.repo.path, '.git/refs/heads/ao/app-1.lock');
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, '');
    const log = join(harness.temp, 'calls');
    const plugin = harness.build({
      bin: fakeGit(`case "$*" in *"worktree add"*) echo x >> '${log}';; esac; exec $REAL "$@"`),
    });
    const creating = plugin.create(harness.spec('app-1'));
    await until(
      () => existsSync(log) && readFileSync(log, 'utf8').split('\n').length > 2,
      5_000,
      'a second try',
    );
    rmSync(lock);
    expect(existsSync((await creating).path)).toBe(true);
  });

  it('ends what a killed bot left half-made: registered, no files, no mark', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const half = join(dirname(path), 'app-2');
    harness.repo.git('worktree', 'add', '-q', '--no-checkout', '-b', 'ao/app-2', half);
    const made = await harness.workspace.create(harness.spec('app-2'));
    expect(made.path).toBe(half);
    expect(repoAt(half).git('status', '--porcelain')).toBe('');
  });

  it('makes it again when somebody deleted the folder by hand', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    rmSync(path, { recursive: true });
    const made = await harness.workspace.create(harness.spec('app-1', { reuseBranch: true }));
    expect(repoAt(made.path).git('status', '--porcelain')).toBe('');
  });

  it('lists a placed file in info/exclude once, whatever the number of sessions', async () => {
    for (const id of ['app-1', 'app-2'])
      await harness.workspace.create(harness.spec(id, { files: { 'AO.md': id } }));
    expect(
      readFileSync(join(harness.repo.path, '.git/info/exclude'), 'utf8').match(/^\/AO\.md$/gm),
    ).toHaveLength(1);
  });

  it('keeps the end of megabytes of output only', async () => {
    const noisy = harness.spec('app-1', {
      postCreate: ['yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -c 5000000; echo the end; exit 1'],
    });
    await expect(harness.workspace.create(noisy)).rejects.toSatisfy(
      (error: Error) => error.message.length < 6_000 && error.message.endsWith('the end'),
    );
  });
});

describe('removing', () => {
  // threat: a filter of one session sleeps | other sessions of the repository start meanwhile
  it('a snapshot that takes long holds up no other session of the repository', async () => {
    const [begun, go] = [join(harness.temp, 'begun'), join(harness.temp, 'go')];
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const slow = harness.build({
      bin: fakeGit(
        `case "$PWD $*" in *app-1*write-tree*) touch '${begun}'; while [ ! -e '${go}' ]; do sleep 0.05; done;; esac\nexec $REAL "$@"`,
      ),
    });
    let isOver = false;
    const removed = slow.remove(removal('app-1', path)).finally(() => {
      isOver = true;
    });
    await until(() => existsSync(begun), { what: 'the snapshot to be under way' });
    const other = await slow.create(harness.spec('app-2'));
    expect(existsSync(other.path)).toBe(true);
    expect(isOver).toBe(false);
    writeFileSync(go, '');
    expect(await removed).toMatchObject({ snapshotRef: expect.stringContaining('app-1') });
    expect(existsSync(path)).toBe(false);
  });

  it('keeps files with conflict markers', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const { git, write } = repoAt(path);
    write('README.md', 'ours\n');
    git('commit', '-qam', 'ours');
    git('branch', 'other', 'main');
    git('checkout', '-q', 'other');
    write('README.md', 'theirs\n');
    git('commit', '-qam', 'theirs');
    git('checkout', '-q', 'ao/app-1');
    expect(() => git('merge', 'other')).toThrow();
    const { snapshotRef } = await harness.workspace.remove(removal('app-1', path));
    await harness.workspace.restore(harness.spec('app-1'), snapshotRef ?? '');
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain('<<<<<<<');
  });

  it.each(['with', 'without'])(
    'refuses when a repository %s commits lies in it, whose files a snapshot would lose',
    async (kind) => {
      const { path } = await harness.workspace.create(harness.spec('app-1'));
      makeRepo({ in: path, name: 'nested', commit: kind === 'with' });
      await expect(harness.workspace.remove(removal('app-1', path))).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_WORKSPACE_NESTED_REPOSITORY',
        message: expect.stringContaining('nested'),
      });
      expect(existsSync(join(path, 'nested/README.md'))).toBe(true);
    },
  );

  it('refuses a worktree that somebody locked, one of another session, and a plain folder', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    await expect(harness.workspace.remove(removal('app-2', path))).rejects.toMatchObject({
      code: 'AO_WORKSPACE_FOREIGN',
    });
    await expect(
      harness.workspace.remove(removal('app-2', `${harness.repo.path}/src`)),
    ).rejects.toMatchObject({ code: 'AO_WORKSPACE_NOT_A_WORKTREE' });
    harness.repo.git('worktree', 'lock', path);
    await expect(harness.workspace.remove(removal('app-1', path))).rejects.toMatchObject({
      code: 'AO_WORKSPACE_LOCKED',
    });
    expect(existsSync(path)).toBe(true);
  });

  it('removes folders without write permission too', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    mkdirSync(join(path, 'cache.log/deep'), { recursive: true });
    writeFileSync(join(path, 'cache.log/deep/x'), '');
    for (const folder of ['cache.log/deep', 'cache.log']) chmodSync(join(path, folder), 0o555);
    await harness.workspace.remove(removal('app-1', path));
    expect(existsSync(path)).toBe(false);
  });

  it('finds its worktrees again after the root was configured anew', async () => {
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const moved = harness.build({ root: join(harness.temp, 'elsewhere') });
    expect(await moved.list(harness.repo.path)).toEqual([
      { id: 'app-1', path, branch: 'ao/app-1' },
    ]);
    expect((await moved.remove(removal('app-1', path))).snapshotRef).toBe(
      'refs/ao/snapshots/app-1/1',
    );
  });
});
