/** The views of identities and the audit log as schemas. */
import { z } from 'zod';
import type { IdentityView } from '../views.ts';
import { Time } from './session-schema.ts';

export const IdentitySchema: z.ZodType<IdentityView> = z
  .object({
    subject: z.string(),
    forge: z.string(),
    login: z.string(),
    at: Time,
    proof: z.enum(['comment', 'admin']),
  })
  .meta({ id: 'Identity' });

export const AuditRowSchema = z
  .object({
    id: z.int(),
    at: Time,
    subject: z.string(),
    via: z.string(),
    action: z.string(),
    session: z.string().nullable(),
    detail: z.string(),
    allowed: z.boolean(),
  })
  .meta({ id: 'AuditRow' });

export const AuditVerdictSchema = z
  .object({
    rows: z.int(),
    broken: z.object({ row: z.int(), why: z.string() }).nullable(),
    head: z.string(),
  })
  .meta({ id: 'AuditVerdict' });
