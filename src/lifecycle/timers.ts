import type { Db } from '../db/open.ts';
import { dueTimers, nextTimerAt } from '../db/session-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';
import type { Dispatch } from './dispatch.ts';

/** Looks at the clock at least this often, so that a jump of it is noticed. */
const LONGEST_SLEEP = 1_000;

/** Turns timer rows into inputs when they are due. One that can't be taken in is told and tried again; the others go on. */
export function createTimers(parts: {
  db: Db;
  clock: Clock;
  dispatch: Dispatch;
  logger?: Logger;
}): { start(): void; stop(): void } {
  let handle: { cancel(): void } | null = null;
  const fire = (now: number): boolean => {
    let failed = false;
    try {
      parts.dispatch.keepTime();
    } catch (error) {
      failed = true;
      parts.logger?.error({ err: error }, 'a clock that was set back could not be taken in');
    }
    for (const { session, timer } of dueTimers(parts.db, now)) {
      try {
        parts.dispatch.input(session, { type: 'timer', timer });
      } catch (error) {
        failed = true;
        parts.logger?.error(
          { session, timer: `${timer.kind} ${timer.key}`, err: error },
          'a timer could not be taken in',
        );
      }
    }
    return failed;
  };
  const tick = (): void => {
    const now = parts.clock.now();
    const failed = fire(now);
    const next = nextTimerAt(parts.db);
    const sleep =
      next === null || failed ? LONGEST_SLEEP : Math.min(Math.max(next - now, 10), LONGEST_SLEEP);
    handle = parts.clock.after(sleep, tick);
  };
  return {
    start: tick,
    stop: () => handle?.cancel(),
  };
}
