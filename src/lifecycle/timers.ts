import type { Db } from '../db/open.ts';
import { dueTimers, nextTimerAt } from '../db/session-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Dispatch } from './dispatch.ts';

/** Looks at the clock at least this often, so that a jump of it is noticed. */
const LONGEST_SLEEP = 1_000;

/** Turns timer rows into inputs when they are due. */
export function createTimers(parts: { db: Db; clock: Clock; dispatch: Dispatch }): { start(): void; stop(): void } {
  let handle: { cancel(): void } | null = null;
  const tick = (): void => {
    const now = parts.clock.now();
    for (const { session, timer } of dueTimers(parts.db, now)) parts.dispatch.input(session, { type: 'timer', timer });
    const next = nextTimerAt(parts.db);
    const sleep = next === null ? LONGEST_SLEEP : Math.min(Math.max(next - now, 10), LONGEST_SLEEP);
    handle = parts.clock.after(sleep, tick);
  };
  return {
    start: tick,
    stop: () => handle?.cancel(),
  };
}
