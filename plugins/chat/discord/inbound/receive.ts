import {
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  type GatewayMessageCreateDispatchData,
} from 'discord.js';
import type { ChatUser } from '../../../../src/slots/chat.ts';
import type { Application } from '../application.ts';
import { chatUser, type RawMember } from '../ids.ts';
import { isThreadType } from '../threads.ts';
import { type InteractionParts, receiveInteraction } from './interactions.ts';
import {
  isByPerson,
  type MessageParts,
  receiveDelete,
  receiveEdit,
  receiveMessage,
  type WrittenMessage,
} from './messages.ts';
import { missedReplies } from './missed.ts';

const REMEMBERED = 5_000;
/** Threads that are read at the same time after a disconnect. */
const READERS = 4;
const TRIES = 4;
/** A thread of which something could not be read or taken is read again after this, ms; given up after so many times. */
const READ_AGAIN = 30_000;
const READS = 100;
/** With more than this many waiting for the host nobody's turn comes soon. */
const BURST = 10;
/** A burst is over when nothing came for this long, ms; work waits for that at most so long. */
const QUIET = 20;
const ACKNOWLEDGED_WITHIN = 1_000;

export interface ReceiveParts
  extends Omit<InteractionParts, 'turn' | 'inABurst' | 'acknowledging'>,
    Pick<MessageParts, 'isVerb' | 'answer' | 'cannotRead'> {}

