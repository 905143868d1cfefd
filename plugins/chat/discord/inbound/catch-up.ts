import type { APIMessage } from 'discord.js';
import type { Clock } from '../../../../src/lib/clock.ts';
import type { InboxLanes } from '../../../../src/slots/inbox-lanes.ts';
import type { Logger } from '../../../../src/slots/plugin.ts';
import type { Api } from '../api.ts';
import type { Channels } from '../channels.ts';
import type { Records } from '../records.ts';
import { missedReplies } from './missed.ts';

/** Threads that are read at the same time after a disconnect. */
const READERS = 4;
/** A thread of which something could not be read is read again after this, ms. */
const READ_AGAIN = 30_000;

export interface CatchUp {
  /** Queued at once, so that what is written from now on comes after what was missed. */
  begin(): void;
  /** Whether something before the newest message of the thread may be missing still. */
  isBehind(thread: string): boolean;
  settle(): Promise<void>;
  stop(): void;
}

/** Reads what was written in live threads while Discord could tell nobody. */
export function createCatchUp(parts: {
  readonly api: Api;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly records: Records;
  readonly channels: Channels;
  readonly lanes: Pick<InboxLanes, 'first'>;
  readonly laneOf: (thread: string) => string;
  readonly found: (message: APIMessage, guild: string) => void;
}): CatchUp {
  const { records, channels, logger } = parts;
  /** With the timer of those that wait to be read again. */
  const behind = new Map<string, { cancel(): void } | null>();
  const reading = new Set<Promise<void>>();
  const slots: Promise<void>[] = [];
  let stopped = false;

  const read = async (thread: string): Promise<void> => {
    const record = records.thread(thread);
    const guild = record === null ? null : (await channels.facts(record.channel)).guild;
    if (guild !== null) {
      const missed = await missedReplies(thread, parts.api, records);
      for (const message of missed) parts.found(message, guild);
      const newest = missed.at(-1);
      // Nothing before these is missing any more, however much of them was taken already.
      if (newest !== undefined) records.forwarded(thread, newest.id);
    }
    behind.delete(thread);
  };

  const queue = (thread: string): void => {
    behind.get(thread)?.cancel();
    behind.set(thread, null);
    const turn = slots.length < READERS ? undefined : slots.shift();
    const done = parts.lanes.first(parts.laneOf(thread), async () => {
      await turn;
      if (stopped) return;
      await read(thread).catch((error: unknown) => {
        logger.warn({ err: error, thread }, 'Missed replies could not be read and are read again');
        behind.set(
          thread,
          parts.clock.after(READ_AGAIN, () => queue(thread)),
        );
      });
    });
    slots.push(done);
    reading.add(done);
    void done.then(() => reading.delete(done));
  };

  return {
    begin() {
      for (const [thread, record] of records.threads())
        if (record.state === 'open' && behind.get(thread) !== null) queue(thread);
    },
    isBehind: (thread) => behind.has(thread),
    async settle() {
      while (reading.size > 0) await Promise.all(reading);
    },
    stop() {
      stopped = true;
      for (const timer of behind.values()) timer?.cancel();
    },
  };
}
