import { and, asc, count, desc, eq, gte, inArray, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { Db } from './open.ts';
import { outbox } from './schema/tables.ts';

/** The newest job that is through whose key is `name`, or begins with `prefix`. */
export function newestDone(
  db: Db,
  [name, prefix]: readonly [name: string, prefix: string],
): { readonly key: string; readonly result: unknown } | null {
  const row = db
    .select({ key: outbox.key, result: outbox.result })
    .from(outbox)
    .where(
      and(
        isNotNull(outbox.result),
        or(eq(outbox.key, name), and(gte(outbox.key, prefix), lt(outbox.key, `${prefix}\uffff`))),
      ),
    )
    .orderBy(desc(outbox.id))
    .limit(1)
    .get();
  return row?.result == null ? null : { key: row.key, result: JSON.parse(row.result) };
}

/** What this session's jobs of these types made, as it was last sent; oldest first. */
export const doneJobs = (
  db: Db,
  session: string,
  types: readonly string[],
): ReadonlyArray<{ key: string; payload: unknown; result: unknown }> =>
  db
    .select({ key: outbox.key, payload: outbox.payload, result: outbox.result })
    .from(outbox)
    .where(
      and(eq(outbox.session, session), eq(outbox.state, 'done'), inArray(outbox.type, [...types])),
    )
    .orderBy(asc(outbox.id))
    .all()
    .flatMap(({ key, payload, result }) =>
      result === null ? [] : [{ key, payload: JSON.parse(payload), result: JSON.parse(result) }],
    );

/** What this session's jobs of these types that are not through have to do, oldest first. */
export const waitingJobs = (
  db: Db,
  session: string,
  types: readonly string[],
): readonly unknown[] =>
  db
    .select({ payload: outbox.payload })
    .from(outbox)
    .where(
      and(
        eq(outbox.session, session),
        inArray(outbox.state, ['pending', 'running']),
        inArray(outbox.type, [...types]),
      ),
    )
    .orderBy(asc(outbox.id))
    .all()
    .map(({ payload }) => JSON.parse(payload) as unknown);

export function payloadOf(db: Db, key: string): unknown {
  const row = db.select({ payload: outbox.payload }).from(outbox).where(eq(outbox.key, key)).get();
  return row === undefined ? null : JSON.parse(row.payload);
}

export const jobState = (db: Db, key: string): string | null =>
  db.select({ state: outbox.state }).from(outbox).where(eq(outbox.key, key)).get()?.state ?? null;

/** Depth by type and state, for metrics and doctor. */
export const outboxDepth = (db: Db): ReadonlyArray<{ type: string; state: string; n: number }> =>
  db
    .select({ type: outbox.type, state: outbox.state, n: count() })
    .from(outbox)
    .where(inArray(outbox.state, ['pending', 'running', 'failed']))
    .groupBy(outbox.type, outbox.state)
    .all();

/** Jobs that failed for good, newest first. */
export const failedJobs = (
  db: Db,
  limit: number,
): ReadonlyArray<{
  key: string;
  type: string;
  session: string | null;
  error: string | null;
  at: number | null;
}> =>
  db
    .select({
      key: outbox.key,
      type: outbox.type,
      session: outbox.session,
      error: outbox.error,
      at: outbox.finishedAt,
    })
    .from(outbox)
    .where(eq(outbox.state, 'failed'))
    .orderBy(sql`${outbox.finishedAt} desc`)
    .limit(limit)
    .all();

/** Lanes in which something failed and waits to be tried again, those with most first; `error` is the newest one. */
export const troubledJobs = (
  db: Db,
): ReadonlyArray<{ lane: string; n: number; error: string | null }> =>
  db
    .select({ lane: outbox.lane, n: count(), error: sql<string | null>`max(${outbox.error})` })
    .from(outbox)
    .where(and(eq(outbox.state, 'pending'), isNotNull(outbox.error)))
    .groupBy(outbox.lane)
    .orderBy(desc(count()))
    .limit(20)
    .all();

export const isCancelled = (db: Db, id: number): boolean =>
  db.select({ state: outbox.state }).from(outbox).where(eq(outbox.id, id)).get()?.state ===
  'cancelled';
