import { appendAudit } from '../db/audit-store.ts';
import type { Db } from '../db/open.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Clock } from '../lib/clock.ts';
import type { Redact } from '../lib/redact.ts';

/** The one way into the audit log of a running bot: what was done is told without secrets. */
export const redactedAudit =
  (db: Db, clock: Clock, redact: Redact) =>
  (entry: Omit<AuditEntry, 'at'>): void =>
    // The action of a refused request has its address in it, and a proxy may name people as it likes.
    appendAudit(db, {
      ...entry,
      subject: redact(entry.subject),
      action: redact(entry.action),
      detail: redact(entry.detail),
      at: clock.now(),
    });
