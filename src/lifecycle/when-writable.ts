import type { Clock } from '../lib/clock.ts';
import { storageProblem } from '../lib/storage-problem.ts';

/** While the database can't be written: how often that is tried again, ms. */
export const STORAGE_PAUSE = 1_000;

/** Does what nobody waits for. While the database can't be written it is tried again, until `isOver`; any other error is a bug and is thrown. */
export function whenWritable(clock: Clock, isOver: () => boolean, work: () => void): void {
  if (isOver()) return;
  try {
    work();
  } catch (error) {
    if (storageProblem(error) === null) throw error;
    clock.after(STORAGE_PAUSE, () => whenWritable(clock, isOver, work));
  }
}
