/** Milliseconds since the Unix epoch, UTC. Every time in ao has this unit unless its name says otherwise. */
export type Millis = number;

/** The only source of time. Tests pass a fake one; `decide` gets a plain number instead. */
export interface Clock {
  now(): Millis;
  /** Calls `fn` once after `delay` ms unless cancelled. The handle never keeps the process alive. */
  after(delay: Millis, fn: () => void): { cancel(): void };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, fn) {
    const timer = setTimeout(fn, delay);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
