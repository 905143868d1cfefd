import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { AuditEntry, AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import type { AuditHead } from './audit-anchor.ts';
import { keptQuery, named } from './kept-query.ts';
import type { Db } from './open.ts';
import { audit } from './schema/tables.ts';

const chain = (before: string, entry: AuditEntry): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        before,
        entry.at,
        entry.subject,
        entry.via,
        entry.action,
        entry.session,
        entry.detail,
        entry.allowed,
      ]),
    )
    .digest('hex');

const lastRow = keptQuery((db) =>
  db
    .select({ row: audit.id, hash: audit.hash })
    .from(audit)
    .orderBy(desc(audit.id))
    .limit(1)
    .prepare(),
);
const insertRow = keptQuery((db) =>
  db
    .insert(audit)
    .values(named('at', 'subject', 'via', 'action', 'session', 'detail', 'allowed', 'hash'))
    .prepare(),
);

export function appendAudit(db: Db, entry: AuditEntry): void {
  const last = lastRow(db).get();
  insertRow(db).run({
    ...entry,
    allowed: entry.allowed ? 1 : 0,
    hash: chain(last?.hash ?? '', entry),
  });
}

/** The newest rows that fit, oldest first. */
export function readAudit(db: Db, filter: AuditFilter): readonly AuditRow[] {
  const rows = db
    .select()
    .from(audit)
    .where(
      and(
        filter.session === undefined ? undefined : eq(audit.session, filter.session),
        filter.person === undefined
          ? undefined
          : sql`instr(lower(${audit.subject}), ${filter.person.toLowerCase()}) > 0`,
        filter.action === undefined ? undefined : eq(audit.action, filter.action),
        filter.since === undefined ? undefined : gte(audit.at, filter.since),
        filter.until === undefined ? undefined : lt(audit.at, filter.until),
        filter.refused === true ? eq(audit.allowed, 0) : undefined,
      ),
    )
    .orderBy(desc(audit.id))
    .limit(filter.limit)
    .all();
  return rows
    .toReversed()
    .map(({ hash: _hash, allowed, ...row }) => ({ ...row, allowed: allowed === 1 }));
}

/** The last row; null: there is none. */
export function auditHead(db: Db): { readonly row: number; readonly hash: string } | null {
  const last = lastRow(db).get();
  return last ?? null;
}

const BATCH = 5_000;

/** What was written down of the log outside the database. */
export interface AuditProof {
  readonly heads: readonly AuditHead[];
  /** A hash that somebody kept; it must be one of the chain. Null: none was given. */
  readonly since: string | null;
}

/**
 * Walks the whole chain. Rows are numbered without a gap and SQLite remembers the last number it gave, so rows cut off at the
 * end are missed too. Whoever can write the database can also lower that number, empty the table, or make the whole chain anew:
 * then it doesn't fit what `proof` says was there.
 */
export function verifyAudit(db: Db, proof: AuditProof = { heads: [], since: null }): AuditVerdict {
  const heads = new Map(proof.heads.map((kept) => [kept.row, kept]));
  let sinceSeen = proof.since === null;
  let head = '';
  let id = 0;
  const broken = (row: number, why: string): AuditVerdict => ({
    rows: id,
    broken: { row, why },
    head,
  });
  for (;;) {
    const rows = db
      .select()
      .from(audit)
      .where(sql`${audit.id} > ${id}`)
      .orderBy(asc(audit.id))
      .limit(BATCH)
      .all();
    for (const row of rows) {
      if (row.id !== id + 1) return broken(id + 1, 'the row is missing');
      if (row.allowed !== 0 && row.allowed !== 1) return broken(row.id, 'the row was changed');
      if (chain(head, { ...row, allowed: row.allowed === 1 }) !== row.hash)
        return broken(row.id, 'the row, or the one before it, was changed');
      const kept = heads.get(row.id);
      if (kept !== undefined && kept.hash !== row.hash)
        return broken(
          row.id,
          `on ${kept.day} its hash was ${kept.hash}: the whole chain was computed again`,
        );
      head = row.hash;
      id = row.id;
      sinceSeen ||= row.hash === proof.since;
    }
    if (rows.length < BATCH) break;
  }
  const last = db.get<{ seq: number } | undefined>(
    sql`select seq from sqlite_sequence where name = 'audit'`,
  );
  if (last !== undefined && last.seq > id) return broken(id + 1, 'rows are missing at the end');
  const longest = proof.heads.reduce<AuditHead | null>(
    (most, kept) => (most === null || kept.row > most.row ? kept : most),
    null,
  );
  if (longest !== null && longest.row > id)
    return broken(
      id + 1,
      `rows are missing at the end: on ${longest.day} there were ${longest.row}`,
    );
  return sinceSeen
    ? { rows: id, broken: null, head }
    : broken(
        id + 1,
        `no row has the hash ${proof.since}: the log was cut off before it, or computed again`,
      );
}
