import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { claimDelivery, isClaimed } from '../db/inbound-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { claimable, enqueue, jobState, markDone, markFailed } from '../db/outbox-store.ts';
import { createHousekeeping } from './housekeeping.ts';

const DAY = 86_400_000;

test('what is only kept for a while is forgotten while the bot runs, and not before', () => {
  const { db, clock } = lifecycleWorld({ inMemory: true });
  const drafts = kvStore(db, 'drafts');
  const housekeeping = createHousekeeping({ db, clock });
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
  const housekeeping = createHousekeeping({ db, clock });
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
