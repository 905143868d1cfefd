import { expect, test } from 'vitest';
import {
  APPROVED,
  check,
  checksOf,
  green,
  MINUTE,
  pending,
  policyWith,
  pullRequest,
  red,
  SECOND,
  SHA,
  T0,
} from '../../../test/support/session-world.ts';
import type { PullRequestFact, WorkAtHeadFact } from '../session/facts.ts';
import type { MergePolicy } from '../session/policy.ts';
import type { Episode } from '../session/session.ts';
import { gate } from './merge-gate.ts';

const OPEN: Partial<PullRequestFact> = { checks: green(SHA(1)), review: APPROVED };
const waits = (
  change: Partial<PullRequestFact>,
  merge: Partial<MergePolicy> = {},
  episodes: readonly Episode[] = [],
  now = T0 + 10 * MINUTE,
) =>
  gate({
    pr: pullRequest(T0, { ...OPEN, ...change }),
    merge: { ...policyWith().merge, ...merge },
    settle: 60 * SECOND,
    episodes,
    now,
  });

const episode = (key: string, open = true): Episode => ({
  key,
  open,
  startedAt: T0,
  lastAt: T0,
  fingerprint: 'f',
  attempts: 1,
  sends: 1,
  escalatedAt: null,
  rung: 0,
  rungAt: null,
  acknowledgedBy: null,
  snoozedUntil: null,
  marks: [],
});

test('open when everything holds', () => expect(waits({})).toEqual([]));

test.each<[string, Partial<PullRequestFact>, Partial<MergePolicy>, string]>([
  ['closed', { state: 'closed' }, {}, 'The pull request is closed.'],
  ['merged', { state: 'merged' }, {}, 'The pull request is merged.'],
  ['a draft', { draft: true }, {}, 'It is a draft.'],
  [
    'checks of another commit',
    { checks: green(SHA(2)) },
    {},
    'The checks are of 0000000, the head is 0000000.',
  ],
  ['failing checks', { checks: red(SHA(1)) }, {}, 'A check failed: unit.'],
  ['running checks', { checks: pending(SHA(1)) }, {}, 'Checks are running: unit.'],
  [
    'unknown checks',
    { checks: checksOf(SHA(1), 'unknown') },
    {},
    'The state of the checks is not known.',
  ],
  [
    'no checks where the project wants one',
    { checks: checksOf(SHA(1), 'none') },
    { requireChecks: 'always' },
    'No checks have run, and merge.requireChecks asks for at least one.',
  ],
  [
    'a missing review',
    { review: { decision: 'required', approvedBy: [], comments: [] } },
    { requireReview: false },
    'A review is missing.',
  ],
  [
    'no review where the project wants one',
    { review: { decision: 'none', approvedBy: [], comments: [] } },
    {},
    'A review is missing.',
  ],
  [
    'requested changes',
    { review: { decision: 'changes_requested', approvedBy: [], comments: [] } },
    { requireReview: false },
    'Changes were requested.',
  ],
  [
    'unknown mergeability',
    { mergeability: 'unknown' },
    {},
    'Whether it can be merged is not known yet.',
  ],
  ['a branch behind', { mergeability: 'behind' }, {}, 'The branch is behind main.'],
  ['blocked', { mergeability: 'blocked' }, {}, 'The branch rules block it.'],
  [
    'blocked by a named rule',
    { mergeability: 'blocked', blockers: ['Signed commits are required'] },
    {},
    'Signed commits are required.',
  ],
  [
    'a conflict',
    { mergeability: 'conflicting', conflicts: ['a.ts'] },
    {},
    'It conflicts with main in a.ts.',
  ],
  [
    'queued',
    { mergeability: 'queued' },
    {},
    'It is queued at the forge, which merges it by itself.',
  ],
])('%s keeps it shut and is named', (_title, change, merge, sentence) =>
  expect(waits(change, merge)).toEqual([sentence]),
);

test('no review is enough where neither rules nor project want one', () =>
  expect(
    waits({ review: { decision: 'none', approvedBy: [], comments: [] } }, { requireReview: false }),
  ).toEqual([]));

test('none is enough, once the window after the push is over', () => {
  const none = { checks: checksOf(SHA(1), 'none') };
  expect(waits(none, { requireChecks: false }, [], T0 + 59 * SECOND)).toEqual([
    'Checks may still register for this push.',
  ]);
  expect(waits(none, { requireChecks: false }, [], T0 + 60 * SECOND)).toEqual([]);
});

test('checks that run count also where none are required', () =>
  expect(waits({ checks: red(SHA(1)) }, { requireChecks: false })).toEqual([
    'A check failed: unit.',
  ]));

test.each([
  'ci-failed',
  'changes-requested',
  'bugbot-comments',
  'merge-conflicts',
  'branch-behind',
])('%s keeps it shut while it is being handled', (key) => {
  expect(waits({}, {}, [episode(key)])).toEqual([`${key} is still being handled.`]);
  expect(waits({}, {}, [episode(key, false)])).toEqual([]);
});

test('every reason is told at once', () =>
  expect(waits({ draft: true, checks: red(SHA(1)), mergeability: 'unknown' })).toHaveLength(3));

test.each(['none', 'passing'] as const)(
  'the window counts from the push, whatever is green by then: %s',
  (state) => {
    const checks = checksOf(
      SHA(1),
      state,
      ...(state === 'none' ? [] : [check('license', 'success')]),
    );
    const sentence = 'Checks may still register for this push.';
    expect(waits({ checks }, {}, [], T0 + 59 * SECOND)).toEqual([sentence]);
    expect(waits({ checks }, {}, [], T0 + 60 * SECOND)).toEqual([]);
    expect(waits({ checks: { ...checks, complete: true } }, {}, [], T0)).toEqual([]);
  },
);

test('a required check that has not reported keeps it shut, also where all that ran is green', () => {
  const checks = { ...green(SHA(1)), missing: ['build'] };
  expect(waits({ checks })).toEqual(['Required and not reported yet: build.']);
});

test('a failing check that is not required does not fail what the scm calls passing', () => {
  expect(
    waits({
      checks: checksOf(
        SHA(1),
        'passing',
        check('unit', 'success'),
        check('lint', 'failure', { required: false }),
      ),
    }),
  ).toEqual([]);
});

const compared = (
  head: WorkAtHeadFact['head'],
  ours: number,
  more: Partial<WorkAtHeadFact> = {},
) => {
  const pr = pullRequest(T0, OPEN);
  const work = { pr: pr.key, sha: pr.headSha, head, ours, at: T0, ...more };
  const { merge } = policyWith();
  return gate({ pr, merge, settle: 60 * SECOND, episodes: [], work, now: T0 + 10 * MINUTE });
};

test.each<[string, readonly string[], RegExp | null]>([
  ['a head that leaves out commits of the worktree', compared('lacks', 1), /leaves out 1 commit /],
  ['a head that the repository does not know', compared('absent', 0), /isn't in this session's/],
  ['a push of others on top of the work', compared('lacks', 0), null],
  ['work that was not pushed yet', compared('has', 2), null],
  ['a word about an earlier head', compared('lacks', 1, { sha: SHA(9) }), null],
  ['a word about another pull request', compared('absent', 0, { pr: 'x:y#9' }), null],
])('M11: %s', (_case, waiting, sentence) => {
  if (sentence === null) expect(waiting).toEqual([]);
  else expect(waiting).toEqual([expect.stringMatching(sentence)]);
});
