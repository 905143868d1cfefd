import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRepo, type Repo, repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
let lib: Repo;
const ALLOWED = ['-c', 'protocol.file.allow=always'];
const removal = (path: string) => ({
  repo: harness.repo.path,
  path,
  id: 'app-1',
  branch: 'ao/app-1',
  deleteBranch: false,
});

/** What `git submodule add` commits, without its clone. */
function pin(repo: Repo, name: string, path: string, module: Repo): void {
  repo.write('.gitmodules', `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${module.path}\n`);
  const sha = module.git('rev-parse', 'HEAD');
  repo.git('add', '.gitmodules');
  repo.git('update-index', '--add', '--cacheinfo', `160000,${sha},${path}`);
  repo.git('commit', '-qm', name);
}

beforeEach(async () => {
  harness = await worktreeHarness();
  lib = makeRepo({ in: harness.temp, name: 'lib', files: { 'lib.txt': 'lib\n' } });
});
/** The project with `lib` at `vendor/lib`; `inner`: which has one itself, at `in`. */
function setUp(options: { inner: boolean }): void {
  if (options.inner)
    pin(
      lib,
      'in',
      'in',
      makeRepo({ in: harness.temp, name: 'inner', files: { 'inner.txt': 'inner\n' } }),
    );
  pin(harness.repo, 'library', 'vendor/lib', lib);
}
afterEach(() => harness.dispose());

describe('submodules in a workspace', () => {
  it('are there, with theirs, at the commits of the base', async () => {
    setUp({ inner: true });
    const { path, notes } = await harness.workspace.create(harness.spec('app-1'));
    expect(notes).toBeUndefined();
    expect(readFileSync(join(path, 'vendor/lib/lib.txt'), 'utf8')).toBe('lib\n');
    expect(readFileSync(join(path, 'vendor/lib/in/inner.txt'), 'utf8')).toBe('inner\n');
    expect(repoAt(path).git('status', '--porcelain')).toBe('');
    expect(repoAt(join(path, 'vendor/lib')).git('status', '--porcelain')).toBe('');
    expect(repoAt(join(path, 'vendor/lib')).git('submodule', 'status')).toMatch(/^ /);
  });

  it('are taken from the main clone where it has them, although their remote is gone', async () => {
    setUp({ inner: true });
    harness.repo.git(...ALLOWED, 'submodule', '--quiet', 'update', '--init', '--recursive');
    renameSync(lib.path, `${lib.path}-gone`);
    renameSync(join(harness.temp, 'inner'), join(harness.temp, 'inner-gone'));
    const { path, notes } = await harness.workspace.create(harness.spec('app-1'));
    expect(notes).toBeUndefined();
    expect(existsSync(join(path, 'vendor/lib/in/inner.txt'))).toBe(true);
  });

  it('that cannot be had are named, and the workspace is there', async () => {
    setUp({ inner: true });
    renameSync(join(harness.temp, 'inner'), join(harness.temp, 'inner-gone'));
    const { path, notes } = await harness.workspace.create(harness.spec('app-1'));
    expect(notes).toEqual([expect.stringMatching(/vendor\/lib\/in .*does not (appear|exist)/)]);
    expect(existsSync(join(path, 'vendor/lib/lib.txt'))).toBe(true);
  });

  it('are fetched from nowhere that only the branch names', async () => {
    setUp({ inner: false });
    const evil = makeRepo({ in: harness.temp, name: 'evil', files: { 'evil.txt': 'x' } });
    harness.repo.git('checkout', '-qb', 'ao/app-1');
    harness.repo.git('config', '-f', '.gitmodules', 'submodule.library.url', evil.path);
    harness.repo.git('add', '.gitmodules');
    harness.repo.git('commit', '-qm', 'another address');
    harness.repo.git('checkout', '-q', 'main');
    const { path, notes } = await harness.workspace.create(
      harness.spec('app-1', { reuseBranch: true }),
    );
    expect(notes).toEqual([expect.stringContaining('vendor/lib is not fetched')]);
    expect(existsSync(join(path, 'vendor/lib/.git'))).toBe(false);
  });
});

