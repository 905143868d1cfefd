import { expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../test/support/manual-clock.ts';
import { freshSnapshot } from '../../test/support/session-world.ts';
import { memoryDatabase } from '../db/memory-harness.ts';
import { claimable } from '../db/outbox-store.ts';
import { saveSnapshot } from '../db/session-store.ts';
import { addThread, setThread } from '../db/thread-store.ts';
import { lookForLost } from './lost-threads.ts';

/** Sessions with a thread in `C1`, of which the last is over. */
function world() {
  const db = memoryDatabase();
  onTestFinished(() => void db.$client.close());
  const clock = manualClock();
  const fresh = freshSnapshot();
  for (const [at, name] of ['app-1', 'app-2', 'app-3'].entries()) {
    const session = { ...fresh.session, id: name as typeof fresh.session.id };
    const ended =
      at === 2
        ? { at: clock.now(), cause: 'killed' as const, by: session.owner, reason: null }
        : null;
    saveSnapshot(db, null, { ...fresh, session: { ...session, ended } as typeof session });
    addThread(db, name, 'slack', 'C1');
    setThread(db, name, 'slack', { thread: `t${at + 1}`, root: `t${at + 1}` });
  }
  const looked = (): readonly (string | null)[] =>
    claimable(db, clock.now(), new Set()).map(({ type, session }) => `${type} ${session}`);
  return { db, clock, looked };
}

test('a thread that is said to be gone is looked at, of a session that lives', () => {
  const { db, clock, looked } = world();
  lookForLost(db, clock, 'slack', { channel: 'C1', thread: 't2' });
  lookForLost(db, clock, 'slack', { channel: 'C1', thread: 't3' });
  lookForLost(db, clock, 'slack', { channel: 'C1', thread: 'a message of somebody' });
  lookForLost(db, clock, 'discord', { channel: 'C1', thread: 't1' });
  expect(looked()).toEqual(['chat.check app-2']);
});

test('with a channel all of its threads are looked at', () => {
  const { db, clock, looked } = world();
  lookForLost(db, clock, 'slack', { channel: 'C2', thread: null });
  expect(looked()).toEqual([]);
  lookForLost(db, clock, 'slack', { channel: 'C1', thread: null });
  expect(looked()).toEqual(['chat.check app-1', 'chat.check app-2']);
});
