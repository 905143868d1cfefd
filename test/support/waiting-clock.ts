import type { Clock } from '../../src/lib/clock.ts';

/** Time that passes only by waiting. */
export function waitingClock(): Clock {
  let now = 1_000_000;
  return {
    now: () => now,
    after(delay, fn) {
      now += delay;
      setImmediate(fn);
      return { cancel: () => undefined };
    },
  };
}
