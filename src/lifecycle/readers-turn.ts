import type { Job } from '../db/outbox-store.ts';

/** What people read waits so long at most, ms, for the jobs that agents wait for: each commit of either waits for the disk. */
const READERS_WAIT = 150;

/** Agents wait for nothing; what people read may come a moment later. Times in ms UTC. */
export interface ReadersTurn {
  /** Of the jobs that are due, those that may begin now, in that order. */
  pick(due: readonly Job[], now: number): readonly Job[];
  begun(job: Job, now: number): void;
  ended(job: Job): void;
  /** When what is held back begins at the latest; null: nothing is. */
  readonly heldUntil: number | null;
}

export function createReadersTurn(): ReadersTurn {
  /** Lanes of which an agent waits for something, and when that began. A job that takes longer waits for something itself. */
  const pressing = new Map<string, number>();
  let heldUntil: number | null = null;
  const isCalm = (now: number): boolean =>
    [...pressing.values()].every((began) => Math.abs(now - began) >= READERS_WAIT);
  const isHeld = (now: number): boolean => {
    const until = heldUntil ?? now + READERS_WAIT;
    return now < until && until - now <= READERS_WAIT; // The clock may have been set back.
  };
  return {
    pick(due, now) {
      const readers = due.filter(isForReaders);
      const first = due.filter((job) => !isForReaders(job));
      if (readers.length > 0 && (first.length > 0 || !isCalm(now)) && isHeld(now)) {
        heldUntil ??= now + READERS_WAIT;
        return first;
      }
      heldUntil = null;
      return [...first, ...readers];
    },
    begun(job, now) {
      if (!isForReaders(job)) pressing.set(job.lane, now);
    },
    ended: (job) => void pressing.delete(job.lane),
    get heldUntil() {
      return heldUntil;
    },
  };
}

const isForReaders = (job: Job): boolean =>
  job.type.startsWith('chat.') || job.type.startsWith('notify');
