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

interface SlotsState {
  readonly parts: {
    kv: KeyValue;
    clock: Clock;
    logger: Logger;
    entries: () => readonly CronEntry[];
    /** What wakes it at its moments; without alarms it waits for them by its own clock. */
    alarms?: MakeCronAlarms;
  };
  readonly kv: KeyValue;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly running: Set<string>;
  handle: { cancel(): void } | null;
  stopped: boolean;
  alarms: CronAlarms | null;
  /** Between a look and the next slot there is nothing to see; a clock that went back is looked at anew. */
  readonly quiet: Map<string, { readonly from: number; readonly until: number }>;
}

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
  const slots: SlotsState = {
    parts,
    kv,
    logger,
    clock,
    running: new Set<string>(),
    handle: null,
    stopped: true,
    alarms: null,
    quiet: new Map<string, { readonly from: number; readonly until: number }>(),
  };
  return {
    start: () => start(slots),
    stop: () => stop(slots),
  };
}

function look(slots: SlotsState, entry: CronEntry, now: number): void {
  const known = slots.quiet.get(entry.id);
  if (
    slots.running.has(entry.id) ||
    (known !== undefined && known.from <= now && now < known.until)
  )
    return;
  const mark = slots.kv.get(entry.id);
  const slot = entry.line.last(now);
  slots.quiet.set(entry.id, { from: now, until: entry.line.next(now) ?? Number.POSITIVE_INFINITY });
  // A mark far ahead was made by a clock that was wrong.
  if (typeof mark !== 'number' || mark > now + WRONG) return slots.kv.set(entry.id, now);
  if (slot === null || slot <= mark) return;
  slots.running.add(entry.id);
  void carryOut(slots, entry, slot).finally(() => slots.running.delete(entry.id));
}

async function carryOut(slots: SlotsState, entry: CronEntry, slot: number): Promise<void> {
  try {
    await entry.run(slot);
    slots.kv.set(entry.id, slot);
  } catch (error) {
    slots.quiet.delete(entry.id);
    slots.logger.error(
      { entry: entry.id, slot: new Date(slot).toISOString(), err: error },
      'what was due by its cron line failed, and is tried again',
    );
  }
}

function tick(slots: SlotsState): void {
  if (slots.stopped) return;
  const now = slots.clock.now();
  const entries = slots.parts.entries();
  for (const entry of entries) look(slots, entry, now);
  slots.alarms?.set(entries.map(({ line }) => line));
  const ahead = entries
    .map((entry) => (slots.quiet.get(entry.id)?.until ?? now) - now)
    .filter((wait) => slots.alarms === null && wait > 0);
  slots.handle?.cancel();
  slots.handle = slots.clock.after(Math.min(LONGEST_SLEEP, ...ahead), () => tick(slots));
}

function start(slots: SlotsState): void {
  slots.stopped = false;
  slots.alarms = slots.parts.alarms?.(() => tick(slots)) ?? null;
  tick(slots);
}

function stop(slots: SlotsState): void {
  slots.stopped = true;
  slots.handle?.cancel();
  slots.alarms?.stop();
}
