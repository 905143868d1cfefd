/** Milliseconds since the Unix epoch, UTC. Every time in ao has this unit unless its name says otherwise. */
export type Millis = number;

/** The only source of time. Tests pass a fake one; `decide` gets a plain number instead. */
export interface Clock {
  now(): Millis;
  /** Calls `fn` once after `delay` ms unless cancelled. The handle never keeps the process alive. */
  after(delay: Millis, fn: () => void): { cancel(): void };
}

/** Resolves after `delay` ms of this clock. */
export const pause = (clock: Clock, delay: Millis): Promise<void> =>
  new Promise((resolve) => clock.after(delay, resolve));

/** Longer waits would be over at once (Node counts them in 32 bits). Whoever waits that long looks at the clock again anyway. */
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, fn) {
    const timer = setTimeout(fn, Math.min(delay, LONGEST));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
