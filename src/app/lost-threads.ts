import { checkThreadJob } from '../chat/thread/chat-job.ts';
import type { Db } from '../db/open.ts';
import { enqueue } from '../db/outbox-store.ts';
import { liveThreadsIn, sessionOfThread } from '../db/thread-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { ChatEvents } from '../slots/chat.ts';

type Where = Parameters<ChatEvents['lost']>[0];

/** A platform says that threads are gone: those of live sessions are looked at, and opened again where that is so. */
export function lookForLost(db: Db, clock: Clock, platform: string, where: Where): void {
  const { channel, thread } = where;
  const known = thread === null ? null : sessionOfThread(db, platform, channel, thread);
  const sessions = liveThreadsIn(db, platform, channel).filter(
    (session) => thread === null || session === known,
  );
  const now = clock.now();
  for (const session of sessions) enqueue(db, checkThreadJob(session, platform, now), now);
}
