/**
 * Resolves with the first truthy value of `predicate`, asked again every few ms.
 * A predicate that throws counts as "not yet". After `timeout` ms the last error, or a plain one, is thrown.
 */
export async function until<T>(predicate: () => T | Promise<T>, timeout = 5_000, what = 'the condition'): Promise<Exclude<T, false | 0 | "" | null | undefined>> {
  const deadline = Date.now() + timeout;
  let failure: unknown = null;
  for (;;) {
    try {
      const value = await predicate();
      if (value) return value as Exclude<T, false | 0 | "" | null | undefined>;
      failure = null;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw new Error(`${what} did not hold within ${timeout} ms`, { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
