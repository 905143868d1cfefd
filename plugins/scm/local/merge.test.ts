import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepositoryGit } from '../../../src/git/repository-git.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { LEE } from '../../../test/contract/scm.ts';
import { type LocalWorld, openWorld } from '../../../test/support/local-scm-world.ts';
import { mergeTrees, mergeTreesInCheckout } from './compare.ts';

describe('merging with the local scm', () => {
  let world: LocalWorld;
  beforeEach(async () => {
    world = await openWorld();
    await world.scm.start();
  });
  afterEach(async () => {
    await world.scm.stop();
    world.remove();
  });

  const open = async (files: Record<string, string>, branch = 'feat/a') => {
    const sha = world.repository.commit(branch, files, 'work');
    const { key } = await world.scm.create({
      session: 'app-1',
      branch,
      base: 'main',
      title: 'Add a',
      body: 'Because.',
      draft: false,
    });
    return { sha, key };
  };
  const merge = (
    key: string,
    sha: string,
    method: 'squash' | 'merge' | 'rebase' = 'squash',
    scm = world.scm,
  ) => scm.merge(key, { sha, base: 'main', method, title: 'Add a', body: 'Because.', by: LEE });
  const git = (...args: string[]) => world.repository.git(...args);
  const file = (name: string) => join(world.repository.path, name);

  it('moves a clean checkout of the base along: ref, index and files', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    const { mergeSha } = await merge(key, sha);
    expect(git('rev-parse', 'main')).toBe(mergeSha);
    expect(git('status', '--porcelain')).toBe('');
    expect(readFileSync(file('a.txt'), 'utf8')).toBe('a\n');
    expect(git('show', '-s', '--format=%an|%cn|%s', 'main')).toBe('Agent|Test Person|Add a (#1)');
    expect(git('show', '-s', '--format=%B', 'main')).toContain(
      `Ao-Pull-Request: ${key}\nAo-Head: ${sha}`,
    );
  });

  it('moves only the ref when nobody has the base checked out', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    git('switch', '-q', '--detach');
    const { mergeSha } = await merge(key, sha, 'merge');
    expect(git('rev-parse', 'main')).toBe(mergeSha);
    expect(existsSync(file('a.txt'))).toBe(false);
    expect(git('show', '-s', '--format=%P', 'main').split(' ')).toHaveLength(2);
  });

  it('rebases onto a base that moved, each commit by itself', async () => {
    const { key } = await open({ 'a.txt': 'a\n' });
    const sha = world.repository.commit('feat/a', { 'a2.txt': 'a\n' }, 'more');
    world.repository.commit('main', { 'other.txt': 'o\n' }, 'other');
    await merge(key, sha, 'rebase');
    expect(git('log', '--format=%s', 'main').split('\n')).toEqual([
      'more',
      'work',
      'other',
      'first',
    ]);
    expect(git('status', '--porcelain')).toBe('');
  });

  it.each([
    ['changed', () => ({ 'README.md': 'my own\n' }), { 'a.txt': 'a\n' }, 'README.md'],
    ['untracked and in the way', () => ({ 'a.txt': 'my own\n' }), { 'a.txt': 'a\n' }, 'a.txt'],
    [
      'ignored and in the way',
      () => ({ '.git/info/exclude': 'a.txt\n', 'a.txt': 'my own\n' }),
      { 'a.txt': 'a\n' },
      'a.txt',
    ],
  ])(
    'refuses when a file of the base checkout is %s, and touches nothing',
    async (_what, mine, theirs, named) => {
      const { key, sha } = await open(theirs);
      const before = git('rev-parse', 'main');
      world.repository.write(mine());
      const refusal = await merge(key, sha).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        kind: 'rejected',
        code: 'AO_SCM_BASE_DIRTY',
        message: expect.stringContaining(named),
      });
      expect((refusal as Error).message).toContain(world.repository.path);
      expect(git('rev-parse', 'main')).toBe(before);
      expect(readFileSync(file(named), 'utf8')).toBe('my own\n');
    },
  );

  it('does not mind untracked files elsewhere, nor the issues that ao itself writes', async () => {
    world.repository.commit('main', { '.ao/issues/1-x.md': '---\ntitle: x\n---\n' });
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    world.repository.write({
      'scratch.txt': 'mine',
      '.ao/issues/1-x.md': '---\ntitle: x\nstate: closed\n---\n',
    });
    expect(await merge(key, sha)).toMatchObject({ type: 'merged' });
    expect(readFileSync(file('.ao/issues/1-x.md'), 'utf8')).toContain('closed');
  });

  it('recognises a merge after a crash between moving the base and noting it', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    const noted = world.kv.set;
    world.kv.set = (name, value) => {
      if ((value as { state?: string }).state === 'merged') throw new Error('killed');
      noted(name, value);
    };
    await expect(merge(key, sha)).rejects.toThrow('killed');
    world.kv.set = noted;
    const moved = git('rev-parse', 'main');
    expect(await merge(key, sha, 'squash', world.again())).toEqual({
      type: 'merged',
      mergeSha: moved,
    });
    expect(git('rev-list', '--count', 'main')).toBe('2');
  });

  it('makes one merge of two presses at once', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    const [first, second] = await Promise.all([merge(key, sha), merge(key, sha)]);
    expect(second).toEqual(first);
    expect(git('rev-list', '--count', 'main')).toBe('2');
  });

  describe('a base that moves without a merge by ao', () => {
    const moved = async (key: string) => {
      const { state, baseMove } = await world.scm.read(key);
      return { state, ...baseMove };
    };

    // threat: an agent moves the base branch itself | not taken for a merge, and told with its commits
    it.each(['update-ref', 'merge'])(
      'to the commits of the pull request (%s): not merged, and told',
      async (how) => {
        const { key, sha } = await open({ 'a.txt': 'a\n' });
        const before = git('rev-parse', 'main');
        if (how === 'merge') git('merge', '-q', '--no-ff', '-m', 'by hand', 'feat/a');
        else git('update-ref', 'refs/heads/main', sha);
        const now = git('rev-parse', 'main');
        const told = { state: 'open', kind: 'has-work', from: before, to: now };
        expect(await moved(key)).toEqual(told);
        expect(await world.scm.read(key)).toMatchObject({ mergeability: 'blocked' });
        expect(await moved(key)).toEqual(told);
        await expect(merge(key, sha)).rejects.toMatchObject({ kind: 'rejected' });
        expect((await world.scm.read(key)).mergedBy).toBeNull();
      },
    );

    it('to a part of them, before the look at the last commit', async () => {
      const { key } = await open({ 'a.txt': 'a\n' });
      const first = world.repository.commit('feat/a', { 'b.txt': 'b\n' });
      world.repository.commit('feat/a', { 'c.txt': 'c\n' });
      git('update-ref', 'refs/heads/main', first);
      expect(await moved(key)).toMatchObject({ state: 'open', kind: 'has-work', to: first });
    });

    it('forward by work of people, and back by force', async () => {
      const { key } = await open({ 'a.txt': 'a\n' });
      const before = git('rev-parse', 'main');
      const theirs = world.repository.commit('main', { 'theirs.txt': 'x\n' });
      expect(await moved(key)).toEqual({
        state: 'open',
        kind: 'outside',
        from: before,
        to: theirs,
      });
      git('update-ref', 'refs/heads/main', before);
      expect(await moved(key)).toEqual({ state: 'open', kind: 'forced', from: theirs, to: before });
    });

    it.each(['squash', 'merge', 'rebase'] as const)(
      'its own merges (%s) are none, and what somebody did between them is',
      async (method) => {
        const watching = await open({ 'w.txt': 'w\n' }, 'feat/w');
        const a = await open({ 'a.txt': 'a\n' });
        const b = await open({ 'b.txt': 'b\n' }, 'feat/b');
        await merge(a.key, a.sha, method);
        await merge(b.key, b.sha, method);
        expect((await world.scm.read(watching.key)).baseMove).toBeUndefined();
        const c = await open({ 'c.txt': 'c\n' }, 'feat/c');
        const from = git('rev-parse', 'main');
        const to = world.repository.commit('main', { 'theirs.txt': 'x\n' });
        git('switch', '-q', 'main');
        await merge(c.key, c.sha, method);
        expect(await moved(watching.key)).toEqual({ state: 'open', kind: 'outside', from, to });
      },
    );

    it('of a pull request on another one: its base moves with that one', async () => {
      const below = await open({ 'a.txt': 'a\n' });
      world.repository.git('branch', 'feat/top', 'feat/a');
      world.repository.commit('feat/top', { 't.txt': 't\n' });
      const top = await world.scm.create({
        session: 'app-2',
        branch: 'feat/top',
        base: 'feat/a',
        title: 'On top',
        body: '',
        draft: false,
      });
      world.repository.commit('feat/a', { 'more.txt': 'm\n' });
      expect((await world.scm.read(below.key)).baseMove).toBeUndefined();
      expect((await world.scm.read(top.key)).baseMove).toBeUndefined();
    });
  });

  it('keeps a branch that is checked out or went on after the merge, deletes it otherwise', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    await merge(key, sha);
    const tree = join(world.folder, 'tree');
    git('worktree', 'add', '-q', tree, 'feat/a');
    await expect(world.scm.deleteBranch(key)).rejects.toMatchObject({
      code: 'AO_SCM_BRANCH_IN_USE',
      message: expect.stringContaining(tree),
    });
    git('worktree', 'remove', tree);
    world.repository.commit('feat/a', { 'late.txt': 'x' });
    await expect(world.scm.deleteBranch(key)).rejects.toMatchObject({
      code: 'AO_SCM_BRANCH_MOVED',
    });
    git('update-ref', 'refs/heads/feat/a', sha);
    await world.scm.deleteBranch(key);
    await world.scm.deleteBranch(key);
    expect(git('branch', '--list', 'feat/a')).toBe('');
  });

  it('updates a branch with its base, in its worktree too, unless that is dirty', async () => {
    const { key, sha } = await open({ 'a.txt': 'a\n' });
    world.repository.commit('main', { 'new.txt': 'n\n' });
    const tree = join(world.folder, 'tree');
    git('worktree', 'add', '-q', tree, 'feat/a');
    writeFileSync(join(tree, 'README.md'), 'in work\n');
    await expect(world.scm.updateBranch(key, sha)).rejects.toMatchObject({
      code: 'AO_SCM_BASE_DIRTY',
    });
    writeFileSync(join(tree, 'README.md'), 'hello\n');
    await world.scm.updateBranch(key, sha);
    expect(existsSync(join(tree, 'new.txt'))).toBe(true);
    expect(git('-C', tree, 'status', '--porcelain')).toBe('');
    expect(await world.scm.read(key)).toMatchObject({
      mergeability: 'clean',
      headSha: git('rev-parse', 'feat/a'),
      changedFiles: 1,
    });
  });

  it('merges trees alike with and without the new git command', async () => {
    const { sha } = await open({ 'a.txt': 'a\n' });
    world.repository.commit('feat/x', { 'README.md': 'x\n', 'ü.txt': 'x' });
    world.repository.commit('main', { 'README.md': 'y\n', 'ü.txt': 'y' });
    const repo = openRepositoryGit(world.repository.path, {
      env: { PATH: process.env.PATH ?? '', HOME: world.folder },
    });
    for (const head of [sha, git('rev-parse', 'feat/x')]) {
      const fast = await mergeTrees(repo, 'main', head, world.folder);
      const slow = await mergeTreesInCheckout(repo, 'main', head, world.folder);
      expect(slow).toEqual(fast);
    }
    expect(await mergeTrees(repo, 'main', 'feat/x', world.folder)).toEqual({
      type: 'conflict',
      files: ['README.md', 'ü.txt'],
    });
  });

  it('reads heads like git does: loose, packed, from a worktree, and none', () => {
    const sha = world.repository.commit('feat/a', { 'a.txt': 'a\n' });
    const tree = join(world.folder, 'tree');
    git('worktree', 'add', '-q', tree, 'feat/a');
    const refs = openBranchRefs(tree);
    expect(refs.head('feat/a')).toBe(sha);
    git('pack-refs', '--all');
    expect(refs.head('feat/a')).toBe(sha);
    git('update-ref', '-d', 'refs/heads/feat/none');
    expect(refs.head('feat/none')).toBeNull();
    expect(refs.head('../../HEAD')).toBeNull();
    expect(refs.head('main')).toBe(git('rev-parse', 'main'));
  });

  it('reads the state of 100 pull requests again without a process', async () => {
    const base = git('rev-parse', 'main');
    for (let number = 1; number <= 100; number += 1)
      world.kv.set(`pr:${String(number).padStart(8, '0')}`, record(number, base));
    git('branch', 'feat/many');
    // Without git on the PATH every process would fail.
    const scm = world.again([], { PATH: '/nowhere' });
    const targets = Array.from({ length: 100 }, (_, index) => ({
      session: `app-${index + 1}`,
      branch: 'none',
      base: 'main',
      prs: [`local:app#${index + 1}`],
      since: 0,
    }));
    const found = await scm.pullRequests(targets);
    expect(found).toHaveLength(100);
    expect(found.every(({ fact }) => fact.mergeability === 'clean')).toBe(true);
  });
});

/** A pull request whose comparison is known already. */
function record(number: number, sha: string): object {
  const comparison = {
    baseSha: sha,
    headSha: sha,
    ahead: 1,
    behind: 0,
    additions: 1,
    deletions: 0,
    changedFiles: 1,
    conflicts: [],
  };
  return {
    number,
    session: `app-${number}`,
    branch: 'feat/many',
    base: 'main',
    title: 't',
    body: '',
    draft: false,
    state: 'open',
    headSha: sha,
    headAt: 1,
    openedAt: 1,
    mergedSha: null,
    mergeSha: null,
    mergedBy: null,
    intent: null,
    reviews: [],
    comments: [],
    comparison,
  };
}
