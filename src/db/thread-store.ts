import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { keptQuery } from './kept-query.ts';
import type { Db } from './open.ts';
import { sessions, threads } from './schema/tables.ts';

export type StoredThread = typeof threads.$inferSelect;

const thread = keptQuery((db) =>
  db
    .select()
    .from(threads)
    .where(
      and(
        eq(threads.session, sql.placeholder('session')),
        eq(threads.platform, sql.placeholder('platform')),
      ),
    )
    .prepare(),
);

export const threadOf = (db: Db, session: string, platform: string): StoredThread | null =>
  thread(db).get({ session, platform }) ?? null;

/** The session a thread belongs to. */
export const sessionOfThread = (
  db: Db,
  platform: string,
  channel: string,
  thread: string,
): string | null =>
  db
    .select({ session: threads.session })
    .from(threads)
    .where(
      and(eq(threads.platform, platform), eq(threads.channel, channel), eq(threads.thread, thread)),
    )
    .get()?.session ?? null;

/** Sessions that are not over and have their thread in this channel. */
export const liveThreadsIn = (db: Db, platform: string, channel: string): readonly string[] =>
  db
    .select({ session: threads.session })
    .from(threads)
    .innerJoin(sessions, eq(sessions.id, threads.session))
    .where(
      and(
        eq(threads.platform, platform),
        eq(threads.channel, channel),
        isNotNull(threads.thread),
        isNull(sessions.endedAt),
      ),
    )
    .all()
    .map(({ session }) => session);

export function addThread(db: Db, session: string, platform: string, channel: string): void {
  db.insert(threads).values({ session, platform, channel }).onConflictDoNothing().run();
}

export function setThread(
  db: Db,
  session: string,
  platform: string,
  change: { thread?: string | null; root?: string | null; cardHash?: string | null },
): void {
  db.update(threads)
    .set(change)
    .where(and(eq(threads.session, session), eq(threads.platform, platform)))
    .run();
}
