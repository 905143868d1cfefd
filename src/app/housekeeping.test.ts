import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld } from '../../test/support/lifecycle-world.ts';
import { claimDelivery, isClaimed } from '../db/inbound-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { enqueue, jobState, markDone } from '../db/outbox-store.ts';
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
  expect([isClaimed(db, 'slack', 'd1'), jobState(db, 'k'), drafts.list('').map(([id]) => id)]).toEqual([true, 'done', ['kept']]);
  clock.pass(2 * DAY);
  expect([isClaimed(db, 'slack', 'd1'), jobState(db, 'k')]).toEqual([false, 'done']);
  clock.pass(23 * DAY);
  expect([jobState(db, 'k'), drafts.list('')]).toEqual([null, []]);
});
