/** Sessions in threads that people began; and whether a thread, anybody's, is there. */
import { type APIChannel, ChannelType, Routes } from 'discord.js';
import type { ChatMessage, ThreadRef } from '../../../src/slots/chat.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import { type Api, isId, mustBeId } from './api.ts';
import { PLATFORM } from './ids.ts';
import type { Posts } from './posts.ts';
import type { Records } from './records.ts';
import { renderMessage } from './render/message.ts';

interface Parts {
  readonly posts: Posts;
  readonly records: Records;
  readonly now: () => number;
  readonly awake: <T>(thread: string, act: () => Promise<T>) => Promise<T>;
}

/** Posts the card there. Its title and its state stay as people have them. */
export async function openAmongPeople(
  { posts, records, now, awake }: Parts,
  input: { readonly channel: string; readonly thread: string; card: ChatMessage; key: string },
): Promise<ThreadRef> {
  const { channel, card, key } = input;
  const thread = mustBeId(input.thread, 'thread');
  const { message } = await awake(thread, () => posts.once(key, thread, renderMessage(card)));
  if (records.thread(thread) === null)
    records.setThread(thread, { channel, state: 'open', last: message, at: now(), peoples: true });
  return { platform: PLATFORM, channel, thread, root: message };
}

/** Thread and card. The card is in the channel above where ao made the thread from it in a text channel. */
export async function isThere(api: Api, thread: ThreadRef): Promise<boolean> {
  const gone = async (path: `/${string}`): Promise<boolean> => {
    try {
      await api.get(path);
      return false;
    } catch (error) {
      if (error instanceof PluginError && error.kind === 'not_found') return true;
      throw error;
    }
  };
  const parent = await api.get<APIChannel>(Routes.channel(mustBeId(thread.channel, 'channel')));
  const isInside = parent.type === ChannelType.GuildForum || thread.root !== thread.thread;
  const place = isInside ? thread.thread : thread.channel;
  if (!isId(thread.thread) || (await gone(Routes.channel(thread.thread)))) return false;
  return !(await gone(Routes.channelMessage(place, mustBeId(thread.root, 'message'))));
}
