import { and, asc, desc, eq, gt, inArray, lte } from 'drizzle-orm';
import type { SessionEvent } from '../domain/session/event.ts';
import { keptQuery, named } from './kept-query.ts';
import type { Db } from './open.ts';
import { events } from './schema/tables.ts';
import { nextSeq } from './sequence.ts';

export interface StoredEvent {
  readonly seq: number;
  readonly session: string | null;
  readonly project: string | null;
  readonly at: number;
  readonly event: SessionEvent;
  readonly text: string;
}

const insertEvent = keptQuery((db) =>
  db
    .insert(events)
    .values(named('seq', 'session', 'project', 'at', 'type', 'data', 'text'))
    .prepare(),
);

export function appendEvent(db: Db, event: Omit<StoredEvent, 'seq'>): StoredEvent {
  const seq = nextSeq(db);
  insertEvent(db).run({
    seq,
    session: event.session,
    project: event.project,
    at: event.at,
    type: event.event.type,
    data: JSON.stringify(event.event),
    text: event.text,
  });
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
