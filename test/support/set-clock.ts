import { type Clock, systemClock } from '../../src/lib/clock.ts';

/** The clock on the wall of a machine, set by somebody: timers that run go on as they were, and only `now` tells another time. */
export function setClock(): Clock & { set(ms: number): void } {
  let off = 0;
  return {
    now: () => systemClock.now() + off,
    after: systemClock.after,
    set(ms) {
      off += ms;
    },
  };
}
