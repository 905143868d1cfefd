import { expect, test } from 'vitest';
import {
  APPROVED,
  DANA,
  green,
  LEE,
  MINUTE,
  mergeable,
  pending,
  policyWith,
  pullRequest,
  red,
  SHA,
  type World,
  withPr,
} from '../../../test/support/session-world.ts';

const AUTO = () => policyWith({ reactions: { 'approved-and-green': { action: 'merge' } } });
const click = (world: World, sha = SHA(1), by = DANA) =>
  world.command({ type: 'merge', pr: 'local:app#1', sha, method: null }, by);
const merged = (world: World) =>
  world.outcome('merge_pr', {
    type: 'merged',
    pr: 'local:app#1',
    sha: SHA(1),
    mergeSha: SHA(99),
    by: 'Dana',
  });

test('the gate opens: told with the merge card, once per head', () => {
  const world = mergeable();
  expect(world.of('merge.ready')).toMatchObject([{ sha: SHA(1) }]);
  world.pr({ mergeability: 'unknown' });
  world.pr({ mergeability: 'clean' });
  expect(world.of('merge.ready')).toHaveLength(1);
  expect(world.wanted('merge_pr')).toEqual([]);
});

test('a click merges exactly the commit it was for, in the name of who clicked', () => {
  const world = mergeable();
  click(world);
  expect(world.wanted('merge_pr')).toMatchObject([{ sha: SHA(1), method: 'squash', by: DANA }]);
  merged(world);
  expect(world.snapshot.session.ended).toMatchObject({ cause: 'merged', by: { name: 'Dana' } });
  expect(world.wanted('update_issue')).toMatchObject([{ key: 'ends-0', close: true }]);
});

test('a button of an older commit is refused by name of both commits', () => {
  const world = mergeable();
  world.pr({ headSha: 'b'.repeat(40), checks: green('b'.repeat(40)) });
  expect(click(world).refusal).toMatchObject({
    code: 'AO_STALE',
    message: expect.stringContaining('the head is now bbbbbbb'),
  });
});

test('the second click is told who was first', () => {
  const world = mergeable();
  click(world);
  expect(click(world, SHA(1), LEE).refusal?.message).toBe(
    'Dana pressed it already; the merge is on its way.',
  );
  expect(world.wanted('merge_pr')).toHaveLength(1);
});

test('a closed gate names what it waits for', () =>
  expect(click(withPr()).refusal).toMatchObject({
    code: 'AO_GATE_CLOSED',
    message: 'Not merged. Checks are running: unit. A review is missing.',
  }));

test('auto-merge merges when the gate opens, and follows it to the end', () => {
  const world = mergeable({ policy: AUTO() });
  expect(world.wanted('merge_pr')).toHaveLength(1);
  merged(world);
  expect(world.status).toBe('cleanup');
});

test('a merge that failed is parked and tried again with back-off, then a person is asked', () => {
  const world = mergeable();
  click(world);
  for (const [n, wait] of [1, 5, 15].entries()) {
    world.fails('merge_pr', 'hooks refused it');
    expect(world.snapshot.session.mergeFailure).toMatchObject({
      attempts: n + 1,
      retryAt: world.now + wait * MINUTE,
    });
    expect(world.status).toBe('merge_failed');
    expect(world.escalations()).toEqual([]);
    world.pass(wait * MINUTE);
  }
  world.fails('merge_pr', 'hooks refused it');
  expect(world.snapshot.session.mergeFailure).toMatchObject({ attempts: 4, retryAt: null });
  expect(world.escalations('merge-failed')).toHaveLength(1);
  expect(world.wanted('merge_pr').map((effect) => effect.attempt)).toEqual([1, 2, 3, 4]);
  world.pass(60 * MINUTE);
  expect(world.wanted('merge_pr')).toHaveLength(4);
});

test('a new push makes a parked merge void', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr');
  world.pr({ headSha: SHA(2), checks: pending(SHA(2)) });
  world.pass(60 * MINUTE);
  expect(world.snapshot.session.mergeFailure).toBeNull();
  expect(world.wanted('merge_pr')).toHaveLength(1);
});

test('a retry never merges through a gate that closed meanwhile', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr');
  world.pr({ checks: red(SHA(1)) });
  world.pass(60 * MINUTE);
  expect(world.wanted('merge_pr')).toHaveLength(1);
});

test('a retry does not run beside a merge that somebody clicked', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr');
  click(world, SHA(1), LEE);
  world.pass(60 * MINUTE);
  expect(world.wanted('merge_pr')).toHaveLength(2);
});

test.each(['AO_SCM_HEAD_MOVED', 'AO_GATE_CLOSED'])(
  '%s is no failure of the merge: nothing is parked, the world is looked at',
  (code) => {
    const world = mergeable();
    click(world);
    world.fails('merge_pr', 'it moved', code);
    expect(world.snapshot.session).toMatchObject({ merging: null, mergeFailure: null });
    expect(world.wanted('refresh_pr')).toHaveLength(1);
    expect(world.of('merge.failed')).toMatchObject([{ reason: 'it moved', retryAt: null }]);
  },
);

