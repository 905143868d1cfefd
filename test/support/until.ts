/**
 * Waits until `probe` returns something other than null, undefined or false, and returns it. Looks every few
 * milliseconds; throws with `what` and the last value after `timeoutMs`. An error thrown by `probe` counts as "not yet".
 */
export async function until<T>(probe: () => T | Promise<T>, options: { what?: string; timeoutMs?: number } = {}): Promise<NonNullable<T>> {
  const deadline = Date.now() + (options.timeoutMs ?? 10_000);
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== null && value !== undefined && value !== false) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`timed out waiting for ${options.what ?? 'a condition'}; last: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
