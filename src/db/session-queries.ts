import { and, eq, sql } from 'drizzle-orm';
import { given, keptQuery, named } from './kept-query.ts';
import {
  episodes,
  facts,
  pullRequests,
  requests,
  sessions,
  steers,
  timers,
} from './schema/tables.ts';

/** What each decision writes. A row that was there takes the values of the new one. */

const SESSION = ['project', 'stage', 'issue', 'createdAt', 'endedAt', 'version', 'data'] as const;

export const insertSession = keptQuery((db) =>
  db
    .insert(sessions)
    .values(named('id', ...SESSION))
    .prepare(),
);

export const updateSession = keptQuery((db) =>
  db
    .update(sessions)
    .set({
      project: given('project'),
      stage: given('stage'),
      issue: given('issue'),
      createdAt: given('createdAt'),
      endedAt: given('endedAt'),
      version: given('version'),
      data: given('data'),
    })
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare(),
);

const inserted = (column: string) => sql.raw(`excluded.${column}`);

export const putFact = keptQuery((db) =>
  db
    .insert(facts)
    .values(named('session', 'kind', 'at', 'data'))
    .onConflictDoUpdate({
      target: [facts.session, facts.kind],
      set: { at: inserted('at'), data: inserted('data') },
    })
    .prepare(),
);

export const putPullRequest = keptQuery((db) =>
  db
    .insert(pullRequests)
    .values(named('session', 'key', 'number', 'state', 'headSha', 'at', 'data'))
    .onConflictDoUpdate({
      target: [pullRequests.session, pullRequests.key],
      set: {
        number: inserted('number'),
        state: inserted('state'),
        headSha: inserted('head_sha'),
        at: inserted('at'),
        data: inserted('data'),
      },
    })
    .prepare(),
);

export const putSteer = keptQuery((db) =>
  db
    .insert(steers)
    .values(named('session', 'id', 'state', 'createdAt', 'data'))
    .onConflictDoUpdate({
      target: [steers.session, steers.id],
      set: { state: inserted('state'), createdAt: inserted('created_at'), data: inserted('data') },
    })
    .prepare(),
);

export const putRequest = keptQuery((db) =>
  db
    .insert(requests)
    .values(named('session', 'id', 'open', 'data'))
    .onConflictDoUpdate({
      target: [requests.session, requests.id],
      set: { open: inserted('open'), data: inserted('data') },
    })
    .prepare(),
);

export const putEpisode = keptQuery((db) =>
  db
    .insert(episodes)
    .values(named('session', 'key', 'open', 'data'))
    .onConflictDoUpdate({
      target: [episodes.session, episodes.key],
      set: { open: inserted('open'), data: inserted('data') },
    })
    .prepare(),
);

export const putTimer = keptQuery((db) =>
  db
    .insert(timers)
    .values(named('session', 'kind', 'key', 'dueAt'))
    .onConflictDoUpdate({
      target: [timers.session, timers.kind, timers.key],
      set: { dueAt: inserted('due_at') },
    })
    .prepare(),
);

export const dropTimer = keptQuery((db) =>
  db
    .delete(timers)
    .where(
      and(
        eq(timers.session, sql.placeholder('session')),
        eq(timers.kind, sql.placeholder('kind')),
        eq(timers.key, sql.placeholder('key')),
      ),
    )
    .prepare(),
);
