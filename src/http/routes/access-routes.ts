/** Who people are at the forge, and the audit log. */
import { z } from '@hono/zod-openapi';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { AuditRowSchema, AuditVerdictSchema, IdentitySchema } from '../schemas/access-schemas.ts';
import { Time } from '../schemas/session-schema.ts';

const text = z.string().min(1).max(200);
const project = z.string().max(200).nullish();

export function addAccessRoutes(app: Api, { commands }: HttpDeps): void {
  const { identity, auditLog } = commands;
  const tag = 'access';

  addEndpoint(app, {
    method: 'get',
    path: '/api/identities',
    tag,
    summary: 'Logins of the caller, or of everybody with `all` (admins)',
    query: z.object({ all: z.enum(['0', '1']).default('0') }),
    response: z.array(IdentitySchema),
    run: ({ actor, query }) => (query.all === '1' ? identity.list(actor) : identity.own(actor)),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/identities/code',
    tag,
    summary: 'A code that the login has to write as a comment on an issue, valid 15 minutes',
    body: z.object({ login: text, project }),
    response: z
      .object({
        login: z.string(),
        project: z.string(),
        forge: z.string(),
        code: z.string(),
        expiresAt: Time,
      })
      .openapi('LinkCode'),
    run: ({ actor, body }) =>
      identity.begin(actor, { login: body.login, project: body.project ?? null, channel: null }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/identities/proof',
    tag,
    summary: 'The code was written on this issue: link the caller',
    body: z.object({ issue: text }),
    response: IdentitySchema,
    run: ({ actor, body }) => identity.confirm(actor, { issue: body.issue }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/identities/vouch',
    tag,
    summary: 'Link somebody without a code (admins)',
    body: z.object({ subject: text, login: text, project }),
    response: IdentitySchema,
    run: ({ actor, body }) =>
      identity.vouch(actor, {
        subject: body.subject,
        login: body.login,
        project: body.project ?? null,
      }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/identities/remove',
    tag,
    summary: "Take the caller's links back; of somebody else as an admin",
    body: z.object({ subject: text.nullish() }),
    response: z.object({ removed: z.int() }),
    run: async ({ actor, body }) => {
      const removed = await identity.remove(actor, body.subject ?? null);
      return removed.ok ? ok({ removed: removed.value }) : removed;
    },
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/audit',
    tag,
    summary: 'Who did what and who was refused; the newest rows that fit, oldest first (admins)',
    query: z.object({
      session: text.optional(),
      person: text.optional(),
      verb: text.optional(),
      since: z.coerce.number().optional(),
      until: z.coerce.number().optional(),
      refused: z.enum(['0', '1']).default('0'),
      limit: z.coerce.number().int().min(1).max(10_000).default(200),
    }),
    response: z.array(AuditRowSchema).readonly(),
    run: ({ actor, query: { verb, refused, ...rest } }) =>
      auditLog.read(actor, { ...rest, action: verb, refused: refused === '1' }),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/audit/verify',
    tag,
    summary: 'Whether the hash chain of the audit log is whole (admins)',
    response: AuditVerdictSchema,
    run: ({ actor }) => auditLog.verify(actor),
  });
}
