import type { Clock, Millis } from '../lib/clock.ts';

/** Counts failed logins per address, so that guessing is slow. A right token is never held up. */
export interface FailureLimit {
  /** Seconds to wait, or null while there are few failures. */
  failed(address: string): number | null;
}

const WINDOW: Millis = 60_000;
const MAX_ADDRESSES = 10_000;

export function createFailureLimit(clock: Clock, allowed = 20): FailureLimit {
  const windows = new Map<string, { since: Millis; failures: number }>();
  return {
    failed(address) {
      const now = clock.now();
      const known = windows.get(address);
      const window =
        known !== undefined && now - known.since < WINDOW ? known : { since: now, failures: 0 };
      window.failures += 1;
      windows.delete(address);
      windows.set(address, window);
      const oldest = windows.keys().next();
      if (windows.size > MAX_ADDRESSES && oldest.done !== true) windows.delete(oldest.value);
      return window.failures <= allowed ? null : Math.ceil((window.since + WINDOW - now) / 1000);
    },
  };
}
