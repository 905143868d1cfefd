import { Routes } from 'discord.js';
import type { ChatPlugin } from '../../../src/slots/chat.ts';
import type { Api } from './api.ts';
import { isDiscordError } from './errors.ts';

type Emoji = Parameters<ChatPlugin['react']>[1];
const ALL = ['👀', '✅', '⚠️'] as const;
const REMEMBERED = 2_000;

/** Keeps exactly one reaction of ao's on a message. The new one comes first, so that there is always one to see. */
export function createReceipts(
  api: Api,
): (channel: string, message: string, emoji: Emoji) => Promise<void> {
  const shown = new Map<string, Emoji>();
  return async (channel, message, emoji) => {
    const before = shown.get(message);
    if (before === emoji && emoji !== null) return;
    const route = (name: string): `/${string}` =>
      Routes.channelMessageOwnReaction(channel, message, encodeURIComponent(name)) as `/${string}`;
    if (emoji !== null) await api.put(route(emoji));
    // After a restart it isn't known which one is there.
    const old =
      before === undefined ? ALL.filter((name) => name !== emoji) : before === null ? [] : [before];
    for (const name of old) {
      await api.delete(route(name)).catch((error: unknown) => {
        if (!isDiscordError(error, 10014)) throw error;
      });
    }
    shown.set(message, emoji);
    const oldest = shown.keys().next();
    if (shown.size > REMEMBERED && oldest.done !== true) shown.delete(oldest.value);
  };
}
