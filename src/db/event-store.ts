import { and, asc, desc, eq, gt, inArray, lte, notInArray, or } from 'drizzle-orm';
import { DIGEST_EVENTS } from '../domain/session/digest.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type { Db } from './open.ts';
import { events, sessions } from './schema/tables.ts';
import { nextSeq } from './sequence.ts';

export interface StoredEvent {
  readonly seq: number;
  readonly session: string | null;
  readonly project: string | null;
  readonly at: number;
  readonly event: SessionEvent;
  readonly text: string;
}

export function appendEvent(db: Db, event: Omit<StoredEvent, 'seq'>): StoredEvent {
  const seq = nextSeq(db);
  db.insert(events)
    .values({
      seq,
      session: event.session,
      project: event.project,
      at: event.at,
      type: event.event.type,
      data: JSON.stringify(event.event),
      text: event.text,
    })
    .run();
  return { seq, ...event };
}

const toEvent = (row: typeof events.$inferSelect): StoredEvent => ({
  seq: row.seq,
  session: row.session,
  project: row.project,
  at: row.at,
  event: JSON.parse(row.data) as SessionEvent,
  text: row.text,
});

/** Oldest first. Without `after`: the newest `limit`. */
export function readEvents(
  db: Db,
  filter: { session?: string | undefined; after?: number | undefined; limit: number },
): readonly StoredEvent[] {
  const wanted = and(
    filter.session === undefined ? undefined : eq(events.session, filter.session),
    filter.after === undefined ? undefined : gt(events.seq, filter.after),
  );
  if (filter.after !== undefined)
    return db
      .select()
      .from(events)
      .where(wanted)
      .orderBy(asc(events.seq))
      .limit(filter.limit)
      .all()
      .map(toEvent);
  return db
    .select()
    .from(events)
    .where(wanted)
    .orderBy(desc(events.seq))
    .limit(filter.limit)
    .all()
    .map(toEvent)
    .reverse();
}

/** Events of some types after `from`, until and with `to`, oldest first. */
export const eventsBetween = (
  db: Db,
  types: readonly SessionEvent['type'][],
  from: number,
  to: number,
): readonly StoredEvent[] =>
  db
    .select()
    .from(events)
    .where(and(inArray(events.type, [...types]), gt(events.at, from), lte(events.at, to)))
    .orderBy(asc(events.seq))
    .all()
    .map(toEvent);

/** What stays of a timeline for good: how it began, and what digests count. */
const KEPT = ['session.spawned', ...DIGEST_EVENTS] as const;

/** The session up to which timelines are shortened, in the order in which they ended. */
export interface Shortened {
  readonly at: number;
  readonly id: string;
}

/**
 * Shortens the timelines of the next `limit` sessions behind `after` that ended before `before`. Returns the last of them; null when there
 * was none. Only these are looked at, so it costs the same whatever the history.
 */
export function shortenTimelines(
  db: Db,
  after: Shortened,
  before: number,
  limit: number,
): Shortened | null {
  const ended = db
    .select({ id: sessions.id, at: sessions.endedAt })
    .from(sessions)
    .where(
      and(
        or(
          gt(sessions.endedAt, after.at),
          and(eq(sessions.endedAt, after.at), gt(sessions.id, after.id)),
        ),
        lte(sessions.endedAt, before),
      ),
    )
    .orderBy(asc(sessions.endedAt), asc(sessions.id))
    .limit(limit)
    .all();
  const last = ended.at(-1);
  if (last === undefined || last.at === null) return null;
  const ids = ended.map(({ id }) => id);
  db.delete(events)
    .where(and(inArray(events.session, ids), notInArray(events.type, [...KEPT])))
    .run();
  return { at: last.at, id: last.id };
}
