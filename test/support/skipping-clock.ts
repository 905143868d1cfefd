import type { Clock } from '../../src/lib/clock.ts';

export interface SkippingClock extends Clock {
  /** It is `ms` later at once; what became due runs. */
  skip(ms: number): void;
}

/** Goes on like the real time, and can be moved ahead: for waits of minutes in a bot that otherwise runs as it does for people. */
export function skippingClock(): SkippingClock {
  let skipped = 0;
  const now = (): number => Date.now() + skipped;
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now,
    after(delay, fn) {
      const entry = {
        at: now() + delay,
        run() {
          clearTimeout(timer);
          if (waiting.delete(entry)) fn();
        },
      };
      const timer = setTimeout(entry.run, delay);
      timer.unref();
      waiting.add(entry);
      return {
        cancel() {
          clearTimeout(timer);
          waiting.delete(entry);
        },
      };
    },
    skip(ms) {
      skipped += ms;
      for (const entry of [...waiting]
        .filter((one) => one.at <= now())
        .toSorted((a, b) => a.at - b.at))
        entry.run();
    },
  };
}