/** Everything the gateway brings. Packets are read raw: discord.js drops what happens in threads it does not know. */
export function createReceiver(parts: ReceiveParts): {
  packet(packet: GatewayDispatchPayload): void;
  idle(): Promise<void>;
  stop(): void;
} {
  const { records, channels, logger } = parts;
  const running = new Set<Promise<unknown>>();
  const queues = new Map<string, Promise<unknown>>();
  /** Ids of messages that are dealt with: a replay and a catch-up may bring the same one. */
  const done = new Set<string>();
  const authors = new Map<string, ChatUser>();
  /** Threads of which something is still missing. */
  const behind = new Map<
    string,
    { readonly reads: number; readonly timer: { cancel(): void } | null }
  >();
  let stopped = false;
  let readers = Promise.resolve<unknown>(undefined);

  const track = (work: Promise<unknown>, what: string): void => {
    const guarded = work
      .catch((error: unknown) => logger.error({ err: error }, `${what} could not be dealt with`))
      .finally(() => running.delete(guarded));
    running.add(guarded);
  };

  /** One after the other in a thread: what was written first is told first. */
  const inOrder = (channel: string, work: () => Promise<unknown>): Promise<unknown> => {
    const before = queues.get(channel) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    queues.set(channel, mine);
    return mine.finally(() => {
      if (queues.get(channel) === mine) queues.delete(channel);
    });
  };

  const messageParts = async (): Promise<MessageParts> => {
    const { user, messageContent }: Application = await parts.application();
    return { ...parts, self: user, messageContent };
  };

  const written = async (message: WrittenMessage): Promise<void> => {
    if (done.has(message.id)) return;
    if (isByPerson(message) && message.guild_id !== undefined)
      remember(
        authors,
        message.id,
        chatUser(message.guild_id, message.author, message.member, parts.guilds),
      );
    try {
      const own = await messageParts();
      await persistently(parts, () => receiveMessage(message, own));
    } catch (error) {
      readAgain(message.channel_id);
      throw error;
    }
    done.add(message.id);
    const [oldest] = done;
    if (done.size > REMEMBERED && oldest !== undefined) done.delete(oldest);
    // Where something before it is missing, the mark stays in front of that: it is read from there again.
    if (!behind.has(message.channel_id)) records.forwarded(message.channel_id, message.id);
  };

  const readAgain = (thread: string): void => {
    const known = behind.get(thread);
    if (known?.timer != null || records.thread(thread) === null) return;
    const reads = (known?.reads ?? 0) + 1;
    // The next start reads on from the mark.
    if (stopped) return void behind.set(thread, { reads, timer: null });
    if (reads > READS) return void behind.delete(thread);
    const timer = parts.clock.after(READ_AGAIN, () => {
      behind.set(thread, { reads, timer: null });
      track(
        inOrder(thread, () => catchUpWith(thread)),
        'Missed replies',
      );
    });
    behind.set(thread, { reads, timer });
  };

  const catchUpWith = async (thread: string): Promise<void> => {
    const record = records.thread(thread);
    if (record === null) return void behind.delete(thread);
    try {
      const { guild } = await channels.facts(record.channel);
      if (guild !== null) await caughtUp(thread, guild);
      const known = behind.get(thread);
      if (known === undefined) return;
      known.timer?.cancel();
      behind.delete(thread);
    } catch (error) {
      readAgain(thread);
      throw error;
    }
  };

  const caughtUp = async (thread: string, guild: string): Promise<void> => {
    const members = new Map<string, Promise<RawMember | undefined>>();
    const memberOf = (user: string): Promise<RawMember | undefined> => {
      const known = members.get(user) ?? parts.member(guild, user).catch(() => undefined);
      members.set(user, known);
      return known;
    };
    const missed = await missedReplies(thread, parts.api, records);
    const failures: unknown[] = [];
    for (const message of missed) {
      const member = isByPerson(message) ? await memberOf(message.author.id) : undefined;
      const whole = {
        ...message,
        guild_id: guild,
        ...(member === undefined
          ? {}
          : { member: member as NonNullable<WrittenMessage['member']> }),
      };
      // One that can't be taken keeps none of the others waiting.
      await written(whole).catch((error: unknown) => void failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    // Nothing before these is missing any more, however much of them was taken already.
    const newest = missed.at(-1);
    if (newest !== undefined) records.forwarded(thread, newest.id);
  };

  /** Queued at once, so that what is written from now on comes after what was missed. */
  const catchUp = (): void => {
    let slots = Promise.resolve<unknown>(undefined);
    const open = records.threads().filter(([, record]) => record.state === 'open');
    const lanes = Array.from({ length: READERS }, () => Promise.resolve<unknown>(undefined));
    for (const [index, [thread]] of open.entries()) {
      const lane = index % READERS;
      const before = lanes[lane] ?? slots;
      const mine = inOrder(thread, async () => {
        await before.catch(() => undefined);
        await catchUpWith(thread);
      });
      lanes[lane] = mine;
      track(mine, 'Missed replies');
    }
    slots = Promise.all(lanes);
    readers = slots.catch(() => undefined);
  };

  const own = async (message: GatewayMessageCreateDispatchData): Promise<void> => {
    const { user } = await parts.application();
    if (
      message.author.id !== user ||
      typeof message.nonce !== 'string' ||
      records.tried(message.nonce) === null
    )
      return;
    records.setPosted(message.nonce, { channel: message.channel_id, message: message.id });
  };

  let turns = Promise.resolve();
  let waiting = 0;
  let lastAt = 0;
  const acknowledging = new Set<Promise<unknown>>();
  /** Work of the host holds up everything else for some ms: in a burst, who came in is acknowledged first. */
  const acknowledged = async (): Promise<void> => {
    const from = performance.now();
    while (
      (acknowledging.size > 0 || performance.now() - lastAt < QUIET) &&
      performance.now() - from < ACKNOWLEDGED_WITHIN
    )
      await new Promise<void>((resolve) => setTimeout(resolve, 5));
  };
  const asking: InteractionParts = {
    ...parts,
    // Read at every use: the host's part comes with `start`.
    inABurst: () => waiting > BURST,
    acknowledging(sent) {
      acknowledging.add(sent);
      void sent.finally(() => acknowledging.delete(sent));
    },
    get catalogue() {
      return parts.catalogue;
    },
    turn() {
      waiting += 1;
      turns = turns.then(async () => {
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (waiting > BURST) await acknowledged();
        waiting -= 1;
      });
      return turns;
    },
  };

  const packet = (event: GatewayDispatchPayload) => {
    switch (event.t) {
      case Event.Ready:
        return catchUp();
      case Event.InteractionCreate:
        lastAt = performance.now();
        return track(receiveInteraction(event.d, asking), 'An interaction');
      case Event.MessageCreate:
        if (event.d.author.bot === true) return track(own(event.d), 'A message of ao');
        return track(
          inOrder(event.d.channel_id, () => written(event.d)),
          'A message',
        );
      case Event.MessageUpdate:
        return track(
          inOrder(event.d.channel_id, async () => receiveEdit(event.d, await messageParts())),
          'An edit',
        );
      case Event.MessageDelete:
        return track(
          inOrder(event.d.channel_id, async () =>
            receiveDelete(event.d, authors.get(event.d.id), await messageParts()),
          ),
          'A deletion',
        );
      case Event.GuildCreate:
        for (const channel of [...event.d.channels, ...event.d.threads])
          channels.saw({ ...channel, guild_id: event.d.id } as Parameters<typeof channels.saw>[0]);
        return;
      case Event.ChannelCreate:
      case Event.ChannelUpdate:
      case Event.ThreadCreate:
      case Event.ThreadUpdate:
        return channels.saw(event.d as Parameters<typeof channels.saw>[0]);
      case Event.ChannelDelete:
      case Event.ThreadDelete:
        if (isThreadType(event.d.type)) records.forgetThread(event.d.id);
        return channels.gone(event.d.id);
      default:
        return;
    }
  };

  return {
    packet,
    stop() {
      stopped = true;
      for (const { timer } of behind.values()) timer?.cancel();
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
      await readers;
    },
  };
}

/** The host failed before it committed anything: the same delivery is given to it again. */
async function persistently(parts: ReceiveParts, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= TRIES) throw error;
      parts.logger.warn({ err: error, tries }, 'A message could not be taken and is given again');
      await new Promise<void>((resolve) => parts.clock.after(250 * 4 ** (tries - 1), resolve));
    }
  }
}

function remember(authors: Map<string, ChatUser>, message: string, user: ChatUser): void {
  authors.set(message, user);
  const [oldest] = authors.keys();
  if (authors.size > REMEMBERED && oldest !== undefined) authors.delete(oldest);
}
