import { createHash } from 'node:crypto';
import { asc, desc } from 'drizzle-orm';
import type { Db } from './open.ts';
import { audit } from './schema/tables.ts';

export interface AuditEntry {
  readonly at: number;
  readonly subject: string;
  readonly via: string;
  readonly action: string;
  readonly session: string | null;
  readonly detail: string;
  readonly allowed: boolean;
}

const chain = (before: string, entry: AuditEntry): string =>
  createHash('sha256')
    .update(JSON.stringify([before, entry.at, entry.subject, entry.via, entry.action, entry.session, entry.detail, entry.allowed]))
    .digest('hex');

export function appendAudit(db: Db, entry: AuditEntry): void {
  const last = db.select({ hash: audit.hash }).from(audit).orderBy(desc(audit.id)).limit(1).get();
  db.insert(audit)
    .values({ ...entry, allowed: entry.allowed ? 1 : 0, hash: chain(last?.hash ?? '', entry) })
    .run();
}

/** The id of the first row that doesn't fit its chain; null when all do. */
export function verifyAudit(db: Db): number | null {
  let before = '';
  for (const row of db.select().from(audit).orderBy(asc(audit.id)).all()) {
    if (chain(before, { ...row, allowed: row.allowed === 1 }) !== row.hash) return row.id;
    before = row.hash;
  }
  return null;
}
