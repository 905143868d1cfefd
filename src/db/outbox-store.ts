import { and, eq, gt, inArray, isNotNull, like, sql } from 'drizzle-orm';
import type { Db } from './open.ts';
import {
  dueHeads,
  firstOfLane,
  insertJob,
  isAskedAgain,
  jobByKey,
  nextDueAt,
  setDone,
  setRunning,
} from './outbox-queries.ts';
import { outbox } from './schema/tables.ts';

export interface NewJob {
  /** Unique for ever: the same key twice is one job. */
  readonly key: string;
  /** Jobs of a lane run one after another, in order. */
  readonly lane: string;
  readonly session: string | null;
  readonly type: string;
  readonly payload: unknown;
  /** Newest wins: asking again while it waits changes nothing, asking again later runs it again, at most every `interval` ms. */
  readonly coalesce?: { readonly interval: number };
  /** Not begun before this moment, ms UTC. */
  readonly notBefore?: number;
}

export interface Job {
  readonly id: number;
  readonly key: string;
  readonly lane: string;
  readonly session: string | null;
  readonly type: string;
  readonly payload: unknown;
  /** 1 for the first try. */
  readonly attempts: number;
  /** A former try may have happened: look before you repeat. */
  readonly inDoubt: boolean;
  readonly createdAt: number;
}

type Row = typeof outbox.$inferSelect;

const toJob = (row: Row): Job => ({
  id: row.id,
  key: row.key,
  lane: row.lane,
  session: row.session,
  type: row.type,
  payload: JSON.parse(row.payload),
  attempts: row.attempts,
  inDoubt: row.inDoubt === 1,
  createdAt: row.createdAt,
});

/** Call inside the transaction that decided on the effect. */
export function enqueue(db: Db, job: NewJob, now: number): void {
  const fresh = {
    key: job.key,
    lane: job.lane,
    session: job.session,
    type: job.type,
    payload: JSON.stringify(job.payload),
    nextAt: Math.max(now, job.notBefore ?? 0),
    createdAt: now,
  };
  const inserted = insertJob(db).run(fresh).changes > 0;
  if (!inserted && job.coalesce !== undefined) askAgain(db, job, job.coalesce.interval, now);
}

function askAgain(db: Db, job: NewJob, interval: number, now: number): void {
  const row = jobByKey(db).get({ key: job.key });
  if (row === undefined) return;
  const payload = JSON.stringify(job.payload);
  if (row.state === 'running')
    db.update(outbox).set({ again: 1, payload }).where(eq(outbox.id, row.id)).run();
  else if (row.state === 'pending')
    db.update(outbox).set({ payload }).where(eq(outbox.id, row.id)).run();
  else
    db.update(outbox)
      .set({
        state: 'pending',
        payload,
        attempts: 0,
        inDoubt: 0,
        nextAt: Math.max(now, (row.finishedAt ?? 0) + interval),
        error: null,
      })
      .where(eq(outbox.id, row.id))
      .run();
}

/** Of every lane the oldest job that waits, where it is due and none of the lane runs. */
export function claimable(
  db: Db,
  now: number,
  busyLanes: ReadonlySet<string>,
  limit = 100,
): readonly Job[] {
  const rows = dueHeads(db).all({ now, limit });
  return rows.filter((row) => !busyLanes.has(row.lane)).map(toJob);
}

/** Marks the next job of a lane as running and returns it; null when none is due. Call inside a transaction, and for a lane where none runs. */
export function claimNext(db: Db, lane: string, now: number): Job | null {
  const row = firstOfLane(db).get({ lane });
  if (row === undefined || row.nextAt > now) return null;
  markRunning(db, row.id);
  return toJob(row);
}

/** When the next job that has to wait for its time is due; null when none has. What is due already waits for its lane only. */
export const nextJobAt = (db: Db, now: number): number | null =>
  nextDueAt(db).get({ now })?.at ?? null;

