import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

/** Without git-lfs nothing of this can be seen; it says so, because a skipped test looks like one that passed. */
const HAS_LFS = spawnSync('git', ['lfs', 'version']).status === 0;
if (!HAS_LFS)
  console.warn('git-lfs is not installed: what ao does with files in Git LFS is NOT tested here');

let harness: WorktreeHarness;
let clone: string;
/** A remote with a file in LFS, and a clone that has its content. */
beforeEach(async () => {
  harness = await worktreeHarness();
  if (!HAS_LFS) return;
  const { repo } = harness;
  repo.git('lfs', 'install', '--local');
  repo.write('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  repo.write('big.bin', 'content\n');
  repo.git('add', '-A');
  repo.git('commit', '-qm', 'a file in LFS');
  clone = join(harness.temp, 'clone');
  repo.git('clone', '-q', `file://${repo.path}`, clone);
  repoAt(clone).git('lfs', 'install', '--local');
  repoAt(clone).git('lfs', 'pull');
});
afterEach(() => harness.dispose());

const create = (id: string) => harness.workspace.create(harness.spec(id, { repo: clone }));
const big = (folder: string): string => readFileSync(join(folder, 'big.bin'), 'utf8');
const awayGoes = (): void => {
  renameSync(harness.repo.path, `${harness.repo.path}-away`);
  repoAt(clone).git('remote', 'remove', 'origin');
};

describe.skipIf(!HAS_LFS)('a file in Git LFS', () => {
  it('has its content in a worktree, from the clone, although the remote is gone', async () => {
    awayGoes();
    const made = await create('app-1');
    expect(big(made.path)).toBe('content\n');
    expect(made.notes ?? []).toEqual([]);
  });

  it('comes back as it was changed, and is committed as a pointer', async () => {
    const { path } = await create('app-1');
    const git = repoAt(path).git;
    repoAt(path).write('big.bin', 'mine\n');
    git('commit', '-qam', 'mine');
    expect(git('show', 'HEAD:big.bin')).toContain('oid sha256:');
    repoAt(path).write('big.bin', 'not committed\n');
    const { snapshotRef } = await harness.workspace.remove({
      repo: clone,
      path,
      id: 'app-1',
      branch: 'ao/app-1',
      deleteBranch: true,
    });
    expect(repoAt(clone).git('show', `${snapshotRef}:big.bin`)).toContain('oid sha256:');
    await harness.workspace.restore(harness.spec('app-1', { repo: clone }), snapshotRef ?? '');
    expect(big(path)).toBe('not committed\n');
    expect(git('status', '--porcelain')).toBe(' M big.bin');
  });

  it('that can be had nowhere stays a pointer, and the reason is told at once', async () => {
    rmSync(join(clone, '.git/lfs'), { recursive: true });
    awayGoes();
    const made = await create('app-1');
    expect(big(made.path)).toContain('oid sha256:');
    expect(made.notes).toMatchObject([expect.stringMatching(/pointers in this worktree.*\S+/s)]);
  });
});
