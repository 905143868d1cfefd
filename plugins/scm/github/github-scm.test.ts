import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScmWatchTarget } from '../../../src/slots/scm.ts';
import { LEE } from '../../../test/contract/scm.ts';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { createGitHubClient } from '../../shared/github/client.ts';
import { githubAccessSchema } from '../../shared/github/config.ts';
import { marked } from '../../shared/github/marker.ts';
import { githubScmConfig } from './config.ts';
import { createGitHubScm } from './github-scm.ts';

let clock: ReturnType<typeof manualClock>;
let world: GitHubWorld;
beforeEach(async () => {
  clock = manualClock();
  world = await openGitHubWorld({ clock, botAuthors: ['renovate'] });
});
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

const target = (more: Partial<ScmWatchTarget> = {}): ScmWatchTarget => ({
  session: 'app-1',
  branch: 'feat/a',
  base: 'main',
  prs: [],
  since: 0,
  ...more,
});
const look = async (more: Partial<ScmWatchTarget> = {}) =>
  (await world.scm.pullRequests([target(more)])).map(({ fact }) => fact);
const one = async () => {
  const [fact] = await look();
  if (fact === undefined) throw new Error('no pull request was found');
  return fact;
};
const opened = (more: object = {}) => {
  const sha = world.commit('feat/a', { 'a.txt': 'a\n' });
  return { sha, pull: world.world.open({ branch: 'feat/a', title: 'Add a', ...more }) };
};
const later = (ms = 11_000): void => clock.advance(ms);

