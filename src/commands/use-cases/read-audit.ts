import { z } from 'zod';
import { readAudit as rowsOf } from '../../db/audit-store.ts';
import type { AuditFilter } from '../../domain/session/audit.ts';
import { ok } from '../../lib/result.ts';
import { Name } from '../input.ts';
import { AuditRowSchema } from '../schemas/access-schemas.ts';
import { type Call, get, ofAll } from '../use-case.ts';

/** Who did what, who was refused. Only for admins: it names people and what they were refused. */
export const readAudit = ofAll({
  name: 'readAudit',
  when: 'now',
  verb: 'admin',
  agents: 'nobody',
  action: 'read audit',
  record: 'refusals',
  http: get({
    path: '/api/audit',
    tag: 'access',
    summary: 'Who did what and who was refused; the newest rows that fit, oldest first (admins)',
    query: z.object({
      session: Name.optional(),
      person: Name.optional(),
      verb: Name.optional(),
      since: z.coerce.number().optional(),
      until: z.coerce.number().optional(),
      refused: z.enum(['0', '1']).default('0'),
      limit: z.coerce.number().int().min(1).max(10_000).default(200),
    }),
    response: z.array(AuditRowSchema).readonly(),
    args: ({ query: { verb, refused, ...rest } }) => [
      { ...rest, action: verb, refused: refused === '1' },
    ],
  }),
  run: ({ parts }: Call, filter: AuditFilter) => ok(rowsOf(parts.db, filter)),
});
