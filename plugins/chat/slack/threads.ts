import type { Clock } from '../../../src/lib/clock.ts';
import type { KeyValue, Logger } from '../../../src/slots/context.ts';
import type { InboxLanes } from '../../../src/slots/inbox-lanes.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';
import { missedMessages } from './inbound/missed.ts';
import { laneOf } from './inbound/read-delivery.ts';
import type { WireBody } from './inbound/wire.ts';

/** Threads that are read at the same time; Slack bears about fifty reads in a minute. */
const READERS = 3;
/** A thread that could not be read is read again after this, ms. */
const READ_AGAIN = 30_000;

interface ThreadRecord {
  /** Newest message that is kept; everything before it is too. */
  readonly last: string;
  readonly state: 'open' | 'ended';
}

export interface Threads {
  /** A session lives in it. */
  has(channel: string, thread: string): boolean;
  /** A thread of ao's. Messages up to `last` are not asked for. Does nothing when it is known. */
  opened(channel: string, thread: string, last: string): void;
  setState(channel: string, thread: string, state: ThreadRecord['state']): void;
  kept(channel: string, thread: string, message: string): void;
  /** Deliveries are about to come in: what comes in a live thread waits until `read` found what was written there before. */
  hold(): void;
  /** Reads what was written in live threads while nobody listened. */
  read(): void;
  /** Reads nothing more. */
  stop(): void;
  /** Resolves when every thread is read. */
  settle(): Promise<void>;
}

const keyOf = (channel: string, thread: string): string => `thread:${channel}:${thread}`;

export function createThreads(parts: {
  readonly kv: KeyValue;
  readonly api: SlackApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lanes: Pick<InboxLanes, 'first'>;
  readonly identity: () => Promise<Identity>;
  readonly found: (body: WireBody) => Promise<void>;
}): Threads {
  const { kv, api, logger, lanes } = parts;
  const recordOf = (key: string): ThreadRecord | null =>
    (kv.get(key) as ThreadRecord | undefined) ?? null;
  /** Threads of which something may be missing: their mark stays in front of it. */
  const behind = new Set<string>();
  /** Those of them that wait to be read again. */
  const again = new Map<string, { cancel(): void }>();
  const reading = new Set<Promise<void>>();
  let gate = Promise.withResolvers<void>();
  let listening = false;
  const slots: Promise<void>[] = [];
  let stopped = false;

  const advance = (key: string, last: string): void => {
    const known = recordOf(key);
    if (known !== null && Number(last) > Number(known.last)) kv.set(key, { ...known, last });
  };

  const read = async (key: string): Promise<void> => {
    const [, channel = '', thread = ''] = key.split(':');
    const record = recordOf(key);
    if (record === null) return void behind.delete(key);
    const { botUserId } = await parts.identity();
    const missed = await missedMessages(api, { channel, thread, last: record.last }, botUserId);
    if (missed === null) kv.delete(key);
    for (const body of missed ?? []) await parts.found(body);
    behind.delete(key);
    const newest = missed?.at(-1)?.event as { ts?: string } | undefined;
    if (newest?.ts !== undefined) advance(key, newest.ts);
  };

  const queue = (key: string): void => {
    const [, channel = '', thread = ''] = key.split(':');
    again.get(key)?.cancel();
    again.delete(key);
    behind.add(key);
    const turn = slots.length < READERS ? gate.promise : (slots.shift() ?? gate.promise);
    const done = lanes.first(laneOf(channel, thread), async () => {
      await turn;
      if (stopped) return;
      await read(key).catch((error: unknown) => {
        logger.warn({ err: error, thread: key }, 'what was missed in a thread is not read yet');
        // The mark stays where it is. Nobody waits for it meanwhile.
        again.set(
          key,
          parts.clock.after(READ_AGAIN, () => queue(key)),
        );
      });
    });
    slots.push(done);
    reading.add(done);
    void done.then(() => reading.delete(done));
  };

  return {
    has: (channel, thread) => recordOf(keyOf(channel, thread)) !== null,
    opened(channel, thread, last) {
      const key = keyOf(channel, thread);
      if (recordOf(key) === null) kv.set(key, { last, state: 'open' });
    },
    setState(channel, thread, state) {
      const key = keyOf(channel, thread);
      const known = recordOf(key);
      if (known !== null && known.state !== state) kv.set(key, { ...known, state });
    },
    kept(channel, thread, message) {
      const key = keyOf(channel, thread);
      if (!behind.has(key)) advance(key, message);
    },
    hold() {
      stopped = false;
      if (listening) gate = Promise.withResolvers<void>();
      listening = false;
      for (const [key, record] of kv.list('thread:'))
        if ((record as ThreadRecord).state === 'open' && (!behind.has(key) || again.has(key)))
          queue(key);
    },
    read() {
      listening = true;
      gate.resolve();
    },
    stop() {
      stopped = true;
      for (const timer of again.values()) timer.cancel();
      gate.resolve();
    },
    async settle() {
      while (reading.size > 0) await Promise.all(reading);
    },
  };
}
