import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
beforeEach(async () => {
  harness = await worktreeHarness();
});
afterEach(() => harness.dispose());

const create = (branch: string, more = {}) =>
  harness.workspace.create(harness.spec('app-1', { branch, orOtherBranch: true, ...more }));

describe('a branch name that is taken', () => {
  it.each([
    ['here', 'feat/a', 'feat/a-2', 'feat/a exists already'],
    ['as the folder of it', 'feat', 'feat-a', 'there is a branch feat'],
    ['as something below it', 'feat/a/b', 'feat/a-2', 'stands in the way'],
  ])('%s is replaced, told, and found again', async (_where, present, got, words) => {
    harness.repo.git('branch', present);
    const made = await create('feat/a');
    expect(made).toMatchObject({ branch: got, notes: [expect.stringContaining(words)] });
    expect(repoAt(made.path).git('branch', '--show-current')).toBe(got);
    expect(await create('feat/a')).toMatchObject({ path: made.path, branch: got });
  });

  it.each([
    ['feat/a', 'feat/a-2'],
    ['feat', 'feat-a'],
    ['feat/a/b', 'feat/a-2'],
  ])('at the remote, by %s, is replaced', async (present, got) => {
    harness.repo.git('clone', '-q', '.', '../clone');
    harness.repo.git('branch', present);
    const repo = join(harness.temp, 'clone');
    expect(await create('feat/a', { repo })).toMatchObject({ branch: got });
  });

  it('is used in doubt where it is as the base is, and no other commit was made on it', async () => {
    harness.repo.git('branch', 'feat/a');
    expect(await create('feat/a', { reuseBranch: true })).toMatchObject({ branch: 'feat/a' });
    harness.repo.git('checkout', '-qb', 'feat/b');
    harness.repo.git('commit', '-q', '--allow-empty', '-m', "somebody's");
    harness.repo.git('checkout', '-q', 'main');
    const second = harness.spec('app-2', {
      branch: 'feat/b',
      orOtherBranch: true,
      reuseBranch: true,
    });
    expect(await harness.workspace.create(second)).toMatchObject({ branch: 'feat/b-2' });
  });
});
