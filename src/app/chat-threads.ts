import type { InboundDeps } from '../chat/answers/inbound-deps.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { sessionOfThread } from '../db/thread-store.ts';
import type { ChatHome } from '../domain/session/chat-place.ts';
import type { ChatPlugin } from '../slots/chat.ts';

/** What inbound chat asks of threads. */
export function chatThreads(
  db: Db,
  pluginOf: (platform: string) => ChatPlugin,
  more: Pick<InboundDeps['threads'], 'link' | 'listens'>,
): InboundDeps['threads'] {
  const heard = kvStore(db, 'heard');
  const keyOf = ({ platform, channel, thread }: ChatHome): string =>
    `${platform} ${channel} ${thread}`;
  return {
    ...more,
    sessionOf: ({ platform, channel, thread }) => sessionOfThread(db, platform, channel, thread),
    heard: (where) => (heard.get(keyOf(where)) as string | undefined) ?? null,
    setHeard: (where, message) => heard.set(keyOf(where), message),
    read: async ({ platform, ...where }, range) =>
      (await pluginOf(platform).readThread?.(where, range)) ?? null,
  };
}
