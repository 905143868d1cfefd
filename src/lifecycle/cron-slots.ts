import type { Clock } from '../lib/clock.ts';
import type { CronLine } from '../lib/cron.ts';
import type { KeyValue, Logger } from '../slots/plugin.ts';
import type { CronAlarms, MakeCronAlarms } from './cron-alarms.ts';

/** Something that happens once in each slot of a cron line. */
export interface CronEntry {
  /** Names it over restarts; what changes its slots must change its id too. */
  readonly id: string;
  readonly line: CronLine;
  /** Must bear being called again with the same slot (ms UTC): a crash between it and its mark repeats it. Throws: tried again. */
  run(slot: number): Promise<void> | void;
}

export interface CronSlots {
  start(): void;
  stop(): void;
}

/** Looks at the clock at least this often, so that a jump of it, or a machine that slept, is noticed. */
const LONGEST_SLEEP = 30_000;
const WRONG = 2 * 86_400_000;

/**
 * Runs each entry once per slot, over restarts. After downtime only the latest missed slot is made up for. An entry that is new has no past:
 * it begins with its next slot. `kv` keeps the last slot of each entry.
 */
export function createCronSlots(parts: {
  kv: KeyValue;
  clock: Clock;
  logger: Logger;
  entries: () => readonly CronEntry[];
  /** What wakes it at its moments; without alarms it waits for them by its own clock. */
  alarms?: MakeCronAlarms;
}): CronSlots {
  const { kv, clock, logger } = parts;
  const running = new Set<string>();
  let handle: { cancel(): void } | null = null;
  let stopped = true;
  let alarms: CronAlarms | null = null;

  /** Between a look and the next slot there is nothing to see; a clock that went back is looked at anew. */
  const quiet = new Map<string, { readonly from: number; readonly until: number }>();

  const look = (entry: CronEntry, now: number): void => {
    const known = quiet.get(entry.id);
    if (running.has(entry.id) || (known !== undefined && known.from <= now && now < known.until))
      return;
    const mark = kv.get(entry.id);
    const slot = entry.line.last(now);
    quiet.set(entry.id, { from: now, until: entry.line.next(now) ?? Number.POSITIVE_INFINITY });
    // A mark far ahead was made by a clock that was wrong.
    if (typeof mark !== 'number' || mark > now + WRONG) return kv.set(entry.id, now);
    if (slot === null || slot <= mark) return;
    running.add(entry.id);
    void carryOut(entry, slot).finally(() => running.delete(entry.id));
  };

  const carryOut = async (entry: CronEntry, slot: number): Promise<void> => {
    try {
      await entry.run(slot);
      kv.set(entry.id, slot);
    } catch (error) {
      quiet.delete(entry.id);
      logger.error(
        { entry: entry.id, slot: new Date(slot).toISOString(), err: error },
        'what was due by its cron line failed, and is tried again',
      );
    }
  };

  const tick = (): void => {
    if (stopped) return;
    const now = clock.now();
    const entries = parts.entries();
    for (const entry of entries) look(entry, now);
    alarms?.set(entries.map(({ line }) => line));
    const ahead = entries
      .map((entry) => (quiet.get(entry.id)?.until ?? now) - now)
      .filter((wait) => alarms === null && wait > 0);
    handle?.cancel();
    handle = clock.after(Math.min(LONGEST_SLEEP, ...ahead), tick);
  };

  return {
    start() {
      stopped = false;
      alarms = parts.alarms?.(tick) ?? null;
      tick();
    },
    stop() {
      stopped = true;
      handle?.cancel();
      alarms?.stop();
    },
  };
}
