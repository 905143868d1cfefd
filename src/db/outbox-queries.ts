import { and, asc, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import { given, keptQuery, named } from './kept-query.ts';
import { outbox } from './schema/tables.ts';

/** What each effect asks the database, several times over. */

const byId = eq(outbox.id, sql.placeholder('id'));

export const insertJob = keptQuery((db) =>
  db
    .insert(outbox)
    .values({
      ...named('key', 'lane', 'session', 'type', 'payload', 'nextAt', 'createdAt'),
      state: 'pending',
      attempts: 0,
      inDoubt: 0,
      again: 0,
    })
    .onConflictDoNothing()
    .prepare(),
);

export const jobByKey = keptQuery((db) =>
  db
    .select()
    .from(outbox)
    .where(eq(outbox.key, sql.placeholder('key')))
    .prepare(),
);

/** Of every lane the oldest job that is not through, where it waits and is due. */
export const dueHeads = keptQuery((db) => {
  const heads = db
    .select({ id: sql<number>`min(${outbox.id})` })
    .from(outbox)
    .where(inArray(outbox.state, ['pending', 'running']))
    .groupBy(outbox.lane);
  return db
    .select()
    .from(outbox)
    .where(
      and(
        inArray(outbox.id, heads),
        eq(outbox.state, 'pending'),
        lte(outbox.nextAt, sql.placeholder('now')),
      ),
    )
    .orderBy(asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare();
});

export const firstOfLane = keptQuery((db) =>
  db
    .select()
    .from(outbox)
    .where(and(eq(outbox.lane, sql.placeholder('lane')), eq(outbox.state, 'pending')))
    .orderBy(asc(outbox.id))
    .limit(1)
    .prepare(),
);

export const nextDueAt = keptQuery((db) =>
  db
    .select({ at: sql<number | null>`min(${outbox.nextAt})` })
    .from(outbox)
    .where(and(eq(outbox.state, 'pending'), gt(outbox.nextAt, sql.placeholder('now'))))
    .prepare(),
);

export const setRunning = keptQuery((db) =>
  db
    .update(outbox)
    .set({ state: 'running', attempts: sql`${outbox.attempts} + 1` })
    .where(byId)
    .prepare(),
);

export const isAskedAgain = keptQuery((db) =>
  db.select({ again: outbox.again }).from(outbox).where(byId).prepare(),
);

export const setDone = keptQuery((db) =>
  db
    .update(outbox)
    .set({
      state: 'done',
      result: given('result'),
      finishedAt: given('finishedAt'),
      inDoubt: 0,
      error: null,
    })
    .where(byId)
    .prepare(),
);