describe('finding pull requests', () => {
  it('finds one that was opened after the first look, without another search', async () => {
    expect(await look()).toEqual([]);
    opened();
    later();
    expect(await one()).toMatchObject({
      key: 'github:acme/app#1',
      title: 'Add a',
      branch: 'feat/a',
      state: 'open',
    });
  });

  it('ignores the same branch of a fork, and old ones of a re-used branch', async () => {
    const { pull } = opened({ headRepository: 'mallory/app' });
    world.world.close(pull.number);
    world.world.open({ branch: 'feat/a', headRepository: 'mallory/app' });
    const old = world.world.open({ branch: 'feat/a' });
    world.world.close(old.number);
    later(60_000);
    const since = clock.now();
    expect(await look({ since })).toEqual([]);
    const mine = world.world.open({ branch: 'feat/a' });
    later();
    expect((await look({ since })).map((fact) => fact.number)).toEqual([mine.number]);
  });

  it('follows an adopted one of a fork by its key, and never takes a number for it', async () => {
    const { pull } = opened({ headRepository: 'friend/app', headSha: 'a'.repeat(40) });
    pull.headSha = world.repository.git('rev-parse', 'feat/a');
    const key = await world.scm.resolve(String(pull.number));
    expect(key).toBe('github:friend/app#1');
    expect(await look({ branch: 'other', prs: [key] })).toMatchObject([{ key, foreign: true }]);
    expect(await look({ branch: 'other', prs: ['github:acme/app#1'] })).toEqual([]);
    await expect(world.scm.read('github:acme/app#1')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('gives several of one session', async () => {
    const { pull } = opened();
    world.commit('feat/b', { 'b.txt': 'b\n' });
    const second = world.world.open({ branch: 'feat/b' });
    expect(
      (await look({ prs: [`github:acme/app#${second.number}`] }))
        .map((fact) => fact.number)
        .toSorted(),
    ).toEqual([pull.number, second.number]);
  });
});

describe('checks', () => {
  it('tells pending, passing, failing of the head, and reads checks one by one only when it is not green', async () => {
    const { sha } = opened();
    expect((await one()).checks).toMatchObject({ state: 'none', sha });
    const run = world.world.check(sha, 'unit', { status: 'IN_PROGRESS' });
    later();
    expect((await one()).checks).toMatchObject({
      state: 'pending',
      checks: [{ name: 'CI / unit', status: 'running' }],
    });
    world.world.finish(sha, run, 'SUCCESS');
    later();
    expect((await one()).checks).toMatchObject({ state: 'passing', sha });
    const lint = world.world.check(sha, 'lint');
    world.world.finish(sha, lint, 'FAILURE');
    world.world.touch(world.world.pull(1));
    later();
    const failing = (await one()).checks;
    expect(failing.state).toBe('failing');
    expect(failing.checks.map((check) => [check.name, check.conclusion, check.required])).toEqual([
      ['CI / unit', 'success', null],
      ['CI / lint', 'failure', null],
    ]);
    expect(failing.firstFailureAt).toBe(clock.now());
  });

  it('lets only required checks decide where some are required', async () => {
    world.world.rules.requireChecks = ['unit'];
    const { sha } = opened();
    world.world.finish(sha, world.world.check(sha, 'unit'), 'SUCCESS');
    world.world.finish(sha, world.world.check(sha, 'optional'), 'FAILURE');
    expect((await one()).checks).toMatchObject({ state: 'passing' });
    expect((await one()).checks.checks.map((check) => check.required)).toEqual([true, false]);
  });

  it('sees a failure among running checks, and then each further one', async () => {
    const { sha } = opened();
    const runs = ['one', 'two'].map((name) =>
      world.world.check(sha, name, { status: 'IN_PROGRESS' }),
    );
    await one();
    world.world.finish(sha, runs[0] as never, 'FAILURE');
    later(30_000);
    expect((await one()).checks.checks.map((check) => check.conclusion)).toEqual(['failure', null]);
    world.world.finish(sha, runs[1] as never, 'FAILURE');
    later();
    expect((await one()).checks.checks.map((check) => check.conclusion)).toEqual([
      'failure',
      'failure',
    ]);
  });

  it('polls as before after something that ao itself did: only deliveries say that webhooks work', async () => {
    const { sha, pull } = opened();
    const run = world.world.check(sha, 'unit', { status: 'IN_PROGRESS' });
    await one();
    await world.scm.comment('github:acme/app#1', { body: 'hello', key: 'k', inReplyTo: null });
    await world.scm.create({
      session: 's',
      branch: 'feat/a',
      base: 'main',
      title: 'Add a',
      body: '',
      draft: false,
    });
    later();
    await one();
    expect(world.scm.nextLook?.()).toBe(10_000);
    world.world.finish(sha, run, 'FAILURE');
    later();
    expect((await one()).checks.state).toBe('failing');
    expect(pull.number).toBe(1);
  });

  it.each([
    ['the second of the two questions fails', /\/status$/],
    ['the roll-up can not be read', /^graphql$/],
  ])('misses no failure of a check when %s in the moment it is told', async (_name, match) => {
    const { sha } = opened();
    const run = world.world.check(sha, 'unit', { status: 'IN_PROGRESS' });
    await one();
    later();
    await one();
    world.world.finish(sha, run, 'FAILURE');
    // Octokit asks a second time by itself.
    world.fake.fault({ match, status: 502, times: 2 });
    later();
    await expect(look()).rejects.toMatchObject({ kind: 'transient' });
    world.fake.clearFaults();
    later();
    expect((await one()).checks.state).toBe('failing');
  });

  it('gives the failing step and the lines around the error of an Actions job', async () => {
    const { sha, pull } = opened();
    const stamp = (line: string): string => `2026-03-02T09:00:00.0000000Z ${line}`;
    const log = [
      '##[group]Run npm ci',
      'added 3 packages',
      '##[endgroup]',
      '##[group]Run npm test',
      '##[endgroup]',
      '\u001b[31mnot ok 3 - adds\u001b[0m',
      '  AssertionError: expected 4 to be 5',
      '##[error]Process completed with exit code 1.',
      'Post job cleanup.',
    ]
      .map(stamp)
      .join('\n');
    world.world.finish(sha, world.world.check(sha, 'unit'), 'FAILURE', {
      log,
      steps: [
        { name: 'Run npm ci', conclusion: 'success' },
        { name: 'Run npm test', conclusion: 'failure' },
      ],
    });
    const details = await world.scm.details(`github:acme/app#${pull.number}`, sha);
    const excerpt = details.checks[0]?.excerpt ?? '';
    expect(excerpt).toContain('Job "unit", step "Run npm test" failed.');
    expect(excerpt).toContain('AssertionError: expected 4 to be 5');
    expect(excerpt).not.toMatch(/2026-03-02T|##\[/);
    expect(excerpt).not.toContain('\u001b');
    expect(
      await world.scm.checkLog(`github:acme/app#${pull.number}`, details.checks[0]?.ref ?? ''),
    ).toContain('added 3 packages');
  });

  it('gives annotations and summary of other apps, and what a commit status says', async () => {
    const { sha, pull } = opened();
    world.world.finish(sha, world.world.check(sha, 'scan', { app: 'scanner' }), 'FAILURE', {
      title: '1 problem',
      summary: 'See below',
      annotations: [{ path: 'a.ts', line: 7, level: 'failure', message: 'error: unsafe' }],
    });
    world.world.status(sha, 'ci/legacy', 'FAILURE', 'Build broke', 'https://ci.invalid/1');
    const { checks } = await world.scm.details(`github:acme/app#${pull.number}`, sha);
    expect(checks.map((check) => check.excerpt)).toEqual([
      expect.stringContaining('a.ts:7: error: unsafe'),
      expect.stringContaining('Build broke'),
    ]);
  });

  it('says that a log is gone instead of failing', async () => {
    const { sha, pull } = opened();
    world.world.finish(sha, world.world.check(sha, 'unit'), 'FAILURE');
    const { checks } = await world.scm.details(`github:acme/app#${pull.number}`, sha);
    expect(checks[0]?.excerpt).toContain('could not be read');
  });

  it('runs failed jobs again, only for the commit it was asked for', async () => {
    const { sha, pull } = opened();
    world.world.finish(sha, world.world.check(sha, 'unit'), 'FAILURE');
    const key = `github:acme/app#${pull.number}`;
    await expect(world.scm.rerun(key, 'f'.repeat(40))).rejects.toMatchObject({
      code: 'AO_SCM_HEAD_MOVED',
    });
    await world.scm.rerun(key, sha);
    expect(world.world.reruns).toHaveLength(1);
    expect((await world.scm.read(key)).checks.state).toBe('pending');
  });
});

describe('reviews', () => {
  it('gives threads, replies, bodies and comments with place, author, bot and permission; ao itself as its own', async () => {
    world.world.collaborators.set('dana', 'write');
    world.world.bots.add('lint[bot]');
    const { pull } = opened();
    const thread = world.world.thread(pull.number, 'dana', 'Why?', 'src/a.ts', 12);
    world.world.reply(thread, 'stranger', 'Me too');
    world.world.review(pull.number, 'dana', 'CHANGES_REQUESTED', 'Please test it.');
    world.world.comment(pull.number, 'lint[bot]', 'style');
    world.world.comment(pull.number, 'renovate', 'update');
    world.world.comment(pull.number, 'ao-bot', marked('mine', 'k'));
    const { review } = await one();
    expect(review.decision).toBe('changes_requested');
    expect(
      review.comments.map(({ kind, author, isBot, own, permission, file, line }) => ({
        kind,
        author,
        isBot,
        own,
        permission,
        file,
        line,
      })),
    ).toEqual(
      expect.arrayContaining([
        {
          kind: 'inline',
          author: 'dana',
          isBot: false,
          own: false,
          permission: 'write',
          file: 'src/a.ts',
          line: 12,
        },
        {
          kind: 'reply',
          author: 'stranger',
          isBot: false,
          own: false,
          permission: 'read',
          file: 'src/a.ts',
          line: 12,
        },
        {
          kind: 'body',
          author: 'dana',
          isBot: false,
          own: false,
          permission: 'write',
          file: null,
          line: null,
        },
        {
          kind: 'pr_comment',
          author: 'lint',
          isBot: true,
          own: false,
          permission: 'unknown',
          file: null,
          line: null,
        },
        {
          kind: 'pr_comment',
          author: 'renovate',
          isBot: true,
          own: false,
          permission: 'unknown',
          file: null,
          line: null,
        },
        {
          kind: 'pr_comment',
          author: 'ao-bot',
          isBot: false,
          own: true,
          permission: 'unknown',
          file: null,
          line: null,
        },
      ]),
    );
    expect(review.comments.find((comment) => comment.kind === 'inline')?.hunk).toContain('@@');
  });

  it('reads more threads than one page holds', async () => {
    const { pull } = opened();
    for (let n = 0; n < 95; n += 1) world.world.thread(pull.number, 'dana', `remark ${n}`);
    const { review } = await one();
    expect(review.comments).toHaveLength(95);
  });

  it('replies in a thread once, and resolves it', async () => {
    const { pull } = opened();
    const thread = world.world.thread(pull.number, 'dana', 'Why?');
    const key = `github:acme/app#${pull.number}`;
    const asked = (await one()).review.comments[0];
    for (let n = 0; n < 2; n += 1)
      await world.scm.comment(key, { body: 'Fixed.', key: 'r1', inReplyTo: asked?.id ?? '' });
    expect(thread.comments.map((comment) => comment.body.split('\n')[0])).toEqual([
      'Why?',
      'Fixed.',
    ]);
    await world.scm.resolveThread(key, thread.id);
    expect((await one()).review.comments.every((comment) => comment.resolved)).toBe(true);
  });

  it('knows who approved the head, and that an approval of an older commit is none of it', async () => {
    world.world.rules.requireReview = true;
    world.world.collaborators.set('dana', 'write');
    const { pull } = opened();
    expect((await one()).review.decision).toBe('required');
    world.world.review(pull.number, 'dana', 'APPROVED');
    later();
    expect((await one()).review).toMatchObject({ decision: 'approved', approvedBy: ['dana'] });
    world.commit('feat/a', { 'b.txt': 'b\n' });
    later();
    expect((await one()).review).toMatchObject({ decision: 'required', approvedBy: [] });
  });

  it('opens and takes over nothing on a branch that has other commits than the work', async () => {
    const { pull } = opened();
    const stale = pull.headSha;
    clock.advance(60_000);
    const create = (head: string, since: number) =>
      world.scm.create({
        session: 'app-2',
        branch: 'feat/a',
        base: 'main',
        title: 'Mine',
        body: 'mine',
        draft: false,
        head,
        own: { prs: [], since },
      });
    await expect(create('a'.repeat(40), clock.now())).rejects.toMatchObject({
      code: 'AO_SCM_FOREIGN_PR',
    });
    // Opened since, but of the commits that were there before.
    await expect(create('a'.repeat(40), 0)).rejects.toMatchObject({ code: 'AO_SCM_OTHER_HEAD' });
    expect(world.world.pull(pull.number).title).not.toBe('Mine');
    expect((await create(stale, 0)).title).toBe('Mine');
  });

  it.each([true, false])(
    'an approval for another base counts for nothing, seen before or not (required by a rule: %s)',
    async (requireReview) => {
      world.world.rules.requireReview = requireReview;
      world.world.collaborators.set('dana', 'write');
      world.commit('stage', { 's.txt': 's\n' });
      const none = requireReview ? 'required' : 'none';
      const { pull } = opened();
      world.world.setBase(pull.number, 'stage');
      later();
      world.world.review(pull.number, 'dana', 'APPROVED');
      // The first look comes when it goes into main already.
      later();
      world.world.setBase(pull.number, 'main');
      expect((await one()).review).toMatchObject({ decision: none, approvedBy: [] });
      later();
      world.world.review(pull.number, 'dana', 'APPROVED');
      later();
      expect((await one()).review).toMatchObject({ decision: 'approved', approvedBy: ['dana'] });
      world.world.setBase(pull.number, 'stage');
      later();
      expect(await one()).toMatchObject({ base: 'stage', review: { decision: none } });
      const merge = world.scm.merge('github:acme/app#1', {
        sha: pull.headSha,
        base: 'main',
        method: 'squash',
        title: 'Add a',
        body: '',
        by: LEE,
      });
      await expect(merge).rejects.toMatchObject({ code: 'AO_SCM_BASE_CHANGED' });
      expect(world.world.pull(pull.number).state).toBe('OPEN');
    },
  );
});

describe('mergeability', () => {
  it('asks again while GitHub does not know, and takes it for nothing meanwhile', async () => {
    // The search, the whole read and the next look.
    world.world.mergeabilityDelay = 3;
    opened();
    expect((await one()).mergeability).toBe('unknown');
    expect(world.scm.nextLook?.()).toBeLessThan(10_000);
    later();
    expect((await one()).mergeability).toBe('unknown');
    later();
    expect((await one()).mergeability).toBe('clean');
  });

  it('names the files of a conflict, and sees that it is gone', async () => {
    world.commit('feat/a', { 'README.md': 'mine\n' });
    world.world.open({ branch: 'feat/a' });
    world.commit('main', { 'README.md': 'theirs\n' });
    expect(await one()).toMatchObject({ mergeability: 'conflicting', conflicts: ['README.md'] });
  });

  it('tells behind only where a rule demands it, and updates the branch of the expected head', async () => {
    const { sha, pull } = opened();
    world.commit('main', { 'b.txt': 'b\n' });
    expect((await one()).mergeability).toBe('clean');
    world.world.rules.strict = true;
    const key = `github:acme/app#${pull.number}`;
    expect(await world.scm.read(key)).toMatchObject({
      mergeability: 'behind',
      requiresCurrentBase: true,
    });
    await expect(world.scm.updateBranch(key, 'f'.repeat(40))).rejects.toMatchObject({
      code: 'AO_SCM_HEAD_MOVED',
    });
    await world.scm.updateBranch(key, sha);
    expect((await world.scm.read(key)).headSha).not.toBe(sha);
    expect((await world.scm.read(key)).mergeability).toBe('clean');
  });

  it.each([
    ['a draft', () => world.world.setDraft(1, true), { draft: true }],
    ['a re-opened one', () => [world.world.close(1), world.world.reopen(1)], { state: 'open' }],
    ['a closed one', () => world.world.close(1), { state: 'closed' }],
    [
      'one merged by somebody else',
      () => void world.world.merge(world.world.pull(1), 'squash', 'x', 'dana'),
      { state: 'merged', mergedBy: 'dana' },
    ],
    [
      'another base',
      () => [world.commit('next', { 'n.txt': 'n\n' }), world.world.setBase(1, 'next')],
      { base: 'next' },
    ],
    [
      'a deleted branch',
      () => [world.world.commits.remove('feat/a'), world.world.sync()],
      { state: 'closed' },
    ],
    [
      'a forced push',
      () => [
        world.repository.git('branch', '-D', 'feat/a'),
        world.commit('feat/a', { 'z.txt': 'z\n' }),
      ],
      { state: 'open', changedFiles: 1 },
    ],
  ])('sees %s', async (_name, happen, expected) => {
    opened();
    await one();
    happen();
    later();
    expect(await one()).toMatchObject(expected);
  });
});

describe('merging', () => {
  const merge = (sha: string, method: 'squash' | 'merge' | 'rebase' = 'squash') =>
    world.scm.merge('github:acme/app#1', {
      sha,
      base: 'main',
      method,
      title: 'Add a',
      body: '',
      by: LEE,
    });

  it('uses a method the repository allows, and says so', async () => {
    world.world.rules.methods = { squash: false, merge: true, rebase: true };
    world.world.rules.ruleMethods = ['rebase'];
    const { sha } = opened();
    expect(await merge(sha)).toMatchObject({
      type: 'merged',
      note: expect.stringContaining('merged by "rebase" instead'),
    });
  });

  it.each([
    [
      409,
      'Head branch was modified. Review and try the merge again.',
      'rejected',
      'AO_SCM_HEAD_MOVED',
    ],
    [
      405,
      'Base branch was modified. Review and try the merge again.',
      'transient',
      'AO_SCM_BASE_MOVED',
    ],
    [
      405,
      'At least 1 approving review is required by reviewers with write access.',
      'rejected',
      'AO_SCM_RULES',
    ],
    [405, 'Pull Request is not mergeable', 'rejected', 'AO_SCM_NOT_MERGEABLE'],
    [403, 'Resource not accessible by integration', 'rejected', 'AO_GITHUB_FORBIDDEN'],
    [502, 'Server Error', 'transient', 'AO_GITHUB_UNAVAILABLE'],
  ])('tells a %d "%s" apart', async (status, message, kind, code) => {
    const { sha } = opened();
    world.world.refuseMerge = { status, message };
    await expect(merge(sha)).rejects.toMatchObject({ kind, code });
    expect(world.world.pull(1).state).toBe('OPEN');
  });

  it('enqueues the expected head where the branch has a merge queue, and follows it', async () => {
    world.world.rules.mergeQueue = true;
    const { sha } = opened();
    expect(await world.scm.read('github:acme/app#1')).toMatchObject({
      mergeQueue: true,
      mergeability: 'clean',
    });
    expect(await merge(sha)).toEqual({ type: 'enqueued', mergeSha: null });
    expect((await one()).mergeability).toBe('queued');
    expect(await merge(sha)).toEqual({ type: 'enqueued', mergeSha: null });
    world.world.drainQueue();
    later();
    expect(await one()).toMatchObject({ state: 'merged', mergedBy: 'github-merge-queue' });
  });

  it('deletes the branch, and again without harm', async () => {
    const { sha } = opened();
    await merge(sha);
    for (let n = 0; n < 2; n += 1) await world.scm.deleteBranch('github:acme/app#1');
    expect(world.world.commits.head('feat/a')).toBeNull();
  });

  it('gives the diff and the live permission', async () => {
    opened();
    world.world.collaborators.set('dana', 'maintain');
    const { headSha } = await one();
    expect(await world.scm.diff('github:acme/app#1', headSha)).toMatchObject({
      patch: expect.stringContaining('+a'),
      files: ['a.txt'],
    });
    expect(await world.scm.permission('dana')).toBe('write');
    expect(await world.scm.permission('nobody')).toBe('none');
  });
});

describe('failures are about us', () => {
  const fails = async (kind: string, code: string) => {
    await expect(look()).rejects.toMatchObject({ kind, code });
  };
  it.each([
    [401, 'auth', 'AO_GITHUB_UNAUTHORIZED'],
    [403, 'rejected', 'AO_GITHUB_FORBIDDEN'],
    [404, 'not_found', 'AO_GITHUB_NOT_FOUND'],
  ])('%d', async (status, kind, code) => {
    opened();
    await one();
    world.fake.fault({ match: /pulls/, status, times: 5 });
    await fails(kind, code);
  });

  it('the repository is hidden after a change of permissions', async () => {
    opened();
    await one();
    world.world.hidden = true;
    later();
    await fails('not_found', 'AO_GITHUB_NOT_FOUND');
    world.world.hidden = false;
    expect((await one()).state).toBe('open');
  });

  it.each([
    [
      'primary',
      {
        status: 403,
        message: 'API rate limit exceeded',
        headers: { 'x-ratelimit-remaining': '0' },
      },
      null,
    ],
    [
      'secondary',
      {
        status: 403,
        message: 'You have exceeded a secondary rate limit',
        headers: { 'retry-after': '30' },
      },
      30_000,
    ],
    [
      'secondary as 429',
      { status: 429, message: 'too many', headers: { 'retry-after': '7' } },
      7_000,
    ],
  ])('a %s rate limit: nothing is sent until it is over', async (_name, fault, retryAfter) => {
    opened();
    await one();
    world.fake.fault({ match: /pulls/, ...fault });
    await expect(look()).rejects.toMatchObject({
      kind: 'transient',
      code: 'AO_GITHUB_RATE_LIMIT',
      ...(retryAfter === null ? {} : { retryAfter }),
    });
    const sent = world.fake.log.length;
    await fails('transient', 'AO_GITHUB_RATE_LIMIT');
    expect(world.fake.log).toHaveLength(sent);
    expect(world.scm.nextLook?.()).toBeGreaterThanOrEqual(retryAfter ?? 10_000);
    clock.advance(3_700_000);
    expect((await one()).state).toBe('open');
  });
});

describe('a repository that gets another name', () => {
  it.each([
    ['is renamed', () => world.world.rename('renamed'), 'acme/renamed'],
    ['goes to another owner', () => world.world.transfer('newco'), 'newco/app'],
  ])(
    '%s: everything goes on under the same keys, and it is told once',
    async (_name, moves, to) => {
      const { sha, pull } = opened();
      const before = await one();
      expect(world.scm.moved?.()).toBeNull();
      moves();
      // By the old name at first: GitHub answers 301 and 307, and GraphQL follows by itself.
      world.world.finish(sha, world.world.check(sha, 'unit'), 'SUCCESS');
      world.world.touch(pull);
      later();
      expect(await one()).toMatchObject({
        key: before.key,
        state: 'open',
        foreign: false,
        checks: { state: 'passing' },
      });
      await world.scm.comment(before.key, { body: 'hello', key: 'k', inReplyTo: null });
      later(700_000);
      expect(await one()).toMatchObject({ key: before.key });
      expect(world.fake.log.some((line) => line.startsWith(`GET /repos/${to}/pulls`))).toBe(true);
      expect(world.scm.moved?.()).toMatchObject({ from: 'acme/app', to });
      world.scm.moved?.()?.told();
      expect(world.scm.moved?.()).toBeNull();
      const again = world.again();
      expect(await again.read(before.key)).toMatchObject({ key: before.key });
      expect(again.moved?.()).toBeNull();
      expect(await again.doctor()).toContainEqual(
        expect.objectContaining({ level: 'warning', what: `acme/app is ${to} now; ao follows it` }),
      );
      for (const name of ['acme/app', to])
        expect(await again.resolve(`${name}#1`)).toBe(before.key);
      await world.scm.merge(before.key, {
        sha,
        base: 'main',
        method: 'squash',
        title: 'x',
        body: '',
        by: LEE,
      });
      await world.scm.deleteBranch(before.key);
      expect(world.world.commits.head('feat/a')).toBeNull();
    },
  );

  it('finds new pull requests of its branches, and opens them', async () => {
    await look();
    world.world.transfer('newco');
    opened();
    later(700_000);
    expect(await one()).toMatchObject({ key: 'github:acme/app#1' });
    world.commit('feat/b', { 'b.txt': 'b\n' });
    expect(
      await world.scm.create({
        session: 's',
        branch: 'feat/b',
        base: 'main',
        title: 'b',
        body: '',
        draft: false,
      }),
    ).toMatchObject({
      key: 'github:acme/app#2',
    });
  });

  it('keeps the keys also after the project says the new name itself', async () => {
    opened();
    const { key } = await one();
    world.world.rename('renamed');
    const told = createGitHubScm(
      createGitHubClient(
        githubAccessSchema.parse({
          token: 'ghp_test',
          baseUrl: world.fake.url,
          repository: 'acme/renamed',
        }),
        world.context,
        world.project,
        {
          throttle: false,
        },
      ),
      githubScmConfig.parse({}),
      world.context,
      world.project,
    );
    expect(await told.resolve('1')).toBe(key);
    expect((await told.pullRequests([target({ prs: [key] })])).map(({ fact }) => fact.key)).toEqual(
      [key],
    );
    expect(told.moved?.()).toBeNull();
  });
});

describe('webhooks', () => {
  const deliver = (event: string, payload: object, more: { id?: string; secret?: string } = {}) => {
    const body = new TextEncoder().encode(
      JSON.stringify({ repository: { full_name: 'acme/app' }, ...payload }),
    );
    const signature = `sha256=${createHmac('sha256', more.secret ?? 'hush')
      .update(body)
      .digest('hex')}`;
    return world.scm.webhook({
      headers: {
        'X-GitHub-Event': event,
        'X-GitHub-Delivery': more.id ?? 'd1',
        'X-Hub-Signature-256': signature,
        'content-type': 'application/json',
      },
      body,
    });
  };

  it('refuses a wrong signature, a missing one and a body that was changed', async () => {
    await expect(deliver('push', {}, { secret: 'wrong' })).rejects.toMatchObject({
      kind: 'auth',
      code: 'AO_WEBHOOK_SIGNATURE',
    });
    await expect(
      world.scm.webhook({
        headers: { 'x-github-event': 'push', 'x-github-delivery': 'd' },
        body: new TextEncoder().encode('{}'),
      }),
    ).rejects.toMatchObject({ kind: 'auth' });
  });

  it('tells of the pull request once per delivery, over restarts too, and reads it at the next look', async () => {
    const { sha } = opened();
    await one();
    const heard: Array<string | null> = [];
    world.scm.onChange((pr) => heard.push(pr));
    world.world.finish(sha, world.world.check(sha, 'unit'), 'FAILURE');
    const payload = {
      action: 'completed',
      check_suite: { head_sha: sha, conclusion: 'failure', pull_requests: [{ number: 1 }] },
    };
    await deliver('check_suite', payload);
    await deliver('check_suite', payload);
    expect(heard).toEqual(['github:acme/app#1']);
    expect((await one()).checks.state).toBe('failing');
    const again = world.again();
    again.onChange((pr) => heard.push(pr));
    const body = new TextEncoder().encode('{}');
    await again.webhook({
      headers: {
        'x-github-event': 'ping',
        'x-github-delivery': 'd1',
        'x-hub-signature-256': `sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`,
      },
      body,
    });
    expect(heard).toHaveLength(1);
  });

  it('comes to the same whatever the order: what a delivery says is not believed', async () => {
    opened();
    await one();
    await deliver(
      'pull_request',
      { action: 'closed', pull_request: { number: 1, state: 'closed' } },
      { id: 'late' },
    );
    expect((await one()).state).toBe('open');
  });

  it('is ours by the id of the repository, under a name we did not know, which is then asked for', async () => {
    opened();
    await one();
    world.world.transfer('newco');
    const heard: Array<string | null> = [];
    world.scm.onChange((pr) => heard.push(pr));
    const repository = { full_name: 'newco/app', node_id: 'R_1' };
    await deliver('pull_request', {
      action: 'synchronize',
      pull_request: { number: 1 },
      repository,
    });
    expect(heard).toEqual(['github:acme/app#1']);
    await one();
    expect(world.scm.moved?.()).toMatchObject({ to: 'newco/app' });
    await deliver(
      'pull_request',
      {
        action: 'edited',
        pull_request: { number: 1 },
        repository: { full_name: 'acme/app', node_id: 'R_2' },
      },
      { id: 'd2' },
    );
    expect(heard).toHaveLength(1);
  });

  it('that come for pull requests alone leave checks to polling, and the other way round', async () => {
    const { sha } = opened();
    const run = world.world.check(sha, 'unit', { status: 'IN_PROGRESS' });
    await one();
    await deliver('pull_request', { action: 'labeled', pull_request: { number: 1 } });
    world.world.finish(sha, run, 'FAILURE');
    later();
    expect((await one()).checks.state).toBe('failing');
    expect(world.scm.nextLook?.()).toBe(10_000);
    later(900_000);
    await one();
    // Told, though it changes nothing that is watched.
    await deliver(
      'check_run',
      { action: 'created', check_run: { head_sha: sha, conclusion: null, pull_requests: [] } },
      { id: 'd2' },
    );
    world.world.comment(1, 'dana', 'And this?');
    later(30_000);
    expect((await one()).review.comments.map((comment) => comment.body)).toEqual(['And this?']);
    await deliver('pull_request', { action: 'labeled', pull_request: { number: 1 } }, { id: 'd3' });
    await one();
    expect(world.scm.nextLook?.()).toBe(60_000);
  });

  it('leaves alone what is of another repository', async () => {
    const heard: Array<string | null> = [];
    world.scm.onChange((pr) => heard.push(pr));
    await deliver('pull_request', {
      action: 'opened',
      pull_request: { number: 1 },
      repository: { full_name: 'acme/other' },
    });
    expect(heard).toEqual([]);
  });
});

describe('quota', () => {
  it('tells who used what, and polls slower when little is left', async () => {
    opened();
    await one();
    expect(await world.scm.quota()).toMatchObject({
      limit: 5_000,
      by: { poll: { requests: expect.any(Number) }, setup: {} },
      limits: { core: {}, graphql: {} },
    });
    const calm = world.scm.nextLook?.() ?? 0;
    world.fake.setLimits({ graphql: 5 });
    world.world.touch(world.world.pull(1));
    later();
    await one();
    expect(world.scm.nextLook?.()).toBeGreaterThan(calm);
  });
});

describe('the quota', () => {
  it('tells account, limits, what ao used them for with issues included, and the peak', async () => {
    const { pull } = opened();
    await one();
    const issue = world.world.addIssue({ title: 'x' });
    await world.tracker.get(String(issue.number));
    const quota = await world.scm.quota();
    expect(quota).toMatchObject({
      account: expect.stringMatching(/^ao-bot at 127\.0\.0\.1/),
      pace: { state: 'normal' },
      limit: 5_000,
    });
    expect(Object.keys(quota?.by ?? {})).toEqual(expect.arrayContaining(['poll', 'tracker']));
    expect(quota?.peak).toBeGreaterThan(0);
    expect(pull.number).toBe(1);
  });

  it('says that polling slows down when much is used early, waits for the last tenth, and goes on with the next hour', async () => {
    opened();
    await one();
    world.fake.setLimits({ core: 40 });
    for (let n = 0; n < 30 && (await world.scm.quota())?.pace?.state === 'normal'; n += 1)
      await world.tracker.list({ text: String(n) });
    expect((await world.scm.quota())?.pace).toMatchObject({
      state: 'slow',
      factor: expect.any(Number),
    });
    expect(world.scm.nextLook?.()).toBeGreaterThan(10_000);
    for (let n = 0; n < 40 && (await world.scm.quota())?.pace?.state === 'slow'; n += 1)
      await world.tracker.list({ text: String(n) });
    expect((await world.scm.quota())?.pace).toMatchObject({
      state: 'held',
      until: expect.any(Number),
    });
    later(3_600_000);
    expect((await world.scm.quota())?.pace).toMatchObject({ state: 'normal' });
  });

  it('shows a secondary limit until it is over: tracker and scm hold back together', async () => {
    opened();
    await one();
    world.fake.fault({
      match: /issues/,
      status: 403,
      message: 'You have exceeded a secondary rate limit.',
      headers: { 'retry-after': '90' },
    });
    await expect(world.tracker.list({})).rejects.toMatchObject({
      kind: 'transient',
      retryAfter: 90_000,
    });
    expect((await world.scm.quota())?.pace).toEqual({
      state: 'held',
      factor: 1,
      until: clock.now() + 90_000,
    });
    later();
    await expect(look()).rejects.toMatchObject({ code: 'AO_GITHUB_RATE_LIMIT' });
    later(90_000);
    expect(await look()).toHaveLength(1);
  });
});
