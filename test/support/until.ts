/** Resolves with the first truthy value of `predicate`; rejects after `timeout` ms. Waits on a condition, never on a time. */
export async function until<T>(predicate: () => T | Promise<T>, timeout = 5000, what = 'the condition'): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await predicate();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`${what} did not hold within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
