import { and, asc, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import type { Delivery, Inbox } from '../slots/inbox.ts';
import type { Db } from './open.ts';
import { inbox } from './schema/tables.ts';

/** The inbox of one chat platform. */
export function inboxStore(db: Db, platform: string, now: () => number): Inbox {
  const at = (id: string) => and(eq(inbox.platform, platform), eq(inbox.delivery, id));
  return {
    take: ({ id, lane, body, at: takenAt }) =>
      db
        .insert(inbox)
        .values({ platform, delivery: id, lane, body: JSON.stringify(body), at: takenAt })
        .onConflictDoNothing()
        .run().changes > 0,
    waiting: () =>
      db
        .select()
        .from(inbox)
        .where(and(eq(inbox.platform, platform), isNull(inbox.doneAt)))
        .orderBy(asc(inbox.at), asc(inbox.id))
        .all()
        .map(
          (row): Delivery => ({
            id: row.delivery,
            lane: row.lane,
            body: JSON.parse(row.body),
            at: row.at,
          }),
        ),
    done(id) {
      db.update(inbox).set({ doneAt: now(), body: 'null' }).where(at(id)).run();
    },
  };
}

/** Ids of what was dealt with before then: no platform delivers it again. */
export const pruneInbox = (db: Db, before: number): number =>
  db
    .delete(inbox)
    .where(and(isNotNull(inbox.doneAt), lt(inbox.doneAt, before)))
    .run().changes;
/** What was acknowledged and is not dealt with yet, for doctor and metrics. */
export const waitingDeliveries = (
  db: Db,
): ReadonlyArray<{ readonly platform: string; readonly id: string; readonly at: number }> =>
  db
    .select({ platform: inbox.platform, id: inbox.delivery, at: inbox.at })
    .from(inbox)
    .where(isNull(inbox.doneAt))
    .orderBy(asc(inbox.id))
    .all();
