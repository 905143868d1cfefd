import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  comment,
  freshSnapshot,
  pullRequest,
  question,
  T0,
} from '../../test/support/session-world.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { kvStore } from './kv-store.ts';
import { loadSnapshot } from './load-snapshots.ts';
import { memoryDatabase } from './memory-harness.ts';
import type { Db } from './open.ts';
import { enqueue, markDone, markRunning } from './outbox-store.ts';
import { failedJobs, newestDone, outboxDepth } from './outbox-view.ts';
import { pruneOutbox } from './retention.ts';
import { nextNumber, nextSeq } from './sequence.ts';
import { dueTimers, nextTimerAt, saveSnapshot, sessionByPr } from './session-store.ts';

function database(): Db {
  const db = memoryDatabase();
  onTestFinished(() => void db.$client.close());
  return db;
}

const RUNS = { numRuns: Number(process.env.AO_PROPERTY_RUNS ?? 25) };

test('a whole session comes back as it was saved, in the same order', () => {
  const db = database();
  const fresh = freshSnapshot();
  const full: Snapshot = {
    ...fresh,
    facts: {
      ...fresh.facts,
      projectComplete: T0,
      report: { state: 'done', note: 'ö "quoted"\n', at: T0 },
    },
    prs: [
      pullRequest(T0, {
        key: 'z#2',
        review: { decision: 'required', approvedBy: [], comments: [comment('c1')] },
      }),
      pullRequest(T0, { key: 'a#1' }),
    ],
    steers: [
      ...fresh.steers,
      ...['b', 'a'].map(
        (id) => ({ ...fresh.steers[0], id, kind: 'human' }) as Snapshot['steers'][number],
      ),
    ],
    requests: [question('z'), question('a')],
    episodes: ['z', 'a'].map((key) => ({
      key,
      open: true,
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
      marks: ['c:1'],
    })),
    timers: [{ kind: 'stuck', key: 'status', dueAt: T0 + 5 }],
  };
  saveSnapshot(db, null, full);
  expect(loadSnapshot(db, 'app-1')?.snapshot).toEqual(full);
  const after: Snapshot = {
    ...full,
    facts: { ...full.facts, report: null },
    timers: [],
    steers: full.steers.map((steer) => (steer.id === 'b' ? { ...steer, state: 'typing' } : steer)),
  };
  const version = saveSnapshot(db, full, after);
  expect(loadSnapshot(db, 'app-1')).toEqual({ snapshot: after, version });
  expect(sessionByPr(db, 'a#1')).toBe('app-1');
});

test('timers are found when due, the next one is known', () => {
  const db = database();
  saveSnapshot(db, null, {
    ...freshSnapshot(),
    timers: [
      { kind: 'stuck', key: 'a', dueAt: 10 },
      { kind: 'idle', key: 'a', dueAt: 20 },
    ],
  });
  expect(nextTimerAt(db)).toBe(10);
  expect(dueTimers(db, 10).map(({ timer }) => timer.kind)).toEqual(['stuck']);
  expect(dueTimers(db, 99)).toHaveLength(2);
});

test('kv: what was set is there, in its own namespace only', () => {
  const db = database();
  const [one, two] = [kvStore(db, 'one'), kvStore(db, 'two')];
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (key, value) => {
      one.set(key, value);
      expect(one.get(key)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(two.get(key)).toBeUndefined();
      expect(one.list(key).map(([name]) => name)).toContain(key);
      one.delete(key);
      expect(one.get(key)).toBeUndefined();
    }),
    RUNS,
  );
});

test('kv: a prefix is a prefix, whatever characters it has', () => {
  const store = kvStore(database(), 'n');
  for (const key of ['a_b1', 'a_b2', 'axb1', 'A_b1', 'a%b']) store.set(key, key);
  expect(store.list('a_b').map(([key]) => key)).toEqual(['a_b1', 'a_b2']);
  expect(store.list('a%').map(([key]) => key)).toEqual(['a%b']);
});

test('outbox: payload and result come back, depth counts what is not done', () => {
  const db = database();
  enqueue(db, { key: 'k', lane: 'l', session: null, type: 't', payload: { deep: [1, 'ö'] } }, 1);
  expect(outboxDepth(db)).toEqual([{ type: 't', state: 'pending', n: 1 }]);
  markRunning(db, 1);
  markDone(db, 1, { posted: 'x' }, 5, 0);
  expect(newestDone(db, ['k', 'k@'])).toEqual({ key: 'k', result: { posted: 'x' } });
  expect(outboxDepth(db)).toEqual([]);
  expect(failedJobs(db, 5)).toEqual([]);
  expect(pruneOutbox(db, 5)).toBe(0);
  expect(pruneOutbox(db, 6)).toBe(1);
});

test('numbers and sequence only grow, and a rolled back one is not skipped twice', () => {
  const db = database();
  expect([nextNumber(db, 'app'), nextNumber(db, 'app'), nextNumber(db, 'web')]).toEqual([1, 2, 1]);
  const first = nextSeq(db);
  expect(nextSeq(db)).toBe(first + 1);
});
