import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { type Db, openDatabase } from './open.ts';
import { keepStatements } from './prepared.ts';

export const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations');

/** An empty database as the migrations leave it: making one takes thirty times as long as a copy. */
let migrated: Buffer | null = null;

/** A new, empty database in memory, for tests that are not about the file. It is gone with the last reference to it. */
export function memoryDatabase(): Db {
  if (migrated === null) {
    const first = openDatabase(':memory:', MIGRATIONS);
    migrated = first.$client.serialize();
    first.$client.close();
  }
  const client = new Database(migrated);
  client.pragma('foreign_keys = ON');
  keepStatements(client);
  return drizzle(client);
}
