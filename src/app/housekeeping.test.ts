import { expect, onTestFinished, test } from 'vitest';
import { seedHistory } from '../../test/support/history.ts';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { claimDelivery, isClaimed } from '../db/inbound-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { claimable, enqueue, jobState, markDone, markFailed } from '../db/outbox-store.ts';
import { createHousekeeping } from './housekeeping.ts';

const DAY = 86_400_000;
const RETENTION = { events: 90 * DAY, effects: 30 * DAY };

test('what is only kept for a while is forgotten while the bot runs, and not before', () => {
  const { db, clock } = lifecycleWorld({ inMemory: true });
  const drafts = kvStore(db, 'drafts');
  const housekeeping = createHousekeeping({ db, clock, retention: () => RETENTION });
  housekeeping.start();
  onTestFinished(() => housekeeping.stop());
  claimDelivery(db, 'slack', 'd1', clock.now());
  drafts.set('kept', { type: 'message', at: clock.now() });
  drafts.set('of an earlier version', { type: 'message' });
  enqueue(db, { key: 'k', lane: 'l', session: null, type: 't', payload: {} }, clock.now());
  markDone(db, 1, null, clock.now(), 0);

  clock.pass(6 * DAY);
  expect([
    isClaimed(db, 'slack', 'd1'),
    jobState(db, 'k'),
    drafts.list('').map(([id]) => id),
  ]).toEqual([true, 'done', ['kept']]);
  clock.pass(2 * DAY);
  expect([isClaimed(db, 'slack', 'd1'), jobState(db, 'k')]).toEqual([false, 'done']);
  clock.pass(23 * DAY);
  expect([jobState(db, 'k'), drafts.list('')]).toEqual([null, []]);
});

test('what failed goes when its session is long over, and the keys of requests with their age', () => {
  const { db, clock, dispatch } = lifecycleWorld({ inMemory: true });
  const keys = kvStore(db, 'spawn');
  dispatch.create(freshSnapshot({ id: sessionId('app-1') }, clock.now()), []);
  const other = freshSnapshot({ id: sessionId('app-2') }, clock.now());
  dispatch.create(
    {
      ...other,
      session: {
        ...other.session,
        stage: 'ended',
        ended: { cause: 'killed', at: clock.now(), by: DANA, reason: null },
      },
    },
    [],
  );
  keys.set('request 1', 'app-1');
  keys.set('request of a session that is gone', 'app-9');
  const failed = (key: string, session: string | null): void => {
    enqueue(db, { key, lane: key, session, type: 't', payload: {} }, clock.now());
    const job = claimable(db, clock.now(), new Set()).find((one) => one.key === key);
    if (job === undefined) throw new Error('the job is not there');
    markFailed(db, job.id, 'no', clock.now());
  };
  failed('live', 'app-1');
  failed('over', 'app-2');
  failed('of nobody', null);
  const housekeeping = createHousekeeping({ db, clock, retention: () => RETENTION });
  housekeeping.start();
  onTestFinished(() => housekeeping.stop());
  expect([keys.list('').map(([key]) => key), jobState(db, 'over')]).toEqual([
    ['request 1'],
    'failed',
  ]);
  clock.pass(31 * DAY);
  expect([
    keys.list(''),
    jobState(db, 'live'),
    jobState(db, 'over'),
    jobState(db, 'of nobody'),
  ]).toEqual([[], 'failed', null, null]);
});

test('timelines of sessions that ended long ago keep what the digest counts; younger ones are whole', () => {
  const { db, clock } = lifecycleWorld({ inMemory: true });
  seedHistory(db, freshSnapshot({}, clock.now()), 120, clock.now() - 89 * DAY - 23 * 3_600_000);
  const typesOf = (id: string): readonly unknown[] =>
    db.$client.prepare('SELECT type FROM events WHERE session = ? ORDER BY seq').pluck().all(id);
  const housekeeping = createHousekeeping({ db, clock, retention: () => RETENTION });
  housekeeping.start();
  onTestFinished(() => housekeeping.stop());
  // 50 at once, the others soon after.
  clock.pass(10_000);
  const whole = ['session.spawned', 'agent.spoke', 'session.ended'];
  const short = ['session.spawned', 'session.ended'];
  expect([typesOf('old-1'), typesOf('old-119'), typesOf('old-120')]).toEqual([short, short, whole]);
  clock.pass(DAY);
  expect(typesOf('old-120')).toEqual(short);
});
