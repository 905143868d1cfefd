import { eq, sql } from 'drizzle-orm';
import { keptQuery } from './kept-query.ts';
import type { Db } from './open.ts';
import { counters, sequence } from './schema/tables.ts';

const raised = keptQuery((db) =>
  db
    .update(sequence)
    .set({ value: sql`${sequence.value} + 1` })
    .where(eq(sequence.id, 1))
    .returning({ value: sequence.value })
    .prepare(),
);

/** Next number of the global sequence. Must be called inside the transaction that uses it. */
export function nextSeq(db: Db): number {
  const row = raised(db).get();
  if (row === undefined)
    throw new Error('The sequence row is missing; the database was not opened by openDatabase.');
  return row.value;
}

export function lastSeq(db: Db): number {
  return db.select({ value: sequence.value }).from(sequence).get()?.value ?? 0;
}

/** Next session number of a prefix, never given twice. */
export function nextNumber(db: Db, prefix: string): number {
  const row = db
    .insert(counters)
    .values({ prefix, value: 1 })
    .onConflictDoUpdate({ target: counters.prefix, set: { value: sql`${counters.value} + 1` } })
    .returning({ value: counters.value })
    .get();
  return row.value;
}

/** Numbers up to `value` count as given. */
export function raiseNumber(db: Db, prefix: string, value: number): void {
  db.insert(counters)
    .values({ prefix, value })
    .onConflictDoUpdate({
      target: counters.prefix,
      set: { value: sql`max(${counters.value}, ${value})` },
    })
    .run();
}
