import { type Clock, type Millis, pause } from '../../../src/lib/clock.ts';

const LOOK_EVERY = 25;

/**
 * Takes `look` again and again until it `holds`, or nothing has changed for as long as `patience` (ms): what still
 * changes is still on its way, however slow the machine is. Returns the last look either way.
 */
export async function lookUntil<T extends string | null>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  patience: Millis,
  clock: Clock,
): Promise<T> {
  let former: T | undefined;
  let changedAt = clock.now();
  for (;;) {
    const seen = await look();
    if (seen !== former) changedAt = clock.now();
    former = seen;
    if (holds(seen) || clock.now() - changedAt >= patience) return seen;
    await pause(clock, LOOK_EVERY);
  }
}
