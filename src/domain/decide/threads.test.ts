import { expect, test } from 'vitest';
import {
  comment,
  DANA,
  green,
  MINUTE,
  mergeable,
  policyWith,
  SHA,
  type World,
  withPr,
} from '../../../test/support/session-world.ts';

const asked = (...comments: ReturnType<typeof comment>[]) =>
  ({ decision: 'changes_requested', approvedBy: [], comments }) as const;
const line = comment('c1', { file: 'src/a.ts', line: 7 });

/** A reviewer said something about src/a.ts, and the agent was told. */
const told = (options: Parameters<typeof withPr>[0] = {}): World => {
  const world = withPr(options);
  world.pr({ checks: green(SHA(1)), review: asked(line) });
  return world;
};
const push = (world: World, n = 2) =>
  world.pr({ headSha: SHA(n), checks: green(SHA(n)), review: asked(line) });

test('a thread is named in the order in which it began, and says where it is', () => {
  const world = told();
  expect(world.of('review.changes_requested')).toMatchObject([
    { places: [{ thread: 't1', file: 'src/a.ts', line: 7 }] },
  ]);
});

test('the push that answers a thread gets it resolved, once the turn is over; which files it touched is asked, once', () => {
  const world = told();
  world.activity('active');
  push(world);
  expect(world.wanted('resolve_threads')).toEqual([]);
  world.activity('ready');
  expect(world.wanted('resolve_threads')).toEqual([
    {
      type: 'resolve_threads',
      pr: 'local:app#1',
      threads: [{ id: 't-c1', file: 'src/a.ts', from: SHA(1) }],
      to: SHA(2),
      by: null,
      nonce: SHA(2),
    },
  ]);
  world.pass(MINUTE);
  push(world);
  expect(world.wanted('resolve_threads')).toHaveLength(1);
  world.outcome('resolve_threads', {
    type: 'threads_resolved',
    pr: 'local:app#1',
    threads: ['t-c1'],
  });
  expect(world.of('review.resolved')).toMatchObject([
    { places: [{ thread: 't1' }], by: null, sha: SHA(2) },
  ]);
});

test('a push that left the file alone is no answer; the next one is asked about again, from the commit the agent was told at', () => {
  const world = told();
  push(world);
  world.outcome('resolve_threads', { type: 'threads_resolved', pr: 'local:app#1', threads: [] });
  expect(world.of('review.resolved')).toEqual([]);
  push(world, 3);
  expect(world.wanted('resolve_threads')).toMatchObject([
    { to: SHA(2), threads: [{ from: SHA(1) }] },
    { to: SHA(3), threads: [{ from: SHA(1) }] },
  ]);
});

test('a remark that came after the push is not answered by it', () => {
  const world = told();
  const more = comment('c2', { threadId: 't-c1', kind: 'reply', at: line.at + 1 });
  world.pr({ headSha: SHA(2), checks: green(SHA(2)), review: asked(line, more) });
  expect(world.wanted('resolve_threads')).toEqual([]);
  world.pr({ headSha: SHA(3), checks: green(SHA(3)), review: asked(line, more) });
  expect(world.wanted('resolve_threads')).toMatchObject([
    { to: SHA(3), threads: [{ from: SHA(2) }] },
  ]);
});

test('nothing is resolved where the configuration says so, where nothing was sent, or for what is about no file', () => {
  const off = told({ policy: policyWith({ resolveThreads: false }) });
  push(off);
  expect(off.wanted('resolve_threads')).toEqual([]);
  const byHand = told({
    policy: policyWith({ reactions: { 'changes-requested': { auto: false } } }),
  });
  push(byHand);
  expect(byHand.wanted('resolve_threads')).toEqual([]);
  const whole = withPr();
  const body = comment('b1', { kind: 'body', threadId: null, file: null, line: null });
  whole.pr({ review: asked(body) });
  whole.pr({ headSha: SHA(2), review: asked(body) });
  expect(whole.wanted('resolve_threads')).toEqual([]);
});

test('people reply and resolve by the name of the thread', () => {
  const world = told();
  world.command({ type: 'reply_thread', thread: 't1', text: 'Kept on purpose.', key: 'k1' });
  expect(world.wanted('reply_thread')).toMatchObject([
    { to: 'c1', thread: 't-c1', text: 'Kept on purpose.', by: DANA, key: 'k1' },
  ]);
  world.outcome('reply_thread', { type: 'thread_replied', pr: 'local:app#1', thread: 't-c1' });
  expect(world.of('review.replied')).toMatchObject([
    { place: { thread: 't1', line: 7 }, by: DANA },
  ]);
  world.command({ type: 'resolve_thread', thread: 'T1' });
  expect(world.wanted('resolve_threads')).toMatchObject([
    { threads: [{ id: 't-c1' }], to: null, by: DANA },
  ]);
  world.outcome('resolve_threads', {
    type: 'threads_resolved',
    pr: 'local:app#1',
    threads: ['t-c1'],
  });
  expect(world.of('review.resolved')).toMatchObject([{ by: DANA, places: [{ thread: 't1' }] }]);
});

