import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readiness } from '../../../src/domain/merge/readiness.ts';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { policyWith } from '../../../test/support/session-world.ts';
import { marked } from '../../shared/github/marker.ts';

const KEY = 'github:acme/app#1';
const SETTLED = 61_000;
let clock: ReturnType<typeof manualClock>;
let world: GitHubWorld;
let sha: string;
beforeEach(async () => {
  clock = manualClock();
  world = await openGitHubWorld({ clock, botAuthors: ['renovate'] });
  sha = world.commit('feat/a', { 'a.txt': 'a\n' });
  world.world.open({ branch: 'feat/a', title: 'Add a', author: 'robot' });
});
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

const seen = async (after = 0): Promise<PullRequestFact> => {
  clock.advance(after);
  const [found] = await world.scm.pullRequests([
    { session: 'app-1', branch: 'feat/a', base: 'main', prs: [], since: 0 },
  ]);
  if (found === undefined) throw new Error('no pull request was found');
  return found.fact;
};
const waits = (pr: PullRequestFact): readonly string[] =>
  readiness({
    pr,
    merge: { ...policyWith().merge, requireReview: false },
    settle: 60_000,
    episodes: [],
    now: clock.now(),
  }).waits.map(({ type }) => type);
const done = (name: string, conclusion: string, more: object = {}): void =>
  world.world.finish(sha, world.world.check(sha, name), conclusion, more);

describe('what GitHub tells, by the one rule', () => {
  it.each(['red', 'hanging'])('M1: an optional check that is %s shuts nothing', async (how) => {
    world.world.rules.requireChecks = ['build'];
    done('build', 'SUCCESS');
    if (how === 'red') done('codecov/patch', 'FAILURE');
    else world.world.check(sha, 'codecov/patch', { status: 'IN_PROGRESS' });
    await seen();
    expect(waits(await seen(SETTLED))).toEqual([]);
  });

  it('M2: without any check it is ready after the window, and M3: a fast status alone is not before', async () => {
    expect(waits(await seen())).toEqual(['settling']);
    world.world.status(sha, 'license', 'SUCCESS');
    expect(waits(await seen(11_000))).toEqual(['settling']);
    expect(waits(await seen(SETTLED))).toEqual([]);
  });

  it.each(['protection', 'ruleset'] as const)(
    'M3: required checks that have not reported keep it shut, by name, until they did (%s)',
    async (checksBy) => {
      Object.assign(world.world.rules, { requireChecks: ['build', 'e2e'], checksBy });
      await seen();
      const nothing = await seen(SETTLED);
      expect(waits(nothing)).toContain('checks_missing');
      expect(nothing.checks).toMatchObject({ state: 'none', missing: ['build', 'e2e'] });
      done('license', 'SUCCESS');
      expect((await seen(11_000)).checks).toMatchObject({ missing: ['build', 'e2e'] });
      done('build', 'SUCCESS');
      expect((await seen(31_000)).checks.missing).toEqual(['e2e']);
      done('e2e', 'SUCCESS');
      const all = await seen(31_000);
      expect(all.checks.missing).toBeUndefined();
      expect(waits(all)).toEqual([]);
    },
  );

  it('M3: what waits for a review names no check that reported', async () => {
    Object.assign(world.world.rules, { requireChecks: ['build'], requireReview: true });
    done('build', 'SUCCESS');
    await seen();
    const pr = await seen(SETTLED);
    expect(pr.checks.missing).toBeUndefined();
    expect(waits(pr)).toEqual(['review_missing', 'blocked']);
  });

  it('M4: a cancelled run that a newer green one took the place of counts no more', async () => {
    done('build', 'CANCELLED');
    done('build', 'SUCCESS');
    await seen();
    const pr = await seen(SETTLED);
    expect(waits(pr)).toEqual([]);
    expect(pr.checks).toMatchObject({ state: 'passing', checks: [{ conclusion: 'success' }] });
  });

  it('M4: a red run of another occasion is not hidden by a newer green one', async () => {
    world.world.finish(sha, world.world.check(sha, 'build', { event: 'push' }), 'FAILURE');
    done('build', 'SUCCESS');
    await seen();
    expect(waits(await seen(SETTLED))).toEqual(['checks_failed']);
  });

  it('M5: a job that was not started for want of payment is known by its annotation', async () => {
    done('build', 'FAILURE', {
      annotations: [
        {
          path: '.github',
          line: 1,
          level: 'failure',
          message:
            'The job was not started because recent account payments have failed or your spending limit needs to be increased.',
        },
      ],
    });
    const pr = await seen(SETTLED);
    const { checks } = await world.scm.details(KEY, sha);
    expect(
      readiness({
        pr: { ...pr, checks: { ...pr.checks, checks } },
        merge: policyWith().merge,
        settle: 60_000,
        episodes: [],
        now: clock.now() + SETTLED,
      }).waits[0],
    ).toEqual({ type: 'checks_not_run', fault: 'payment', names: ['CI / build'] });
  });

  it('M7: a draft is made ready', async () => {
    world.world.setDraft(1, true);
    expect(waits(await seen(SETTLED))).toContain('draft');
    await world.scm.markReady?.(KEY, sha);
    await world.scm.markReady?.(KEY, sha);
    expect((await seen(11_000)).draft).toBe(false);
    await expect(world.scm.markReady?.(KEY, 'f'.repeat(40))).rejects.toMatchObject({
      code: 'AO_SCM_HEAD_MOVED',
    });
  });
});

