import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import type { PullRequestFact } from '../domain/session/facts.ts';
import type { SessionId } from '../domain/session/ids.ts';
import type {
  AgentRequest,
  Episode,
  Facts,
  Session,
  Snapshot,
  Steer,
  Timer,
} from '../domain/session/session.ts';
import type { Db } from './open.ts';
import { facts, INSERTED, pullRequests, sessions, steers, timers } from './schema/tables.ts';
import { nextSeq } from './sequence.ts';
import {
  dropTimer,
  insertSession,
  putEpisode,
  putFact,
  putPullRequest,
  putRequest,
  putSteer,
  putTimer,
  updateSession,
} from './session-queries.ts';
import { saveSearchWords } from './session-search.ts';

const read = <T>(text: string): T => JSON.parse(text) as T;

/** Sequence number of a session's last saved change; 0 when there is no such session. */
export const versionOf = (db: Db, id: string): number =>
  db.select({ version: sessions.version }).from(sessions).where(eq(sessions.id, id)).get()
    ?.version ?? 0;

/** Ids of all sessions that are not over, the oldest first. */
export const liveIds = (db: Db): readonly SessionId[] =>
  db
    .select({ id: sessions.id })
    .from(sessions)
    .where(isNull(sessions.endedAt))
    .orderBy(sessions.createdAt, INSERTED)
    .all()
    .map((row) => row.id as SessionId);

export const sessionsChangedAfter = (
  db: Db,
  seq: number,
  limit: number,
): ReadonlyArray<{ id: string; version: number }> =>
  db
    .select({ id: sessions.id, version: sessions.version })
    .from(sessions)
    .where(gt(sessions.version, seq))
    .orderBy(sessions.version)
    .limit(limit)
    .all();

export function sessionByPr(db: Db, key: string): SessionId | null {
  const row = db
    .select({ id: sessions.id })
    .from(pullRequests)
    .innerJoin(sessions, eq(sessions.id, pullRequests.session))
    .where(and(eq(pullRequests.key, key), isNull(sessions.endedAt)))
    .get();
  return (row?.id ?? null) as SessionId | null;
}

/** Writes what changed between two snapshots. `before` null: a new session. Call inside a transaction. */
export function saveSnapshot(db: Db, before: Snapshot | null, after: Snapshot): number {
  const version = nextSeq(db);
  saveSession(db, after.session, version, before === null);
  const id = after.session.id;
  if (before?.facts !== after.facts) saveFacts(db, id, before?.facts ?? null, after.facts);
  if (before?.prs !== after.prs) savePullRequests(db, id, before?.prs ?? [], after.prs);
  if (before?.steers !== after.steers) saveSteers(db, id, before?.steers ?? [], after.steers);
  if (before?.requests !== after.requests)
    saveRequests(db, id, before?.requests ?? [], after.requests);
  if (before?.episodes !== after.episodes)
    saveEpisodes(db, id, before?.episodes ?? [], after.episodes);
  saveTimers(db, id, before?.timers ?? [], after.timers);
  if (after.session.ended !== null || (before !== null && before.session.ended !== null))
    saveSearchWords(db, after);
  return version;
}

function saveSession(db: Db, session: Session, version: number, isNew: boolean): void {
  const query = isNew ? insertSession(db) : updateSession(db);
  query.run({
    id: session.id,
    project: session.project,
    stage: session.stage,
    issue: session.task.type === 'issue' ? session.task.issue : null,
    createdAt: session.createdAt,
    endedAt: session.ended?.at ?? null,
    version,
    data: JSON.stringify(session),
  });
}

function saveFacts(db: Db, id: string, before: Facts | null, after: Facts): void {
  for (const kind of Object.keys(after) as Array<keyof Facts>) {
    const value = after[kind];
    if (before !== null && before[kind] === value) continue;
    if (value === null || value === undefined) {
      db.delete(facts)
        .where(and(eq(facts.session, id), eq(facts.kind, kind)))
        .run();
      continue;
    }
    const at = typeof value === 'number' ? value : value.at;
    putFact(db).run({ session: id, kind, at, data: JSON.stringify(value) });
  }
}

function savePullRequests(
  db: Db,
  session: string,
  before: readonly PullRequestFact[],
  after: readonly PullRequestFact[],
): void {
  for (const pr of changed(before, after)) {
    const { key, number, state, headSha, at } = pr;
    putPullRequest(db).run({ session, key, number, state, headSha, at, data: JSON.stringify(pr) });
  }
}

function saveSteers(
  db: Db,
  session: string,
  before: readonly Steer[],
  after: readonly Steer[],
): void {
  for (const steer of changed(before, after)) {
    const { id, state, createdAt } = steer;
    putSteer(db).run({ session, id, state, createdAt, data: JSON.stringify(steer) });
  }
}

function saveRequests(
  db: Db,
  session: string,
  before: readonly AgentRequest[],
  after: readonly AgentRequest[],
): void {
  for (const request of changed(before, after)) {
    const open = request.answer === null ? 1 : 0;
    putRequest(db).run({ session, id: request.id, open, data: JSON.stringify(request) });
  }
}

function saveEpisodes(
  db: Db,
  session: string,
  before: readonly Episode[],
  after: readonly Episode[],
): void {
  for (const episode of changed(before, after)) {
    const open = episode.open ? 1 : 0;
    putEpisode(db).run({ session, key: episode.key, open, data: JSON.stringify(episode) });
  }
}

function saveTimers(
  db: Db,
  session: string,
  before: readonly Timer[],
  after: readonly Timer[],
): void {
  const name = (timer: Timer): string => `${timer.kind} ${timer.key}`;
  const wanted = new Map(after.map((timer) => [name(timer), timer]));
  const known = new Map(before.map((timer) => [name(timer), timer]));
  for (const [key, timer] of known) {
    if (!wanted.has(key)) dropTimer(db).run({ session, kind: timer.kind, key: timer.key });
  }
  for (const [key, timer] of wanted) {
    if (known.get(key)?.dueAt === timer.dueAt) continue;
    putTimer(db).run({ session, ...timer });
  }
}

const changed = <T>(before: readonly T[], after: readonly T[]): readonly T[] => {
  const known = new Set(before);
  return after.filter((item) => !known.has(item));
};

export interface DueTimer {
  readonly session: SessionId;
  readonly timer: Timer;
}

export const dueTimers = (db: Db, now: number): readonly DueTimer[] =>
  db
    .select()
    .from(timers)
    .where(lte(timers.dueAt, now))
    .orderBy(timers.dueAt)
    .all()
    .map((row) => ({
      session: row.session as SessionId,
      timer: { kind: row.kind, key: row.key, dueAt: row.dueAt } as Timer,
    }));

export const nextTimerAt = (db: Db): number | null =>
  db.select({ dueAt: timers.dueAt }).from(timers).orderBy(timers.dueAt).limit(1).get()?.dueAt ??
  null;

/** All messages to the agent of one session, oldest first. */
export const allSteers = (db: Db, session: string): readonly Steer[] =>
  db
    .select({ data: steers.data })
    .from(steers)
    .where(eq(steers.session, session))
    .orderBy(steers.createdAt, INSERTED)
    .all()
    .map((row) => read<Steer>(row.data));
