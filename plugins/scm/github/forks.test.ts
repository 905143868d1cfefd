import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEE } from '../../../test/contract/scm.ts';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';

let clock: ReturnType<typeof manualClock>;
let world: GitHubWorld;
beforeEach(async () => {
  clock = manualClock();
  world = await openGitHubWorld({ clock });
});
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

const KEY = 'github:mallory/app#1';
/** Mallory's pull request from `patch-1` of her fork. */
const opened = (more: object = {}) => {
  const fork = world.fork('mallory/app');
  const sha = fork.commit('patch-1', { 'a.txt': 'a\n' });
  return {
    fork,
    sha,
    pull: world.world.open({
      branch: 'patch-1',
      headRepository: 'mallory/app',
      author: 'mallory',
      ...more,
    }),
  };
};
const origin = (address: string): void =>
  void world.repository.git('remote', 'set-url', 'origin', address);
const look = async (prs: readonly string[] = [KEY]) =>
  (
    await world.scm.pullRequests([
      { session: 'app-1', branch: 'feat/pr-1', base: 'main', prs, since: 0 },
    ])
  ).map(({ fact }) => fact);

describe("a pull request of somebody's fork", () => {
  it('starts from where GitHub keeps its head, and is pushed to the fork where the address is known', async () => {
    const { sha } = opened();
    origin('git@github.com:acme/app.git');
    expect(await world.scm.head?.(KEY)).toEqual({
      sha,
      from: { remote: 'origin', ref: 'refs/pull/1/head' },
      push: { type: 'fork', url: 'git@github.com:mallory/app.git', branch: 'patch-1' },
    });
    expect(await world.scm.read(KEY)).toMatchObject({ foreign: true, headSha: sha });
    expect((await world.scm.read(KEY)).readOnly).toBeUndefined();
  });

  it.each([
    [
      'the clone has a remote of the fork',
      'https://host/acme/app',
      'ssh://git@host/Mallory/app.git',
      'ssh://git@host/Mallory/app.git',
    ],
    [
      'only the owner differs',
      'https://me:secret@host/acme/app',
      null,
      'https://me:secret@host/mallory/app',
    ],
  ])('knows the address when %s', async (_name, upstream, other, expected) => {
    opened();
    origin(upstream);
    if (other !== null) world.repository.git('remote', 'add', 'mallory', other);
    expect((await world.scm.head?.(KEY))?.push).toMatchObject({ url: expected });
  });

  it('asks the remote that is the repository, where `origin` is a fork', async () => {
    opened();
    origin('git@github.com:me/app.git');
    world.repository.git('remote', 'add', 'upstream', 'git@github.com:acme/app.git');
    expect((await world.scm.head?.(KEY))?.from).toEqual({
      remote: 'upstream',
      ref: 'refs/pull/1/head',
    });
  });

  it('is told as read-only, with the reason, where nobody here can push', async () => {
    opened({ maintainerCanModify: false });
    origin('git@github.com:acme/app.git');
    const why = 'its author does not allow edits by maintainers';
    expect((await world.scm.head?.(KEY))?.push).toEqual({ type: 'none', why });
    expect(await look()).toMatchObject([{ key: KEY, foreign: true, readOnly: why }]);
  });

  it('is read-only too where the address of the fork is not known', async () => {
    opened();
    expect(await look()).toMatchObject([
      { readOnly: "the remotes of the project's clone don't tell where mallory/app is" },
    ]);
  });

  it('can be pushed to without the permission of its author by whoever may write in the fork', async () => {
    const fork = world.fork('friend/app', { viewerPermission: 'WRITE' });
    fork.commit('patch-1', { 'a.txt': 'a\n' });
    world.world.open({
      branch: 'patch-1',
      headRepository: 'friend/app',
      maintainerCanModify: false,
    });
    origin('git@github.com:acme/app.git');
    expect((await world.scm.head?.('github:friend/app#1'))?.push).toMatchObject({
      type: 'fork',
      url: 'git@github.com:friend/app.git',
    });
  });

  it('is merged by number with the head that was seen, and its branch is left to its owner', async () => {
    const { fork, sha } = opened();
    const merge = (head: string) =>
      world.scm.merge(KEY, {
        sha: head,
        base: 'main',
        method: 'squash',
        title: 'x',
        body: '',
        by: LEE,
      });
    await expect(merge('0'.repeat(40))).rejects.toMatchObject({ code: 'AO_SCM_HEAD_MOVED' });
    expect(await merge(sha)).toMatchObject({ type: 'merged' });
    await expect(world.scm.deleteBranch(KEY)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_SCM_FOREIGN',
    });
    expect(world.world.forks.get('mallory/app')?.commits.head('patch-1')).toBe(sha);
    expect(fork.path).toContain('mallory');
  });

  it('tells the files in conflict', async () => {
    opened();
    world.commit('main', { 'a.txt': 'theirs\n' });
    expect(await look()).toMatchObject([{ mergeability: 'conflicting', conflicts: ['a.txt'] }]);
  });

  it('stays the same one when the fork is renamed, given away or deleted', async () => {
    opened();
    expect(await look()).toMatchObject([{ key: KEY }]);
    world.world.renameFork('mallory/app', 'mallory/application');
    world.world.touch(world.world.pull(1));
    clock.advance(11_000);
    expect(await look()).toMatchObject([{ key: KEY, state: 'open' }]);
    world.world.deleteFork('mallory/application');
    world.world.touch(world.world.pull(1));
    clock.advance(11_000);
    expect(await look()).toMatchObject([
      { key: KEY, state: 'open', readOnly: 'the fork it came from is gone' },
    ]);
    expect(await world.again().read(KEY)).toMatchObject({ key: KEY });
    expect(await world.scm.resolve('1')).toBe(KEY);
  });
});

