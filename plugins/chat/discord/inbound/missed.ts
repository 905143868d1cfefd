import { type APIMessage, Routes } from 'discord.js';
import type { Api } from '../api.ts';
import { isDiscordError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Records } from '../records.ts';

/**
 * Replies written in a thread after the last one that was forwarded, oldest first. Discord replays what a short disconnect
 * missed; a new session starts empty, so its threads are read once.
 */
export async function missedReplies(
  thread: string,
  api: Api,
  records: Records,
): Promise<readonly APIMessage[]> {
  const found: APIMessage[] = [];
  let after = records.thread(thread)?.last;
  while (after !== undefined) {
    const page: APIMessage[] = await api
      .get<APIMessage[]>(Routes.channelMessages(thread), {
        query: { after, limit: String(LIMITS.historyPage) },
      })
      .catch((error: unknown) => {
        if (!isDiscordError(error, 10003, 50001)) throw error;
        records.forgetThread(thread);
        return [];
      });
    const oldestFirst = page.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    found.push(...oldestFirst);
    after = page.length < LIMITS.historyPage ? undefined : oldestFirst.at(-1)?.id;
  }
  return found;
}
