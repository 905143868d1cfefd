import { and, eq, gte, like, notInArray, sql } from 'drizzle-orm';
import type { Db } from './open.ts';
import { kv, sessions } from './schema/tables.ts';

/** Durable JSON values of one namespace. */
export function kvStore(
  db: Db,
  namespace: string,
): {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  list(prefix: string): ReadonlyArray<readonly [string, unknown]>;
} {
  const at = (key: string) => and(eq(kv.namespace, namespace), eq(kv.key, key));
  return {
    get(key) {
      const row = db.select({ value: kv.value }).from(kv).where(at(key)).get();
      return row === undefined ? undefined : JSON.parse(row.value);
    },
    set(key, value) {
      const text = JSON.stringify(value);
      db.insert(kv)
        .values({ namespace, key, value: text })
        .onConflictDoUpdate({ target: [kv.namespace, kv.key], set: { value: text } })
        .run();
    },
    delete(key) {
      db.delete(kv).where(at(key)).run();
    },
    list(prefix) {
      // What is a wildcard in the prefix finds too much; the exact comparison follows.
      const rows = db
        .select({ key: kv.key, value: kv.value })
        .from(kv)
        .where(and(eq(kv.namespace, namespace), like(kv.key, `${prefix}%`)))
        .orderBy(kv.key)
        .all();
      return rows
        .filter((row) => row.key.startsWith(prefix))
        .map((row) => [row.key, JSON.parse(row.value)] as const);
    },
  };
}

/** Keys of requests that started a session before then: nobody sends those again. */
export const pruneSpawnKeys = (db: Db, before: number): number => {
  const young = db
    .select({ value: sql`json_quote(${sessions.id})` })
    .from(sessions)
    .where(gte(sessions.createdAt, before));
  return db
    .delete(kv)
    .where(and(eq(kv.namespace, 'spawn'), notInArray(kv.value, young)))
    .run().changes;
};
