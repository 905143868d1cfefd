import { expect, onTestFinished, test } from 'vitest';
import { seedHistory } from '../../test/support/history.ts';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { eventsBetween, readEvents } from '../db/event-store.ts';
import { claimDelivery, isClaimed } from '../db/inbound-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { claimable, enqueue, markDone, markFailed } from '../db/outbox-store.ts';
import { jobState } from '../db/outbox-view.ts';
import { DIGEST_EVENTS, happened } from '../domain/session/digest.ts';
import { createHousekeeping } from './housekeeping.ts';

const DAY = 86_400_000;
const RETENTION = { events: 90 * DAY, effects: 30 * DAY };

test('what is only kept for a while is forgotten while the bot runs, and not before', () => {
  const { db, clock } = lifecycleWorld();
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
  const { db, clock, dispatch } = lifecycleWorld();
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

test('timelines of sessions that ended long ago keep what the digest counts, and say so; younger ones are whole', () => {
  const { db, clock } = lifecycleWorld();
  const newest = clock.now() - 89 * DAY - 23 * 3_600_000;
  seedHistory(db, freshSnapshot({}, clock.now()), 120, newest);
  const ofDigest = (): unknown =>
    happened(eventsBetween(db, DIGEST_EVENTS, 0, newest), { from: 0, to: newest });
  const before = ofDigest();
  const lines = (session: string) =>
    readEvents(db, { session, limit: 10 }).map(({ event, text }) => [event.type, text]);
  const housekeeping = createHousekeeping({ db, clock, retention: () => RETENTION });
  housekeeping.start();
  onTestFinished(() => housekeeping.stop());
  // 50 at once, the others soon after.
  clock.pass(10_000);
  const short = [
    ['session.spawned', 'session.spawned'],
    [
      'session.ended',
      'session.ended (1 more line of this timeline: no longer kept, see retention.events)',
    ],
  ];
  expect([lines('old-1'), lines('old-119')]).toEqual([short, short]);
  expect(lines('old-120')).toHaveLength(3);
  clock.pass(DAY);
  expect(lines('old-120')).toEqual(short);
  expect(ofDigest()).toEqual(before);
});

test('effects of a session stay as long as it lives, and go in small steps when it is over for long', () => {
  const { db, clock, dispatch } = lifecycleWorld();
  dispatch.create(freshSnapshot({ id: sessionId('app-1') }, clock.now()), []);
  seedHistory(db, freshSnapshot({}, clock.now()), 1, clock.now());
  const MANY = 4_100;
  db.transaction(() => {
    for (let n = 0; n < MANY; n += 1) {
      const session = n === 0 ? 'app-1' : 'old-1';
      enqueue(db, { key: `k${n}`, lane: 'l', session, type: 't', payload: {} }, clock.now());
    }
  });
  db.$client.prepare("UPDATE outbox SET state = 'done', finished_at = ?").run(clock.now());
  const rows = (): unknown => db.$client.prepare('SELECT count(*) FROM outbox').pluck().get();
  clock.pass(31 * DAY);
  const housekeeping = createHousekeeping({ db, clock, retention: () => RETENTION });
  housekeeping.start();
  onTestFinished(() => housekeeping.stop());
  expect(rows()).toBe(MANY - 2_000);
  clock.pass(5_000);
  expect([rows(), jobState(db, 'k0')]).toEqual([1, 'done']);
});
