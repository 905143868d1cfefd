import {
  type APIInteraction,
  type APIMessage,
  GatewayDispatchEvents as Event,
  type GatewayDispatchPayload,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageDeleteDispatchData,
  type GatewayMessageUpdateDispatchData,
} from 'discord.js';
import type { ChatReply, ChatUser } from '../../../../src/slots/chat.ts';
import { PluginError } from '../../../../src/slots/errors.ts';
import type { Delivery, Inbox } from '../../../../src/slots/inbox.ts';
import { createInboxLanes } from '../../../../src/slots/inbox-lanes.ts';
import { isDiscordError } from '../errors.ts';
import { chatUser, orderOf } from '../ids.ts';
import { isThreadType } from '../threads.ts';
import { createCatchUp } from './catch-up.ts';
import { type InteractionParts, personOf } from './interaction-context.ts';
import { isKept, receiveInteraction } from './interactions.ts';
import {
  isByPerson,
  isTold,
  type MessageParts,
  receiveDelete,
  receiveEdit,
  receiveMessage,
  type WrittenMessage,
} from './messages.ts';
import type { Where } from './where.ts';

const REMEMBERED = 5_000;
/** With more than this many waiting for the host nobody's turn comes soon. */
const BURST = 10;
/** A burst is over when nothing came for this long, ms; work waits for that at most so long. */
const QUIET = 20;
const ACKNOWLEDGED_WITHIN = 1_000;
const DAY = 86_400_000;
const QUARTER = 15 * 60_000;

export interface ReceiveParts
  extends Omit<InteractionParts, 'turn' | 'inABurst' | 'acknowledging'>,
    Pick<MessageParts, 'cannotRead'> {
  readonly inbox: Inbox;
  /** Discord has no private answer to a written message: it goes by direct message, a form waits behind a button. */
  readonly answer: (user: ChatUser, where: Where, reply: ChatReply) => Promise<void>;
}

/** What the inbox keeps: Discord's own words, or a private answer that is still to be given. */
type Kept =
  /** `guild`: of a message that was found in its thread, whose author has to be looked up. */
  | { readonly type: 'message'; readonly message: WrittenMessage; readonly guild: string | null }
  | { readonly type: 'edit'; readonly message: GatewayMessageUpdateDispatchData }
  | {
      readonly type: 'delete';
      readonly message: GatewayMessageDeleteDispatchData;
      readonly author: ChatUser;
    }
  | { readonly type: 'interaction'; readonly interaction: APIInteraction }
  | {
      readonly type: 'answer';
      readonly user: ChatUser;
      readonly where: Where;
      readonly reply: ChatReply;
    };

const laneOf = (channel: string): string => `thread:${channel}`;

