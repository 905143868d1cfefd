import { type Clock, systemClock } from '../../src/lib/clock.ts';

/** Real time that can be set forward: what was to happen meanwhile happens then. Programs of the machine keep their own time. */
export function jumpingClock(): Clock & { jump(ms: number): void } {
  let ahead = 0;
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  const now = (): number => systemClock.now() + ahead;
  return {
    now,
    after(delay, fn) {
      const entry = {
        at: now() + delay,
        run: () => {
          timer.cancel();
          if (waiting.delete(entry)) fn();
        },
      };
      const timer = systemClock.after(delay, entry.run);
      waiting.add(entry);
      return {
        cancel: () => {
          timer.cancel();
          waiting.delete(entry);
        },
      };
    },
    jump(ms) {
      ahead += ms;
      for (const entry of [...waiting]
        .filter((one) => one.at <= now())
        .toSorted((a, b) => a.at - b.at))
        entry.run();
    },
  };
}
