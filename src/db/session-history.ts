/**
 * Questions about sessions whose answer may lie in the past: asked of the tables by index, so that what is over costs neither memory nor time
 * until somebody looks at it.
 */
import {
  and,
  count,
  desc,
  eq,
  gt,
  gte,
  isNotNull,
  isNull,
  lt,
  lte,
  not,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { ChatMessageRef, EndCause, Session, Steer } from '../domain/session/session.ts';
import type { Db } from './open.ts';
import { INSERTED, sessions, steers } from './schema/tables.ts';
import { holdsText } from './session-search.ts';

/** Where a page of ended sessions ended: the next one begins behind it. */
export interface EndedPlace {
  readonly at: number;
  readonly id: string;
}

/** Which ended sessions; what is left out does not matter. */
export interface EndedFilter {
  readonly project?: string | undefined;
  readonly cause?: EndCause | undefined;
  /** Whether the worktree is being removed. */
  readonly removing?: boolean | undefined;
  /** Subject of the owner. */
  readonly owner?: string | undefined;
  /** This session and its children. */
  readonly family?: string | undefined;
  /** Ended at this moment or later, ms UTC. */
  readonly since?: number | undefined;
  /** In the id, branch, task, issue or pull request; letter case does not matter. */
  readonly text?: string | undefined;
}

/** Ids of at most `limit` ended sessions behind `after`, the one that ended last first. */
export const endedIds = (
  db: Db,
  filter: EndedFilter,
  page: { readonly after: EndedPlace | null; readonly limit: number },
): readonly string[] =>
  db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(isNotNull(sessions.endedAt), conditionsOf(filter), behind(page.after)))
    .orderBy(desc(sessions.endedAt), desc(sessions.id))
    .limit(page.limit)
    .all()
    .map(({ id }) => id);

const behind = (place: EndedPlace | null): SQL | undefined =>
  place === null
    ? undefined
    : // The first condition is the one that the index answers.
      and(
        lte(sessions.endedAt, place.at),
        or(lt(sessions.endedAt, place.at), lt(sessions.id, place.id)),
      );

/** Also true or false where there is no worktree. */
const isRemoved: SQL = sql`${sessions.worktree} is 'removing'`;

function conditionsOf(filter: EndedFilter): SQL | undefined {
  const { project, cause, removing, owner, family, since, text } = filter;
  return and(
    ...(project === undefined ? [] : [eq(sessions.project, project)]),
    ...(cause === undefined ? [] : [eq(sessions.cause, cause)]),
    ...(removing === undefined ? [] : [removing ? isRemoved : not(isRemoved)]),
    ...(owner === undefined ? [] : [eq(sessions.owner, owner)]),
    ...(family === undefined ? [] : [or(eq(sessions.id, family), eq(sessions.parent, family))]),
    ...(since === undefined ? [] : [gte(sessions.endedAt, since)]),
    ...(text === undefined ? [] : [holdsText(text)]),
  );
}

/** Ids that a person may mean by a number (`7`) or the beginning of an id (`app-`), at most `limit`. */
export function namedIds(db: Db, word: string, limit: number): readonly string[] {
  if (word === '') return [];
  const matching = (where: SQL | undefined): readonly string[] =>
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(where)
      .orderBy(sessions.createdAt, INSERTED)
      .limit(limit)
      .all()
      .map(({ id }) => id);
  const numbered = /^\d+$/.test(word) ? matching(sql`${sessions.id} like ${`%-${word}`}`) : [];
  return numbered.length > 0
    ? numbered
    : matching(and(gte(sessions.id, word), lt(sessions.id, `${word}\uffff`)));
}

/** The message to an agent that came from this chat message; null: none did. */
export function steerOfMessage(
  db: Db,
  source: Pick<ChatMessageRef, 'platform' | 'channel' | 'message'>,
): { readonly session: string; readonly steer: string } | null {
  const found = db
    .select({ session: steers.session, data: steers.data })
    .from(steers)
    .where(eq(steers.source, source.message))
    .all()
    .map(({ session, data }) => ({ session, steer: JSON.parse(data) as Steer }))
    .find(
      ({ steer }) =>
        steer.source?.platform === source.platform && steer.source.channel === source.channel,
    );
  return found === undefined ? null : { session: found.session, steer: found.steer.id };
}

/** Whether any session of the project, ended or not, has this branch. */
export const isBranchTaken = (db: Db, project: string, branch: string): boolean =>
  db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.project, project), eq(sessions.branch, branch)))
    .limit(1)
    .get() !== undefined;

/** Number of sessions, ended or not, by project. */
export const sessionCounts = (db: Db): ReadonlyMap<string, number> =>
  new Map(
    db
      .select({ project: sessions.project, n: count() })
      .from(sessions)
      .groupBy(sessions.project)
      .all()
      .map(({ project, n }) => [project, n]),
  );

/** The worker of the project that ended last; null while one lives, and where there never was any. */
export function lastWorker(db: Db, project: string): string | null {
  const workers = and(eq(sessions.project, project), eq(sessions.role, 'worker'));
  const lives = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(workers, isNull(sessions.endedAt)))
    .limit(1)
    .get();
  if (lives !== undefined) return null;
  return (
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(workers, isNotNull(sessions.endedAt)))
      .orderBy(desc(sessions.endedAt), desc(INSERTED))
      .limit(1)
      .get()?.id ?? null
  );
}

/** Sessions that were let in after `since`, ended or not. */
export const admittedAfter = (db: Db, since: number): readonly Session[] =>
  db
    .select({ data: sessions.data })
    .from(sessions)
    .where(gt(sessions.admittedAt, since))
    .all()
    .map(({ data }) => JSON.parse(data) as Session);

/** When a session of the project was let in last, `except` these; ms UTC, null when none was. */
export const lastAdmission = (
  db: Db,
  project: string,
  except: ReadonlySet<string>,
): number | null =>
  db
    .select({ at: sessions.admittedAt })
    .from(sessions)
    .where(
      and(
        eq(sessions.project, project),
        isNotNull(sessions.admittedAt),
        notInArray(sessions.id, [...except]),
      ),
    )
    .orderBy(desc(sessions.admittedAt))
    .limit(1)
    .get()?.at ?? null;

/** When a session ended last, ms UTC; 0 when none did. */
export const lastEnd = (db: Db): number =>
  db
    .select({ at: sql<number | null>`max(${sessions.endedAt})` })
    .from(sessions)
    .get()?.at ?? 0;

/** Ids of sessions that ended after this moment, as after a clock that was set back. */
export const endedAfter = (db: Db, at: number): readonly string[] =>
  db
    .select({ id: sessions.id })
    .from(sessions)
    .where(gt(sessions.endedAt, at))
    .all()
    .map(({ id }) => id);
