import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import { readAuditHeads } from './audit-anchor.ts';
import { readAudit, verifyAudit } from './audit-store.ts';
import { loadSnapshots, type StoredSnapshot } from './load-snapshots.ts';
import type { Db } from './open.ts';
import { endedIds, namedIds } from './session-history.ts';
import { liveIds } from './session-store.ts';

/** Opens the database for reading only; works while a bot runs and while none does. */
function reading<T>(dataDir: string, read: (db: Db) => T): T {
  const client = new Database(join(dataDir, 'ao.db'), {
    readonly: true,
    fileMustExist: true,
    timeout: 2_000,
  });
  try {
    return read(drizzle(client));
  } finally {
    client.close();
  }
}

/** What is asked of the database while no bot runs. */
export type OfflineWish =
  /** The live sessions, oldest first, then those of the project (null: of all) that ended last, newest first. */
  | { readonly type: 'list'; readonly project: string | null; readonly ended: number }
  /** Those that a person may mean by an id, its number or its beginning; a few at most. */
  | { readonly type: 'named'; readonly name: string };

/** More than these need not be told apart. */
const ALIKE = 8;

/** Sessions as they were last saved; only what is asked for is read. */
export const readSnapshots = (dataDir: string, wish: OfflineWish): readonly StoredSnapshot[] =>
  reading(dataDir, (db) => loadSnapshots(db, wantedIds(db, wish)));

function wantedIds(db: Db, wish: OfflineWish): readonly string[] {
  switch (wish.type) {
    case 'list': {
      const of = wish.project === null ? {} : { project: wish.project };
      return [...liveIds(db), ...endedIds(db, of, { after: null, limit: wish.ended })];
    }
    case 'named': {
      const name = wish.name.trim().replace(/^#/, '').toLowerCase();
      const [exact] = loadSnapshots(db, [name]);
      return exact === undefined ? namedIds(db, name, ALIKE) : [name];
    }
  }
}

export const readAuditLog = (dataDir: string, filter: AuditFilter): readonly AuditRow[] =>
  reading(dataDir, (db) => readAudit(db, filter));

/** `since`: a hash that must be in the chain; null: none was kept. */
export const verifyAuditLog = (dataDir: string, since: string | null): AuditVerdict =>
  reading(dataDir, (db) => verifyAudit(db, { heads: readAuditHeads(dataDir), since }));
