export function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE).unref();
  });
  return Promise.race([work, late]);
}

/** A plugin that hangs must not hang the doctor, ms. */
const PATIENCE = 15_000;
