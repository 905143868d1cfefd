import { headsBeside } from '../db/audit-anchor.ts';
import { readAudit, verifyAudit } from '../db/audit-store.ts';
import { err, ok } from '../lib/result.ts';
import type { AuditCommands } from './commands.ts';
import { audit, type CommandParts } from './parts.ts';

/** Only for admins: it names people and what they were refused. */
export function createAuditCommands(parts: CommandParts): AuditCommands {
  return {
    read(actor, filter) {
      const denied = parts.access.refusal(actor, 'admin');
      if (denied !== null) audit(parts, actor, 'read audit', null, denied);
      return denied === null ? ok(readAudit(parts.db, filter)) : err(denied);
    },
    verify(actor) {
      const denied = parts.access.refusal(actor, 'admin');
      if (denied !== null) audit(parts, actor, 'verify audit', null, denied);
      return denied === null
        ? ok(verifyAudit(parts.db, { heads: headsBeside(parts.db), since: null }))
        : err(denied);
    },
  };
}
