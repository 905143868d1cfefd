import { headsBeside } from '../../db/audit-anchor.ts';
import { verifyAudit as verdictOf } from '../../db/audit-store.ts';
import { ok } from '../../lib/result.ts';
import { AuditVerdictSchema } from '../schemas/access-schemas.ts';
import { type Call, get, ofAll } from '../use-case.ts';

/** Whether the hash chain of the audit log is whole; for admins. */
export const verifyAudit = ofAll({
  name: 'verifyAudit',
  when: 'now',
  verb: 'admin',
  agents: 'nobody',
  action: 'verify audit',
  record: 'refusals',
  http: get({
    path: '/api/audit/verify',
    tag: 'access',
    summary: 'Whether the hash chain of the audit log is whole (admins)',
    response: AuditVerdictSchema,
    args: () => [],
  }),
  run: ({ parts }: Call) => ok(verdictOf(parts.db, { heads: headsBeside(parts.db), since: null })),
});
