import {
  type APIMessage,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageDeleteDispatchData,
  type GatewayMessageUpdateDispatchData,
  MessageType,
} from 'discord.js';
import type { Clock } from '../../../../src/lib/clock.ts';
import { paragraphs, takesWords } from '../../../../src/lib/forwarded.ts';
import type { ChatInput, ChatReply, ChatUser, Inbound } from '../../../../src/slots/chat.ts';
import type { Logger } from '../../../../src/slots/plugin.ts';
import type { Channels } from '../channels.ts';
import { chatUser, PLATFORM } from '../ids.ts';
import type { Records } from '../records.ts';
import { inboundFile } from './files.ts';
import { besidesWords, forwardedFiles, forwardedIn } from './read-body.ts';
import { type Where, whereIs } from './where.ts';

export interface MessageParts {
  readonly records: Records;
  readonly channels: Channels;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly guilds: readonly string[];
  /** User id of the bot. */
  readonly self: string;
  readonly messageContent: boolean;
  readonly inbound: Inbound;
  /** Keeps the private answer to something that was written, and gives it. */
  readonly answer: (delivery: string, user: ChatUser, where: Where, reply: ChatReply) => void;
  /** Says once in a thread that its replies can't be read. */
  readonly cannotRead: (thread: string) => Promise<void>;
}

export type WrittenMessage = Pick<
  GatewayMessageCreateDispatchData,
  | 'id'
  | 'channel_id'
  | 'guild_id'
  | 'author'
  | 'member'
  | 'content'
  | 'attachments'
  | 'type'
  | 'webhook_id'
  | 'mentions'
  | 'message_snapshots'
  | 'sticker_items'
  | 'poll'
>;

const COMMAND_SIGN = /^(?:\/ao(?=\s|$)|!(?=[a-z]))\s*/i;

/** What a person wrote: words to the agent in a session's thread, a command with `!`, `/ao` or a mention. */
export async function receiveMessage(message: WrittenMessage, parts: MessageParts): Promise<void> {
  if (!isByPerson(message) || message.guild_id === undefined) return;
  const inThread = parts.records.thread(message.channel_id) !== null;
  const mentioned = message.mentions.some((user) => user.id === parts.self);
  if (!inThread && !mentioned) return;
  const where = await whereIs(message.channel_id, parts.records, parts.channels);
  const user = chatUser(message.guild_id, message.author, message.member, parts.guilds);
  const files = [...message.attachments, ...forwardedFiles(message)].map(inboundFile);
  const more = paragraphs(besidesWords(message), forwardedIn(message));
  if (inThread && !parts.messageContent && !mentioned && message.content === '' && more === '')
    return parts.cannotRead(message.channel_id);
  const context = {
    platform: PLATFORM,
    delivery: message.id,
    user,
    ...where,
    at: parts.clock.now(),
  };
  const read = meaningOf(message.content, mentioned, parts.self);
  const input: ChatInput = read.command
    ? {
        ...context,
        type: 'command',
        text: takesWords(read.text) ? paragraphs(read.text, more) : read.text,
        files,
        trigger: null,
        message: message.id,
        words: paragraphs(read.words, more),
        ...(read.plain ? { plain: true as const } : {}),
      }
    : {
        ...context,
        type: 'reply',
        text: paragraphs(read.words, more),
        message: message.id,
        files,
      };
  parts.answer(message.id, user, where, await parts.inbound(input));
}

/** Other bots, webhooks and Discord's own notes ("pinned a message") are nobody. */
export const isByPerson = (message: Pick<APIMessage, 'author' | 'type' | 'webhook_id'>): boolean =>
  message.author.bot !== true &&
  message.webhook_id === undefined &&
  (message.type === MessageType.Default || message.type === MessageType.Reply);

/** An edit that may concern ao: of words in a session's thread, or with a mention. */
export const isTold = (message: GatewayMessageUpdateDispatchData, inThread: boolean): boolean =>
  isByPerson(message) && (inThread || message.mentions.length > 0);

interface Meaning {
  readonly command: boolean;
  /** Without what makes it a command. */
  readonly text: string;
  /** As it was written, but for a mention of ao. */
  readonly words: string;
  /** Said to ao by its name. */
  readonly plain: boolean;
}

function meaningOf(content: string, mentioned: boolean, self: string): Meaning {
  const words = mentioned
    ? content.replaceAll(new RegExp(`[^\\S\\n]*<@!?${self}>[:,]?[^\\S\\n]*`, 'g'), ' ').trim()
    : content;
  if (COMMAND_SIGN.test(words.trimStart()))
    return { command: true, text: words.trim().replace(COMMAND_SIGN, ''), words, plain: false };
  return { command: mentioned, text: words, words, plain: mentioned };
}

/** An edit of words for the agent. Discord also reports previews and pins as updates; those have no new edit time. */
export async function receiveEdit(
  message: GatewayMessageUpdateDispatchData,
  parts: MessageParts,
): Promise<void> {
  if (message.edited_timestamp === null || message.guild_id === undefined || !isByPerson(message))
    return;
  const mentioned = message.mentions.some((user) => user.id === parts.self);
  if (parts.records.thread(message.channel_id) === null && !mentioned) return;
  const where = await whereIs(message.channel_id, parts.records, parts.channels);
  if (!parts.messageContent && !mentioned && message.content === '') return;
  const user = chatUser(message.guild_id, message.author, message.member, parts.guilds);
  const { command, plain, words } = meaningOf(message.content, mentioned, parts.self);
  if (command && !plain) return;
  const delivery = `${message.id}:edit:${message.edited_timestamp}`;
  parts.answer(
    delivery,
    user,
    where,
    await parts.inbound({
      platform: PLATFORM,
      delivery,
      user,
      ...where,
      at: parts.clock.now(),
      type: 'edit',
      text: paragraphs(words, besidesWords(message), forwardedIn(message)),
      message: message.id,
    }),
  );
}

/** Discord does not say who deleted; the words were their author's. */
export async function receiveDelete(
  deleted: GatewayMessageDeleteDispatchData,
  author: ChatUser | undefined,
  parts: MessageParts,
): Promise<void> {
  if (author === undefined || parts.records.thread(deleted.channel_id) === null) return;
  const where = await whereIs(deleted.channel_id, parts.records, parts.channels);
  const delivery = `${deleted.id}:delete`;
  parts.answer(
    delivery,
    author,
    where,
    await parts.inbound({
      platform: PLATFORM,
      delivery,
      user: author,
      ...where,
      at: parts.clock.now(),
      type: 'delete',
      message: deleted.id,
    }),
  );
}
