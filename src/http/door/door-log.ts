import type { AuditEntry } from '../../domain/session/audit.ts';
import type { Clock, Millis } from '../../lib/clock.ts';

/** Rows for requests that were not let in. Nobody can be named: there was no token, or a wrong one. */
export interface DoorLog {
  /** `why`: a few fixed words, such as `a wrong token`; `path` is shown with the first of a minute. */
  refused(source: string, why: string, path: string): void;
  /** Writes what was counted and not yet written. */
  flush(): void;
}

const WINDOW: Millis = 60_000;
/** Sources with rows of their own in one minute; further ones share two rows. */
const MOST_SOURCES = 50;
const OTHERS = 'other addresses';

/**
 * The first refusal of a source in a minute is a row at once, the rest of the minute one more row with how many of what: a flood
 * leaves its trace, and can't fill the table.
 */
export function createDoorLog(
  audit: (entry: Omit<AuditEntry, 'at'>) => void,
  clock: Clock,
): DoorLog {
  const counted = new Map<string, Map<string, number>>();
  let timer: { cancel(): void } | null = null;
  const row = (detail: string): void =>
    audit({
      subject: 'nobody',
      via: 'http',
      action: 'at the door',
      session: null,
      detail,
      allowed: false,
    });
  const flush = (): void => {
    timer?.cancel();
    timer = null;
    const entries = [...counted];
    counted.clear();
    for (const [source, reasons] of entries) {
      const total = [...reasons.values()].reduce((sum, count) => sum + count, 0);
      if (total > 0)
        row(
          `${total} more from ${source} within a minute: ${[...reasons].map(([why, count]) => `${count} × ${why}`).join(', ')}`,
        );
    }
  };
  return {
    refused(from, why, path) {
      timer ??= clock.after(WINDOW, flush);
      const source = counted.has(from) || counted.size < MOST_SOURCES ? from : OTHERS;
      const reasons = counted.get(source);
      if (reasons !== undefined) return void reasons.set(why, (reasons.get(why) ?? 0) + 1);
      counted.set(source, new Map());
      row(`${why}, from ${from}: ${path.slice(0, 100)}`);
    },
    flush,
  };
}