test.each([
  ['an unknown name', { thread: 't9', text: 'x' }, 'Open are t1.'],
  ['no words', { thread: 't1', text: '  ' }, 'Say what to reply.'],
])('a reply with %s is refused', (_name, request, said) => {
  const world = told();
  expect(world.command({ type: 'reply_thread', key: 'k', ...request }).refusal?.message).toContain(
    said,
  );
});

test('what is resolved already is said; all resolves what is open', () => {
  const world = withPr();
  const done = comment('c0', { resolved: true, at: line.at - 1 });
  world.pr({ review: asked(done, line, comment('c2', { at: line.at + 1 })) });
  expect(world.command({ type: 'resolve_thread', thread: 't1' }).refusal?.message).toBe(
    't1 is resolved already.',
  );
  world.command({ type: 'resolve_thread', thread: 'all' });
  expect(
    world
      .wanted('resolve_threads')
      .at(-1)
      ?.threads.map((thread) => thread.id),
  ).toEqual(['t-c1', 't-c2']);
});

test('a loop of reviews ends at the cap: then a person is asked', () => {
  const world = withPr({ policy: policyWith({ reviewRounds: 2 }) });
  for (const n of [1, 2, 3])
    world.pr({ headSha: SHA(n), checks: green(SHA(n)), review: asked(comment(`r${n}`)) });
  expect(world.said('changes-requested')).toHaveLength(2);
  expect(world.escalations('changes-requested')).toMatchObject([
    { reason: 'Reviewers ask for changes again after 2 review rounds' },
  ]);
});

test('a merge the forge queued is followed: told, kept as under way, and over when it merged', () => {
  const world = mergeable();
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', {
    type: 'enqueued',
    pr: 'local:app#1',
    sha: SHA(1),
    note: 'Two are before it.',
  });
  expect(world.of('merge.queued')).toMatchObject([{ sha: SHA(1), note: 'Two are before it.' }]);
  world.pr({ mergeability: 'queued' });
  expect(
    world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }).refusal?.message,
  ).toBe('Dana pressed it already; the forge merges it when its turn comes.');
  world.pr({ state: 'merged', mergeSha: SHA(9), mergedBy: 'github-merge-queue' });
  expect(world.snapshot.session.ended).toMatchObject({ cause: 'merged', by: { name: 'Dana' } });
});

test('one that left the queue without a merge is parked and tried again', () => {
  const world = mergeable();
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
  world.pr({ mergeability: 'queued' });
  world.pr({ mergeability: 'clean' });
  expect(world.status).toBe('merge_failed');
  expect(world.of('merge.failed')).toMatchObject([
    { reason: 'The forge took #1 out of its queue without a merge.', retryAt: world.now + MINUTE },
  ]);
  world.pass(MINUTE);
  expect(world.wanted('merge_pr')).toHaveLength(2);
});

test('one that never showed in the queue is waited for, but not for ever', () => {
  const world = mergeable();
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
  world.pr({ mergeability: 'clean' });
  expect(world.of('merge.failed')).toEqual([]);
  world.pass(2 * MINUTE);
  world.pr({ mergeability: 'clean' });
  expect(world.of('merge.failed')).toHaveLength(1);
});

test('another head ends what was queued for the old one', () => {
  const world = mergeable();
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', { type: 'enqueued', pr: 'local:app#1', sha: SHA(1) });
  world.pr({ headSha: SHA(2), checks: green(SHA(2)) });
  expect(world.snapshot.session.merging).toBeNull();
  expect(world.of('merge.failed')).toMatchObject([
    { retryAt: null, reason: expect.stringContaining('another commit') },
  ]);
});

test('what was done differently from what was asked is told with the merge', () => {
  const world = mergeable();
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', {
    type: 'merged',
    pr: 'local:app#1',
    sha: SHA(1),
    mergeSha: SHA(9),
    by: 'Dana',
    note: 'Merged by "rebase" instead.',
  });
  expect(world.of('pr.merged')).toMatchObject([{ note: 'Merged by "rebase" instead.' }]);
});
