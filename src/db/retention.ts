/** What is kept only for a while after a session is over. Each call does a little, so that nobody waits for the database. */
import { and, asc, eq, gt, gte, inArray, isNull, lt, lte, notInArray, or, sql } from 'drizzle-orm';
import { DIGEST_EVENTS } from '../domain/session/digest.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type { Db } from './open.ts';
import { events, outbox, sessions } from './schema/tables.ts';

/** What stays of a timeline for good: how its session began, who had it, and what digests count. */
const KEPT = [
  'session.spawned',
  'session.handed_over',
  'session.agent_changed',
  'pr.closed',
  'merge.approved',
  ...DIGEST_EVENTS,
] as const satisfies readonly SessionEvent['type'][];

/** The session up to which timelines are shortened, in the order in which they ended. */
export interface Shortened {
  /** Its end, ms UTC. */
  readonly at: number;
  readonly id: string;
}

/**
 * Shortens the timelines of the next `limit` sessions behind `after` that ended at `before` (ms UTC) or earlier; the last line that stays
 * says so. Returns the last of these sessions; null when there was none. Only these are looked at, so it costs the same whatever the
 * history. Call inside a transaction.
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
        // The first condition is the one that the index answers.
        gte(sessions.endedAt, after.at),
        or(gt(sessions.endedAt, after.at), gt(sessions.id, after.id)),
        lte(sessions.endedAt, before),
      ),
    )
    .orderBy(asc(sessions.endedAt), asc(sessions.id))
    .limit(limit)
    .all();
  const last = ended.at(-1);
  if (last === undefined || last.at === null) return null;
  const gone = db
    .delete(events)
    .where(
      and(
        inArray(
          events.session,
          ended.map(({ id }) => id),
        ),
        notInArray(events.type, [...KEPT]),
      ),
    )
    .returning({ session: events.session })
    .all();
  for (const [session, lines] of Map.groupBy(gone, (event) => event.session))
    if (session !== null) noteGap(db, session, lines.length);
  return { at: last.at, id: last.id };
}

/** A timeline with a gap says so where it is read, whoever reads it. */
function noteGap(db: Db, session: string, lines: number): void {
  const last = sql`(select max(${events.seq}) from ${events} where ${events.session} = ${session})`;
  const words = ` (${lines === 1 ? '1 more line' : `${lines} more lines`} of this timeline: no longer kept, see retention.events)`;
  db.update(events)
    .set({ text: sql`${events.text} || ${words}` })
    .where(eq(events.seq, last))
    .run();
}

/**
 * Deletes at most `limit` effects that are through, finished before `before` (ms UTC) and belong to nobody or to a session that was over
 * by then. Those of other sessions stay: a post can be changed, and an effect must not be repeated, as long as its session lives. Returns
 * how many went.
 */
export function pruneOutbox(db: Db, before: number, limit = 2_000): number {
  const isNeeded = sql`exists (select 1 from ${sessions} where ${sessions.id} = ${outbox.session}
    and (${sessions.endedAt} is null or ${sessions.endedAt} >= ${before}))`;
  const old = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        lt(outbox.finishedAt, before),
        inArray(outbox.state, ['done', 'cancelled', 'failed']),
        or(isNull(outbox.session), sql`not ${isNeeded}`),
      ),
    )
    .limit(limit);
  return db.delete(outbox).where(inArray(outbox.id, old)).run().changes;
}
