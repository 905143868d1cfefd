import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Time goes on; what is due runs, in order. */
  pass(ms: number): void;
  /** The clock jumps, forwards or backwards, and no timer of the process notices by itself. */
  jump(ms: number): void;
}

export function fakeClock(start = Date.UTC(2026, 2, 3, 9)): FakeClock {
  let wall = start;
  let monotonic = 0;
  const waiting = new Set<{ readonly at: number; readonly fn: () => void }>();
  return {
    now: () => wall,
    after(delay, fn) {
      const entry = { at: monotonic + delay, fn };
      waiting.add(entry);
      return { cancel: () => void waiting.delete(entry) };
    },
    pass(ms) {
      const end = monotonic + ms;
      for (;;) {
        const next = [...waiting].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > end) break;
        waiting.delete(next);
        wall += Math.max(0, next.at - monotonic);
        monotonic = Math.max(monotonic, next.at);
        next.fn();
      }
      wall += end - monotonic;
      monotonic = end;
    },
    jump(ms) {
      wall += ms;
    },
  };
}
