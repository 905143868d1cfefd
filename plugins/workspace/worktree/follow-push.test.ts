import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Repo, repoAt } from '../../../test/support/tmp.ts';
import { type WorktreeHarness, worktreeHarness } from './worktree-harness.ts';

let harness: WorktreeHarness;
let tree: Repo;
const BRANCH = 'ao/app-1';
beforeEach(async () => {
  harness = await worktreeHarness();
  tree = repoAt((await harness.workspace.create(harness.spec('app-1'))).path);
  tree.write('mine.txt', 'mine\n');
  tree.git('add', '.');
  tree.git('commit', '-qm', 'mine');
});
afterEach(() => harness.dispose());

const follow = (sha: string, more: object = {}) =>
  harness.workspace.follow?.({
    id: 'app-1',
    repo: harness.repo.path,
    path: tree.path,
    branch: BRANCH,
    base: 'main',
    sha,
    from: null,
    mayTake: true,
    ...more,
  });
const head = () => tree.git('rev-parse', 'HEAD');
const text = (file: string) =>
  existsSync(join(tree.path, file)) ? readFileSync(join(tree.path, file), 'utf8') : null;

/** Kim's clone, which pushed one commit on top of `on` to the branch at the remote. */
function kimPushes(on: string): { sha: string; from: { remote: string; ref: string } } {
  const { repo } = harness;
  const bare = join(harness.temp, 'hosted.git');
  repo.git('clone', '-q', '--bare', repo.path, bare);
  const kim = join(harness.temp, 'kim');
  repo.git('clone', '-q', bare, kim);
  const clone = repoAt(kim);
  clone.git('checkout', '-q', on);
  clone.write('kim.txt', 'kim\n');
  clone.git('add', '.');
  clone.git('commit', '-qm', 'Fix the typo', '--author', 'Kim <kim@k.test>');
  clone.git('push', '-q', '-f', 'origin', `HEAD:refs/heads/${BRANCH}`);
  return {
    sha: clone.git('rev-parse', 'HEAD'),
    from: { remote: bare, ref: `refs/heads/${BRANCH}` },
  };
}

it('has what its agent committed', async () => {
  expect(await follow(head())).toEqual({ type: 'has' });
  expect(await follow(tree.git('rev-parse', 'HEAD~1'))).toEqual({ type: 'has', ours: 1 });
});

it('M13: fetches what somebody else pushed, names it, and brings a clean worktree forward', async () => {
  const { sha, from } = kimPushes(head());
  expect(await follow(sha)).toEqual({ type: 'absent' });
  expect(await follow(sha, { from })).toEqual({
    type: 'taken',
    commits: [{ sha, author: 'Kim', title: 'Fix the typo' }],
  });
  expect([head(), text('kim.txt')]).toEqual([sha, 'kim\n']);
  expect(await follow(sha)).toEqual({ type: 'has' });
});

it('M13: leaves a worktree with changes, one that somebody works in, and one with commits of its own as they are', async () => {
  const before = head();
  const { sha, from } = kimPushes(before);
  expect(await follow(sha, { from, mayTake: false })).toMatchObject({
    type: 'left',
    why: 'behind',
  });
  tree.write('mine.txt', 'changed\n');
  expect(await follow(sha)).toMatchObject({
    type: 'left',
    why: 'behind',
    commits: [{ author: 'Kim' }],
  });
  expect([head(), text('mine.txt'), text('kim.txt')]).toEqual([before, 'changed\n', null]);
  tree.git('commit', '-qam', 'more of mine');
  const own = head();
  expect(await follow(sha)).toMatchObject({
    type: 'left',
    why: 'diverged',
    commits: [{ author: 'Kim' }],
  });
  expect(head()).toBe(own);
});

/** A commit on top of the branch, made elsewhere in the repository, and the branch moved to it. */
function movedInRepository(): string {
  const { repo } = harness;
  const folder = join(harness.temp, 'kim');
  repo.git('worktree', 'add', '-q', '--detach', folder, BRANCH);
  const kim = repoAt(folder);
  kim.write('kim.txt', 'kim\n');
  kim.git('add', '.');
  kim.git('commit', '-qm', 'Fix the typo');
  const sha = kim.git('rev-parse', 'HEAD');
  repo.git('update-ref', `refs/heads/${BRANCH}`, sha);
  return sha;
}

it('M13: takes the files along when the branch was moved under the worktree in the same repository', async () => {
  const sha = movedInRepository();
  expect([head(), text('kim.txt')]).toEqual([sha, null]);
  expect(await follow(sha)).toMatchObject({ type: 'taken', commits: [{ title: 'Fix the typo' }] });
  expect([text('kim.txt'), tree.git('status', '--porcelain')]).toEqual(['kim\n', '']);
  expect(await follow(sha)).toEqual({ type: 'has' });
});

it('M13: leaves changes over a branch that was moved, and what the agent is told to do brings both together', async () => {
  const before = head();
  tree.write('mine.txt', 'changed\n');
  const sha = movedInRepository();
  expect(await follow(sha)).toMatchObject({ type: 'left', why: 'moved', was: before });
  expect([text('mine.txt'), text('kim.txt')]).toEqual(['changed\n', null]);
  tree.git('reset', '-q', '--soft', before);
  tree.git('stash', '-q');
  tree.git('merge', '-q', '--ff-only', sha);
  tree.git('stash', 'pop', '-q');
  expect([head(), text('mine.txt'), text('kim.txt')]).toEqual([sha, 'changed\n', 'kim\n']);
});

describe('M11: how many commits of the worktree a head leaves out', () => {
  /** A commit made elsewhere in the repository, on top of `on`. */
  const elsewhere = (on: string, make: (other: Repo) => void): string => {
    const folder = join(harness.temp, 'other');
    harness.repo.git('worktree', 'add', '-q', '--detach', folder, on);
    const other = repoAt(folder);
    make(other);
    return other.git('rev-parse', 'HEAD');
  };
  const commit = (other: Repo, file: string): void => {
    other.write(file, `${file}\n`);
    other.git('add', '.');
    other.git('commit', '-qm', file);
  };

  it('all, where a branch of the same name has nothing of it', async () => {
    commit(tree, 'more.txt');
    const old = elsewhere('main', (other) => commit(other, 'old.txt'));
    expect(await follow(old)).toMatchObject({ type: 'left', why: 'diverged', ours: 2 });
  });

  it('none, where they are there under other ids, as after a rebase at the forge', async () => {
    const mine = head();
    const rebased = elsewhere('main', (other) => {
      commit(other, 'base.txt');
      other.git('cherry-pick', mine);
    });
    expect(await follow(rebased)).toMatchObject({ type: 'left', why: 'diverged', ours: 0 });
  });

  it('none of the base: a worktree that looks at a newer main has no work of its own there', async () => {
    const pushed = head();
    commit(harness.repo, 'base.txt');
    tree.git('checkout', '-q', '--detach', 'main');
    expect(await follow(pushed)).toMatchObject({ type: 'left', ours: 0 });
  });

  it('where the branch was moved under the worktree to a commit that lacks them', async () => {
    const old = elsewhere('main', (other) => commit(other, 'old.txt'));
    harness.repo.git('update-ref', `refs/heads/${BRANCH}`, old);
    expect(await follow(old)).toMatchObject({ type: 'left', why: 'moved', ours: 1 });
  });
});
