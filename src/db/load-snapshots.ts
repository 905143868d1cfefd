/** Reads sessions whole, many at once: seven queries for a page, a list of live ones or a single one. */
import { inArray } from 'drizzle-orm';
import type { PullRequestFact } from '../domain/session/facts.ts';
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
import {
  episodes,
  facts,
  INSERTED,
  pullRequests,
  requests,
  sessions,
  steers,
  timers,
} from './schema/tables.ts';

export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  /** Global sequence number of the session's last change. */
  readonly version: number;
}

/** Accepted and removed messages that stay in the snapshot; older ones are only in the table. */
const KEPT_STEERS = 20;
const CLOSED_STEERS: ReadonlySet<string> = new Set(['accepted', 'removed']);

/** Ids in one query; SQLite takes 32,766 values. */
const AT_ONCE = 500;

/** What sessions saved by an earlier version lack. */
const LATER = { handovers: [], approvals: [] } as const;

const NO_FACTS: Facts = {
  runtime: null,
  activity: null,
  issue: null,
  report: null,
  usage: null,
  budget: null,
  projectComplete: null,
};

const read = <T>(text: string): T => JSON.parse(text) as T;

/** Null: there is no such session. */
export const loadSnapshot = (db: Db, id: string): StoredSnapshot | null =>
  loadSnapshots(db, [id])[0] ?? null;

/** In the order of `ids`; those that aren't there are left out. */
export function loadSnapshots(db: Db, ids: readonly string[]): readonly StoredSnapshot[] {
  const found: StoredSnapshot[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE)
    found.push(...loadSome(db, ids.slice(from, from + AT_ONCE)));
  return found;
}

function loadSome(db: Db, ids: readonly string[]): readonly StoredSnapshot[] {
  const rows = db
    .select({ id: sessions.id, data: sessions.data, version: sessions.version })
    .from(sessions)
    .where(inArray(sessions.id, [...ids]))
    .all();
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  if (rowOf.size === 0) return [];
  const parts = loadParts(db, [...rowOf.keys()]);
  return ids.flatMap((id) => {
    const row = rowOf.get(id);
    if (row === undefined) return [];
    const session: Session = { ...LATER, ...read<Session>(row.data) };
    return [{ snapshot: { session, ...parts(id) }, version: row.version }];
  });
}

/** Everything of these sessions that has a table of its own, by session. */
function loadParts(db: Db, ids: readonly string[]): (session: string) => Omit<Snapshot, 'session'> {
  const list = [...ids];
  const bySession = <T extends { readonly session: string }>(rows: readonly T[]) =>
    Map.groupBy(rows, ({ session }) => session);
  const ofFacts = bySession(db.select().from(facts).where(inArray(facts.session, list)).all());
  const ofPrs = bySession(
    db
      .select({ session: pullRequests.session, data: pullRequests.data })
      .from(pullRequests)
      .where(inArray(pullRequests.session, list))
      .orderBy(INSERTED)
      .all(),
  );
  const ofSteers = bySession(
    db
      .select({ session: steers.session, data: steers.data })
      .from(steers)
      .where(inArray(steers.session, list))
      .orderBy(steers.createdAt, INSERTED)
      .all(),
  );
  const ofRequests = bySession(
    db.select().from(requests).where(inArray(requests.session, list)).orderBy(INSERTED).all(),
  );
  const ofEpisodes = bySession(
    db.select().from(episodes).where(inArray(episodes.session, list)).orderBy(INSERTED).all(),
  );
  const ofTimers = bySession(db.select().from(timers).where(inArray(timers.session, list)).all());
  const all = <T>(of: ReadonlyMap<string, ReadonlyArray<{ data: string }>>, session: string) =>
    (of.get(session) ?? []).map(({ data }) => read<T>(data));
  return (session) => ({
    facts: {
      ...NO_FACTS,
      ...Object.fromEntries((ofFacts.get(session) ?? []).map((row) => [row.kind, read(row.data)])),
    },
    prs: all<PullRequestFact>(ofPrs, session),
    steers: trimSteers(all<Steer>(ofSteers, session)),
    requests: all<AgentRequest>(ofRequests, session),
    episodes: all<Episode>(ofEpisodes, session),
    timers: (ofTimers.get(session) ?? []).map(
      ({ kind, key, dueAt }) => ({ kind, key, dueAt }) as Timer,
    ),
  });
}

/** Keeps what is under way and the last few that are over. */
export function trimSteers(all: readonly Steer[]): readonly Steer[] {
  const over = all.filter((steer) => CLOSED_STEERS.has(steer.state)).slice(-KEPT_STEERS);
  const kept = new Set(over);
  return all.filter((steer) => !CLOSED_STEERS.has(steer.state) || kept.has(steer));
}
