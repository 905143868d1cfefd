import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until it is moved. Timers run when their time is reached. */
export function manualClock(
  start = Date.parse('2026-03-02T09:00:00Z'),
): Clock & { advance(ms: number): void } {
  let now = start;
  const timers = new Set<{ at: number; fn: () => void }>();
  return {
    now: () => now,
    after(delay, fn) {
      const timer = { at: now + delay, fn };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers]
        .filter((one) => one.at <= now)
        .toSorted((a, b) => a.at - b.at)) {
        timers.delete(timer);
        timer.fn();
      }
    },
  };
}