/** Everything the gateway brings. Packets are read raw: discord.js drops what happens in threads it does not know. */
export function createReceiver(parts: ReceiveParts): {
  packet(packet: GatewayDispatchPayload): void;
  /** Deals with what an earlier process left. */
  resume(): void;
  /** Discord answers again. */
  hurry(): void;
  idle(): Promise<void>;
  stop(): void;
} {
  const { records, channels, logger, clock } = parts;
  const running = new Set<Promise<unknown>>();
  const authors = new Map<string, ChatUser>();
  /** Interactions of which Discord still waits for the first answer. */
  const live = new Set<string>();

  const track = (work: Promise<unknown>, what: string): void => {
    const guarded = work
      .catch((error: unknown) => logger.error({ err: error }, `${what} could not be dealt with`))
      .finally(() => running.delete(guarded));
    running.add(guarded);
  };

  const answer: MessageParts['answer'] = (delivery, user, where, reply) => {
    if (reply.whisper === undefined && reply.form === undefined) return;
    const { channel, thread } = where;
    keep(`${delivery}/answer`, `answer:${delivery}`, clock.now(), {
      type: 'answer',
      user,
      where: { channel, thread },
      reply,
    });
  };

  const messageParts = async (): Promise<MessageParts> => {
    const { user, messageContent } = await parts.application();
    return { ...parts, answer, self: user, messageContent };
  };

  const written = async (message: WrittenMessage, guild: string | null): Promise<void> => {
    if (guild === null) return receiveMessage(message, await messageParts());
    const member = await parts.member(guild, message.author.id).catch(nobodyThere);
    const whole = {
      ...message,
      guild_id: guild,
      ...(member === undefined ? {} : { member: member as NonNullable<WrittenMessage['member']> }),
    };
    await receiveMessage(whole, await messageParts());
  };

  const lanes = createInboxLanes({
    inbox: parts.inbox,
    clock,
    logger,
    async work({ id, body }) {
      const kept = body as Kept;
      switch (kept.type) {
        case 'message':
          return written(kept.message, kept.guild);
        case 'edit':
          return receiveEdit(kept.message, await messageParts());
        case 'delete':
          return receiveDelete(kept.message, kept.author, await messageParts());
        case 'interaction':
          return receiveInteraction(kept.interaction, asking, live.delete(id));
        case 'answer':
          return parts.answer(kept.user, kept.where, kept.reply);
      }
    },
    async delayed(delivery, error) {
      const to = addresseeOf(delivery);
      if (to !== null) await parts.answer(to.user, to.where, said(`${LATER} ${whyOf(error)}`));
    },
    async gaveUp(delivery, error) {
      const to = addresseeOf(delivery);
      const words = `That did not work. ${whyOf(error)} Nothing was done; please try again.`;
      if (to !== null) answer(`${delivery.id}/failure`, to.user, to.where, said(words));
    },
    patience: ({ body }) => ((body as Kept).type === 'answer' ? DAY : QUARTER),
  });

  /** Whoever is to learn what became of it; only by what is known without asking Discord. */
  const addresseeOf = ({ body }: Delivery): { user: ChatUser; where: Where } | null => {
    const kept = body as Kept;
    switch (kept.type) {
      case 'message':
      case 'edit': {
        const { message } = kept;
        const guild = message.guild_id ?? (kept.type === 'message' ? kept.guild : null);
        if (guild === null) return null;
        const user = chatUser(guild, message.author, message.member, parts.guilds);
        return { user, where: placeOf(message.channel_id) };
      }
      case 'delete':
        return { user: kept.author, where: placeOf(kept.message.channel_id) };
      case 'interaction':
        return personOf(kept.interaction, parts.guilds, placeOf);
      case 'answer':
        return null;
    }
  };
  const placeOf = (id: string): Where => {
    const known = records.thread(id);
    return known === null ? { channel: id, thread: null } : { channel: known.channel, thread: id };
  };

  const keep = (id: string, lane: string, at: number, body: Kept): boolean =>
    lanes.take({ id, lane, at, body });

  const catchUp = createCatchUp({
    ...parts,
    lanes,
    laneOf,
    found: (message: APIMessage, guild) => keepMessage({ ...message, guild_id: guild }, guild),
  });

  /** What may be for ao: in a session's thread, or with a mention. */
  const keepMessage = (message: WrittenMessage, guild: string | null): void => {
    const { id, channel_id: channel } = message;
    const inThread = records.thread(channel) !== null;
    if (!isByPerson(message) || message.guild_id === undefined) return;
    if (!inThread && message.mentions.length === 0) return;
    if (guild === null)
      remember(
        authors,
        id,
        chatUser(message.guild_id, message.author, message.member, parts.guilds),
      );
    keep(id, laneOf(channel), orderOf(id), { type: 'message', message, guild });
    if (inThread && guild === null && !catchUp.isBehind(channel)) records.forwarded(channel, id);
  };

  const keepEdit = (message: GatewayMessageUpdateDispatchData): void => {
    const { id, edited_timestamp: edited, channel_id: channel } = message;
    if (edited === null || !isTold(message, records.thread(channel) !== null)) return;
    keep(`${id}:edit:${edited}`, laneOf(channel), Date.parse(edited), { type: 'edit', message });
  };

  const keepDeletion = (message: GatewayMessageDeleteDispatchData): void => {
    const { id, channel_id: channel } = message;
    const author = authors.get(id);
    if (author === undefined || records.thread(channel) === null) return;
    keep(`${id}:delete`, laneOf(channel), clock.now(), { type: 'delete', message, author });
  };

  const keepInteraction = (interaction: APIInteraction): void => {
    const { id } = interaction;
    if (!isKept(interaction))
      return track(receiveInteraction(interaction, asking, true), 'An interaction');
    live.add(id);
    if (!keep(id, `own:${id}`, orderOf(id), { type: 'interaction', interaction })) live.delete(id);
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
        return catchUp.begin();
      case Event.InteractionCreate:
        lastAt = performance.now();
        return keepInteraction(event.d);
      case Event.MessageCreate:
        if (event.d.author.bot === true) return track(own(event.d), 'A message of ao');
        return keepMessage(event.d, null);
      case Event.MessageUpdate:
        return keepEdit(event.d);
      case Event.MessageDelete:
        return keepDeletion(event.d);
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
    resume() {
      for (const { body } of parts.inbox.waiting()) {
        const kept = body as Kept;
        if (kept.type !== 'message' || kept.message.guild_id === undefined) continue;
        const { guild_id: guild, author, member, id } = kept.message;
        remember(authors, id, chatUser(guild, author, member, parts.guilds));
      }
      lanes.resume();
    },
    hurry: () => lanes.hurry(),
    stop() {
      catchUp.stop();
      lanes.stop();
    },
    async idle() {
      await catchUp.settle();
      await lanes.settle();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Somebody who left the server isn't a member of it; every other failure says nothing of them. */
function nobodyThere(error: unknown): undefined {
  if (isDiscordError(error, 10007, 10013)) return undefined;
  throw error;
}

const LATER = "ao has what you did, can't check or do it right now, and keeps trying.";
const said = (text: string): ChatReply => ({
  whisper: { kind: 'post', text, blocks: [{ type: 'text', text }] },
});

const whyOf = (error: unknown): string =>
  error instanceof PluginError ? error.message : 'ao met an internal error; its log has more.';

function remember(authors: Map<string, ChatUser>, message: string, user: ChatUser): void {
  authors.set(message, user);
  const [oldest] = authors.keys();
  if (authors.size > REMEMBERED && oldest !== undefined) authors.delete(oldest);
}