test('a click after a refusal is another try', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr', 'it moved', 'AO_GATE_CLOSED');
  world.pass(1);
  click(world);
  expect(world.wanted('merge_pr')).toHaveLength(2);
  expect(world.dropped).toEqual([]);
});

test('enqueued is followed, not ended', () => {
  const world = mergeable();
  click(world);
  world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
  world.pr({ mergeability: 'queued' });
  expect(world.snapshot.session.ended).toBeNull();
  world.pr({ state: 'merged', mergeSha: SHA(9) });
  expect(world.status).toBe('cleanup');
});

test('a merge by somebody else ends the session in their name', () => {
  const world = withPr();
  world.pr({ state: 'merged', mergeSha: SHA(9), mergedBy: 'kim' });
  expect(world.snapshot.session.ended?.by.name).toBe('kim');
});

test.each(['outcome', 'fact'] as const)(
  'with another pull request open the session goes on after a merge (%s)',
  (how) => {
    const world = mergeable();
    world.fact({
      type: 'pull_request',
      fact: pullRequest(world.now, { key: 'local:app#2', number: 2, openedAt: 1 }),
    });
    click(world);
    if (how === 'outcome') merged(world);
    else world.pr({ state: 'merged', mergeSha: SHA(9) });
    expect(world.snapshot.session.ended).toBeNull();
  },
);

test('an old observation never overwrites a newer one, and merged is final', () => {
  const world = mergeable();
  world.fact({ type: 'pull_request', fact: pullRequest(world.now - 1, { checks: red(SHA(1)) }) });
  expect(world.status).toBe('mergeable');
  world.pr({ state: 'merged', mergeSha: SHA(9) });
  world.pr({ state: 'open' });
  expect(world.snapshot.prs[0]?.state).toBe('merged');
});

test('the retry of a person goes through the gate too', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr');
  world.pr({ draft: true });
  expect(world.command({ type: 'run_reaction', key: 'merge-failed' }).refusal?.code).toBe(
    'AO_GATE_CLOSED',
  );
});

test('unknown mergeability is asked again after a while, once per look', () => {
  const world = withPr();
  world.pr({ mergeability: 'unknown', review: APPROVED });
  expect(world.wanted('refresh_pr')).toEqual([]);
  world.pass(5_000);
  expect(world.wanted('refresh_pr')).toHaveLength(1);
  world.activity('active');
  world.pass(MINUTE);
  expect([...world.wanted('refresh_pr'), ...world.dropped]).toHaveLength(1);
  world.pr({ mergeability: 'unknown' });
  world.pass(5_000);
  expect(world.wanted('refresh_pr')).toHaveLength(2);
});

test('a retry that meets a closed gate is no failed merge any more: the state is what the gate says', () => {
  const world = mergeable();
  click(world);
  world.fails('merge_pr', 'The forge is tired.');
  expect(world.status).toBe('merge_failed');
  world.pass(2 * MINUTE);
  expect(world.wanted('merge_pr')).toHaveLength(2);
  world.pr({ mergeability: 'blocked', blockers: ['One approval is missing.'] });
  world.fails('merge_pr', 'One approval is missing.', 'AO_GATE_CLOSED');
  expect(world.status).toBe('approved');
  world.pr({ mergeability: 'clean', blockers: [] });
  expect(world.status).toBe('mergeable');
});

const PLAIN = {
  login: null,
  permission: null,
  requester: false,
  sensitive: { type: 'known', files: [], owned: false },
} as const;
const OTHER = { key: 'local:app#2', number: 2, headSha: SHA(7), openedAt: 1 } as const;

test('what happens to another pull request of the session leaves the queued merge, its failure and its approvals alone', () => {
  const world = mergeable();
  world.pr(OTHER);
  click(world);
  world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
  world.pr({ mergeability: 'queued' });
  world.pr({ ...OTHER, headSha: SHA(8) });
  expect(world.snapshot.session.merging).toMatchObject({ sha: SHA(1), queued: true });
  expect(world.of('merge.failed')).toEqual([]);

  const failed = mergeable();
  failed.pr(OTHER);
  click(failed);
  failed.fails('merge_pr', 'The forge is tired.');
  failed.pr({ ...OTHER, headSha: SHA(8) });
  expect(failed.snapshot.session.mergeFailure).toMatchObject({ sha: SHA(1) });

  const approved = mergeable({ policy: policyWith({ merge: { approvers: 2 } }) });
  approved.pr(OTHER);
  approved.command({
    type: 'merge',
    pr: 'local:app#1',
    sha: SHA(1),
    method: null,
    approver: PLAIN,
  });
  expect(approved.snapshot.session.approvals).toHaveLength(1);
  approved.pr({ ...OTHER, headSha: SHA(8) });
  expect(approved.snapshot.session.approvals).toHaveLength(1);
});
