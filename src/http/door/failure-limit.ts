import type { Clock, Millis } from '../../lib/clock.ts';

/** Counts failures per source within a minute, so that guessing is slow. A right token is never held up. */
export interface FailureLimit {
  /** Seconds to wait, or null while there are few failures. */
  failed(source: string): number | null;
  /** Whether the next failure would have to wait. */
  isFull(source: string): boolean;
}

const WINDOW: Millis = 60_000;
const MAX_SOURCES = 10_000;

export function createFailureLimit(clock: Clock, allowed = 20): FailureLimit {
  const windows = new Map<string, { since: Millis; failures: number }>();
  const current = (source: string): { since: Millis; failures: number } => {
    const now = clock.now();
    const known = windows.get(source);
    return known !== undefined && now - known.since < WINDOW ? known : { since: now, failures: 0 };
  };
  return {
    failed(source) {
      const window = current(source);
      window.failures += 1;
      windows.delete(source);
      windows.set(source, window);
      const oldest = windows.keys().next();
      if (windows.size > MAX_SOURCES && oldest.done !== true) windows.delete(oldest.value);
      return window.failures <= allowed
        ? null
        : Math.ceil((window.since + WINDOW - clock.now()) / 1000);
    },
    isFull: (source) => current(source).failures >= allowed,
  };
}
