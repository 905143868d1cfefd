/** Waits until `predicate` gives something truthy and returns it; fails after `timeout` ms with `what`. */
export async function until<T>(predicate: () => T | Promise<T>, timeout = 10_000, what = 'the condition'): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await predicate();
    if (value) return value as NonNullable<T>;
    if (Date.now() >= end) throw new Error(`${what} did not hold within ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
