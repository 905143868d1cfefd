export type Truthy<T> = T extends false | 0 | '' | null | undefined ? never : T;

export interface UntilOptions {
  readonly what?: string;
  readonly timeoutMs?: number;
}

/** How soon is asked again after so long a wait, ms: a wait of seconds at five ms each would cost more than what it waits for. */
const pauseAfter = (waited: number): number => Math.min(60, 5 + waited / 30);

/**
 * Resolves with the first truthy value of `predicate`, asked again every few ms. A predicate that throws counts as
 * "not yet". After the time-out (ms; 10 s by default) an error names what did not hold, with the last error as its cause.
 */
export async function until<T>(
  predicate: () => T | Promise<T>,
  timeout: number | UntilOptions = {},
  name?: string,
): Promise<Truthy<T>> {
  const options = typeof timeout === 'number' ? { timeoutMs: timeout } : timeout;
  const limit = options.timeoutMs ?? 10_000;
  const what = name ?? ('what' in options ? options.what : undefined) ?? 'the condition';
  const started = Date.now();
  let failure: unknown = null;
  for (;;) {
    try {
      const value = await predicate();
      if (value) return value as Truthy<T>;
      failure = null;
    } catch (error) {
      failure = error;
    }
    const waited = Date.now() - started;
    if (waited > limit)
      throw new Error(`${what} did not hold within ${limit} ms`, { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(waited)));
  }
}