describe('a fork the clone pushes to', () => {
  const ours = () => {
    const fork = world.fork('me/app', { viewerPermission: 'ADMIN' });
    origin('git@github.com:acme/app.git');
    world.repository.git('remote', 'add', 'fork', 'git@github.com:me/app.git');
    world.repository.git('config', 'remote.pushDefault', 'fork');
    return fork;
  };
  const target = { session: 'app-1', branch: 'feat/a', base: 'main', prs: [], since: 0 };
  const found = async () => (await world.scm.pullRequests([target])).map(({ fact }) => fact);

  it('finds what the agent opened from it by its branch, before the first look and after', async () => {
    const fork = ours();
    expect(await found()).toEqual([]);
    const headSha = fork.commit('feat/a', { 'a.txt': 'a\n' });
    const { number } = world.world.open({ branch: 'feat/a', headRepository: 'me/app' });
    world.world.open({ branch: 'feat/a', headRepository: 'mallory/app', headSha });
    clock.advance(11_000);
    expect(await found()).toMatchObject([
      { number, key: `github:me/app#${number}`, foreign: true },
    ]);
    expect((await world.again().pullRequests([target])).map(({ fact }) => fact.number)).toEqual([
      number,
    ]);
  });

  it('opens pull requests from it, once, and deletes its branch, which is ours', async () => {
    const fork = ours();
    const sha = fork.commit('feat/a', { 'a.txt': 'a\n' });
    const create = (title: string) =>
      world.scm.create({
        session: 'app-1',
        branch: 'feat/a',
        base: 'main',
        title,
        body: '',
        draft: false,
      });
    const { key } = await create('Add a');
    expect(key).toBe('github:me/app#1');
    expect(await create('Add a well')).toMatchObject({ key, title: 'Add a well' });
    await world.scm.merge(key, {
      sha,
      base: 'main',
      method: 'squash',
      title: 'x',
      body: '',
      by: LEE,
    });
    for (let n = 0; n < 2; n += 1) await world.scm.deleteBranch(key);
    expect(world.world.forks.get('me/app')?.commits.head('feat/a')).toBeNull();
  });
});
