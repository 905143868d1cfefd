import { type Placeholder, sql } from 'drizzle-orm';
import type { Db } from './open.ts';

/**
 * A query that is made once for each database and takes its values by name (`sql.placeholder`). For those that every decision
 * and every effect asks: making the text of a small query anew costs several times what SQLite needs for it, and is garbage.
 */
export function keptQuery<Query>(make: (db: Db) => Query): (db: Db) => Query {
  const made = new WeakMap<Db, Query>();
  return (db) => {
    const known = made.get(db);
    if (known !== undefined) return known;
    const query = make(db);
    made.set(db, query);
    return query;
  };
}

/** Placeholders of the same names as the columns. */
export function named<Name extends string>(...names: readonly Name[]): Record<Name, Placeholder> {
  const made: Record<string, Placeholder> = {};
  for (const name of names) made[name] = sql.placeholder(name);
  return made;
}

/** A placeholder where drizzle wants an expression, as in `set`. */
export const given = <T>(name: string) => sql<T>`${sql.placeholder(name)}`;
