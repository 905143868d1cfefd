import { Cron } from 'croner';

/** The moments of one cron line in one time zone. Times are ms UTC. */
export interface CronLine {
  /** The first slot after a moment; null when there is none any more (`0 0 30 2 *`). */
  next(after: number): number | null;
  /** The latest slot at or before a moment; null when there was none. */
  last(before: number): number | null;
}

/**
 * Five fields, six with seconds in front, or `@daily` and the like. A slot that the change to summer time leaves out comes when the
 * clocks have jumped; one that the change back repeats comes once. `timezone` null: the machine's. Throws for a line that isn't one.
 */
export function cronLine(pattern: string, timezone: string | null): CronLine {
  const cron = new Cron(pattern, { paused: true, ...(timezone === null ? {} : { timezone }) });
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    // The library looks strictly before; slots are whole seconds.
    last: (before) => cron.previousRuns(1, new Date(before + 1))[0]?.getTime() ?? null,
  };
}

/** Why a line is no cron line; null when it is one. */
export function cronError(pattern: string): string | null {
  try {
    cronLine(pattern, 'UTC');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}
