import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Db } from './open.ts';
import { loadSnapshot, type StoredSnapshot, sessionIds } from './session-store.ts';

/** All sessions as they were last saved. Opens the database for reading only; works while a bot runs and while none does. */
export function readSnapshots(dataDir: string): readonly StoredSnapshot[] {
  const client = new Database(join(dataDir, 'ao.db'), { readonly: true, fileMustExist: true, timeout: 2_000 });
  try {
    const db: Db = drizzle(client);
    return sessionIds(db, { live: false }).flatMap((id) => loadSnapshot(db, id) ?? []);
  } finally {
    client.close();
  }
}
