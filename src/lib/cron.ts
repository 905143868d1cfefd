import { Cron } from 'croner';
import nodeCron from 'node-cron';

/** The moments of one cron line in one time zone. Times are ms UTC. */
export interface CronLine {
  readonly pattern: string;
  /** Null: the machine's. */
  readonly timezone: string | null;
  /** The first slot after a moment; null when there is none any more (`0 0 30 2 *`). */
  next(after: number): number | null;
  /** The latest slot at or before a moment; null when there was none. */
  last(before: number): number | null;
}

/**
 * Five fields, six with seconds in front, or `@daily` and the like. A slot that the change to summer time leaves out comes when the
 * clocks have jumped; one that the change back repeats comes once. `timezone` null: the machine's. Throws for an invalid line.
 *
 * node-cron validates lines and fires them (`lifecycle/cron-alarms.ts`); which slots lie between two moments is asked of croner,
 * because node-cron has no slot on the day the clocks jump over it, and its two on the day they go back (`cron.test.ts`).
 */
export function cronLine(pattern: string, timezone: string | null): CronLine {
  const cron = new Cron(pattern, { paused: true, ...(timezone === null ? {} : { timezone }) });
  return {
    pattern,
    timezone,
    next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null,
    // The library looks strictly before; slots are whole seconds.
    last: (before) => cron.previousRuns(1, new Date(before + 1))[0]?.getTime() ?? null,
  };
}

/** What is wrong with a cron line; null when it is valid. */
export function cronError(pattern: string): string | null {
  const { errors } = nodeCron.validateDetailed(pattern);
  if (errors[0] !== undefined) return errors.map(({ message }) => message).join('; ');
  try {
    cronLine(pattern, 'UTC');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}
