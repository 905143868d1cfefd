import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import { readAuditHeads } from './audit-anchor.ts';
import { readAudit, verifyAudit } from './audit-store.ts';
import type { Db } from './open.ts';
import { endedIds } from './session-history.ts';
import { liveIds, loadSnapshot, type StoredSnapshot } from './session-store.ts';

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

/** The live sessions, oldest first, and of the project's the `ended` that ended last, newest first, as they were last saved. */
export const readSnapshots = (
  dataDir: string,
  { project, ended }: { readonly project: string | undefined; readonly ended: number },
): readonly StoredSnapshot[] =>
  reading(dataDir, (db) =>
    [...liveIds(db), ...endedIds(db, { project }, { after: null, limit: ended })].flatMap(
      (id) => loadSnapshot(db, id) ?? [],
    ),
  );

export const readAuditLog = (dataDir: string, filter: AuditFilter): readonly AuditRow[] =>
  reading(dataDir, (db) => readAudit(db, filter));

/** `since`: a hash that must be in the chain; null: none was kept. */
export const verifyAuditLog = (dataDir: string, since: string | null): AuditVerdict =>
  reading(dataDir, (db) => verifyAudit(db, { heads: readAuditHeads(dataDir), since }));
