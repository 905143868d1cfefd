import { type APIMessage, MessageType, Routes } from 'discord.js';
import type { ChatPlugin, ThreadMessage } from '../../../src/slots/chat.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { Api } from './api.ts';
import { mustBeId } from './api.ts';
import { isDiscordError } from './errors.ts';
import { timeOf } from './ids.ts';
import { inboundFile } from './inbound/files.ts';
import { forwardedFiles, readWhole } from './inbound/read-body.ts';
import { LIMITS } from './limits.ts';

type ReadThread = NonNullable<ChatPlugin['readThread']>;

/** Discord's own notes (joins, pins, names) are nobody's words. */
const SAID: ReadonlySet<MessageType> = new Set([MessageType.Default, MessageType.Reply]);

/** What people and programs said in a thread; the message it began from is in the channel above it. */
export function createReadThread(parts: {
  readonly api: Api;
  readonly application: () => Promise<{ readonly user: string; readonly messageContent: boolean }>;
}): ReadThread {
  const { api } = parts;
  return async ({ channel, thread }, { after, before, limit }) => {
    const place = mustBeId(thread, 'thread');
    const { user, messageContent } = await parts.application();
    const found = await newest(api, place, { after, before: mustBeId(before, 'message'), limit });
    const starter = after === null ? await starterOf(api, channel, place) : null;
    const kept = starter === null ? found : [starter, ...found.slice(found.length < limit ? 0 : 1)];
    const said = kept.filter(({ type }) => SAID.has(type));
    if (!messageContent && said.some((message) => message.author.id !== user && isBlank(message)))
      throw rejected(
        'AO_DISCORD_NO_CONTENT',
        'Discord does not show ao what people write, because the message content intent is off.',
      );
    return said.map((message) => asSaid(message, user));
  };
}

/** Back from `before`, page by page; oldest first. */
async function newest(
  api: Api,
  thread: string,
  range: { readonly after: string | null; readonly before: string; readonly limit: number },
): Promise<readonly APIMessage[]> {
  const found: APIMessage[] = [];
  let { before } = range;
  while (found.length < range.limit) {
    const page = await api.get<APIMessage[]>(Routes.channelMessages(thread), {
      query: { before, limit: String(LIMITS.historyPage) },
    });
    const wanted = page.filter(
      ({ id }) => range.after === null || BigInt(id) > BigInt(range.after),
    );
    found.push(...wanted);
    const oldest = page.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))[0];
    if (oldest === undefined || wanted.length < page.length || page.length < LIMITS.historyPage)
      break;
    before = oldest.id;
  }
  return found.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)).slice(-range.limit);
}

/** Null: the thread began with nothing, or what it began with is gone. */
async function starterOf(api: Api, channel: string, thread: string): Promise<APIMessage | null> {
  try {
    return await api.get<APIMessage>(Routes.channelMessage(channel, thread));
  } catch (error) {
    if (isDiscordError(error, 10008, 10003, 50001, 50008)) return null;
    throw error;
  }
}

const isBlank = (message: APIMessage): boolean =>
  message.content === '' && readWhole(message) === '' && message.attachments.length === 0;

const asSaid = (message: APIMessage, self: string): ThreadMessage => ({
  id: message.id,
  who: message.author.global_name ?? message.author.username,
  at: timeOf(message.id),
  text: readWhole(message),
  files: [...message.attachments, ...forwardedFiles(message)].map(inboundFile),
  own: message.author.id === self,
});