/** The clock was set back: what waits is due as soon as it was before, and nothing was finished in the future. */
export function setBackPending(db: Db, now: number, by: number): void {
  db.update(outbox)
    .set({ nextAt: sql`${outbox.nextAt} - ${by}` })
    .where(and(eq(outbox.state, 'pending'), gt(outbox.nextAt, now)))
    .run();
  db.update(outbox).set({ finishedAt: now }).where(gt(outbox.finishedAt, now)).run();
}

/** What failed and waits to be tried again: now, for there is a sign that it will do. */
export const hurry = (db: Db, session: string, lanes: string, now: number): void =>
  void db
    .update(outbox)
    .set({ nextAt: now })
    .where(
      and(
        eq(outbox.session, session),
        eq(outbox.state, 'pending'),
        isNotNull(outbox.error),
        gt(outbox.nextAt, now),
        like(outbox.lane, lanes),
      ),
    )
    .run();

/** The same for all lanes of a chat platform, of every session. */
export const hurryPlatform = (db: Db, platform: string, now: number): number =>
  db
    .update(outbox)
    .set({ nextAt: now })
    .where(
      and(
        eq(outbox.state, 'pending'),
        isNotNull(outbox.error),
        gt(outbox.nextAt, now),
        like(outbox.type, 'chat.%'),
        like(outbox.lane, `%:${platform}:%`),
      ),
    )
    .run().changes;

/** Durable before the world is touched: a crash after this leaves the job in doubt, not forgotten. */
export function markRunning(db: Db, id: number): void {
  setRunning(db).run({ id });
}

export function markDone(db: Db, id: number, result: unknown, now: number, interval: number): void {
  const isAgain = isAskedAgain(db).get({ id })?.again === 1;
  setDone(db).run({ id, result: JSON.stringify(result ?? null), finishedAt: now });
  if (isAgain)
    db.update(outbox)
      .set({ state: 'pending', again: 0, attempts: 0, nextAt: now + interval })
      .where(eq(outbox.id, id))
      .run();
}

export function markRetry(db: Db, id: number, error: string, nextAt: number): void {
  db.update(outbox)
    .set({ state: 'pending', nextAt, error, inDoubt: 1 })
    .where(eq(outbox.id, id))
    .run();
}

/** Failed for good; a newer wish that came meanwhile is tried all the same. */
export function markFailed(db: Db, id: number, error: string, now: number): void {
  const again =
    db.select({ again: outbox.again }).from(outbox).where(eq(outbox.id, id)).get()?.again === 1;
  const saved = { error, finishedAt: now, inDoubt: 0 };
  db.update(outbox)
    .set(
      again
        ? { ...saved, state: 'pending', again: 0, attempts: 0, nextAt: now }
        : { ...saved, state: 'failed' },
    )
    .where(eq(outbox.id, id))
    .run();
}

/** Jobs that wait and are void now. One that runs is let finish; its outcome meets an ended session. */
export function cancelPending(
  db: Db,
  session: string,
  types: readonly string[],
  now: number,
): void {
  if (types.length === 0) return;
  db.update(outbox)
    .set({ state: 'cancelled', finishedAt: now })
    .where(
      and(
        eq(outbox.session, session),
        eq(outbox.state, 'pending'),
        inArray(outbox.type, [...types]),
      ),
    )
    .run();
}

/** After a crash: what was running may or may not have happened. Returns how many. */
export const recoverRunning = (db: Db): number =>
  db
    .update(outbox)
    .set({ state: 'pending', inDoubt: 1, nextAt: 0 })
    .where(eq(outbox.state, 'running'))
    .run().changes;

/** What a job made was changed since: the row says what is shown now. */
export function replacePayload(db: Db, key: string, payload: unknown): void {
  db.update(outbox)
    .set({ payload: JSON.stringify(payload) })
    .where(eq(outbox.key, key))
    .run();
}