describe('work in a submodule', () => {
  it('comes back after a removal: files, index, commits, branches', async () => {
    setUp({ inner: false });
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const sub = repoAt(join(path, 'vendor/lib'));
    sub.git('checkout', '-qb', 'work');
    sub.write('lib.txt', 'committed\n');
    sub.git('commit', '-qam', 'pushed nowhere');
    const pushedNowhere = sub.git('rev-parse', 'HEAD');
    // The pointer is committed as well: git sees nothing that differs.
    repoAt(path).git('commit', '-qam', 'pointer');
    sub.write('lib.txt', 'not committed\n');
    sub.write('staged.txt', 'staged\n');
    sub.git('add', 'staged.txt');
    const before = sub.git('status', '--porcelain', '--branch');

    const { snapshotRef } = await harness.workspace.remove(removal(path));
    expect(existsSync(path)).toBe(false);
    await harness.workspace.restore(harness.spec('app-1'), snapshotRef ?? '');

    expect(readFileSync(join(path, 'vendor/lib/lib.txt'), 'utf8')).toBe('not committed\n');
    expect(sub.git('rev-parse', 'work')).toBe(pushedNowhere);
    expect(sub.git('status', '--porcelain', '--branch')).toBe(before);
  });

  it('comes back from submodules of submodules, stashes too', async () => {
    setUp({ inner: true });
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const inner = repoAt(join(path, 'vendor/lib/in'));
    inner.write('inner.txt', 'stashed\n');
    inner.git('stash', '--quiet');
    inner.write('untracked.txt', 'untracked\n');
    const { snapshotRef } = await harness.workspace.remove(removal(path));
    await harness.workspace.restore(harness.spec('app-1'), snapshotRef ?? '');
    expect(inner.git('status', '--porcelain')).toBe('?? untracked.txt');
    expect(inner.git('show', 'stash@{0}:inner.txt')).toBe('stashed');
  });

  it('comes back a second time, from where it was put back to', async () => {
    setUp({ inner: false });
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    for (const text of ['one', 'two']) {
      writeFileSync(join(path, 'vendor/lib/work.txt'), text);
      const { snapshotRef } = await harness.workspace.remove(removal(path));
      await harness.workspace.restore(harness.spec('app-1'), snapshotRef ?? '');
      expect(readFileSync(join(path, 'vendor/lib/work.txt'), 'utf8')).toBe(text);
    }
  });

  it('comes back when the submodule was taken out of the branch', async () => {
    setUp({ inner: false });
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    const sub = repoAt(join(path, 'vendor/lib'));
    sub.git('commit', '-q', '--allow-empty', '-m', 'pushed nowhere');
    const commit = sub.git('rev-parse', 'HEAD');
    repoAt(path).git('rm', '-qf', 'vendor/lib');
    const { snapshotRef } = await harness.workspace.remove(removal(path));
    await harness.workspace.restore(harness.spec('app-1'), snapshotRef ?? '');
    const gitDir = repoAt(path).git('rev-parse', '--absolute-git-dir');
    expect(
      repoAt(path).git('--git-dir', join(gitDir, 'modules/library'), 'cat-file', '-t', commit),
    ).toBe('commit');
  });

  it('is not removed with a repository that is not a submodule, committed as a pointer or not', async () => {
    setUp({ inner: false });
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    makeRepo({ in: path, name: 'nested' });
    repoAt(path).git('add', 'nested');
    repoAt(path).git('commit', '-qm', 'pointer');
    await expect(harness.workspace.remove(removal(path))).rejects.toMatchObject({
      code: 'AO_WORKSPACE_NESTED_REPOSITORY',
    });
    expect(existsSync(join(path, 'nested/README.md'))).toBe(true);
  });

  it('is not removed with files in the folder of a submodule that is not there', async () => {
    setUp({ inner: false });
    renameSync(lib.path, `${lib.path}-gone`);
    const { path } = await harness.workspace.create(harness.spec('app-1'));
    mkdirSync(join(path, 'vendor/lib'), { recursive: true });
    writeFileSync(join(path, 'vendor/lib/work.txt'), 'work');
    await expect(harness.workspace.remove(removal(path))).rejects.toMatchObject({
      code: 'AO_WORKSPACE_SUBMODULE_FILES',
      message: expect.stringContaining('vendor/lib'),
    });
    expect(existsSync(join(path, 'vendor/lib/work.txt'))).toBe(true);
  });
});