describe('what was said', () => {
  it('M6: one person with one token reviews their own agent; what ao wrote is told by its mark', async () => {
    const { viewer } = world.world;
    world.world.thread(1, viewer, 'Please rename this.');
    world.world.comment(1, viewer, marked('From ao.', 'k1'));
    const { comments } = (await seen()).review;
    expect(Object.fromEntries(comments.map(({ body, own }) => [body, own]))).toEqual({
      'Please rename this.': false,
      'From ao.': true,
    });
  });

  it('M14: a remark before 65 comments and 120 threads arrives', async () => {
    world.world.comment(1, 'lee', 'Please look at the lock.');
    for (let n = 0; n < 65; n += 1) world.world.comment(1, 'renovate', `update ${n}`);
    for (let n = 0; n < 120; n += 1) world.world.thread(1, 'renovate', `thread ${n}`);
    const { comments } = (await seen()).review;
    expect(comments).toHaveLength(186);
    expect(comments.map(({ body }) => body)).toContain('Please look at the lock.');
  });

  it('M15: an edit in place is seen, with its time', async () => {
    const made = world.world.comment(1, 'lee', 'first');
    expect((await seen()).review.comments[0]).toMatchObject({ body: 'first', editedAt: null });
    clock.advance(11_000);
    world.world.edit(1, made, 'second');
    expect((await seen()).review.comments[0]).toMatchObject({
      body: 'second',
      editedAt: Math.floor(clock.now() / 1_000) * 1_000,
    });
  });

  it('M8: who asked for changes is asked again, once for a head', async () => {
    world.world.collaborators.set('lee', 'write');
    world.world.review(1, 'lee', 'CHANGES_REQUESTED', 'Please change it.');
    const pr = await seen();
    expect(pr.review).toMatchObject({
      decision: 'changes_requested',
      requests: [{ by: 'lee', sha }],
    });
    const next = world.commit('feat/a', { 'a.txt': 'b\n' });
    world.world.pushed('feat/a');
    const again = { reviewers: ['lee'], from: sha, sha: next };
    await world.scm.askAgain?.(KEY, again);
    await world.scm.askAgain?.(KEY, again);
    expect(world.world.pull(1).asked).toEqual(['lee']);
    expect(world.world.comments.get(1)?.map(({ body }) => body)).toEqual([
      expect.stringMatching(new RegExp(`^@lee: .*/pull/1/files/${sha}\\.\\.${next}`)),
    ]);
  });
});
