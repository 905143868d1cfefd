import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';

/** Something that runs while the bot does. */
export interface Part {
  readonly name: string;
  start?(): void | Promise<void>;
  /** Is called whether or not `start` was, and may be slow or throw: the other parts are stopped all the same. */
  stop?(): void | Promise<void>;
}

/** All stops together get this long, ms; what is not done then is in the outbox and comes after the next start. */
const STOP_LIMIT = 4_000;

/** Starts the parts in order. The first one that fails ends the start. */
export async function startParts(parts: readonly Part[]): Promise<void> {
  for (const part of parts) await part.start?.();
}

/**
 * Stops the parts in reverse order. A part that throws or hangs is logged with its name and skipped, so that the last one,
 * which closes the database and gives the lock back, always runs. Never rejects.
 */
export async function stopParts(
  parts: readonly Part[],
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const limit = timeLimit(clock, STOP_LIMIT);
  for (const part of [...parts].reverse()) {
    try {
      const stopping = part.stop?.();
      if (stopping === undefined) continue;
      // A failure after the limit has nobody left to tell.
      stopping.catch(() => undefined);
      if ((await Promise.race([stopping.then(() => 'stopped'), limit.reached])) === 'late')
        logger.warn({ part: part.name }, 'did not stop in time and was left behind');
    } catch (error) {
      logger.error({ part: part.name, err: error }, 'could not be stopped');
    }
  }
  limit.cancel();
}

function timeLimit(clock: Clock, ms: number): { reached: Promise<'late'>; cancel(): void } {
  let cancel = (): void => undefined;
  const reached = new Promise<'late'>((resolve) => {
    ({ cancel } = clock.after(ms, () => resolve('late')));
  });
  return { reached, cancel: () => cancel() };
}
