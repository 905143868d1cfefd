/** Who people are at the forge. */
import { z } from '@hono/zod-openapi';
import { IdentitySchema } from '../../commands/schemas/access-schemas.ts';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';

export function addAccessRoutes(app: Api, { commands }: HttpDeps): void {
  const tag = 'access';

  addEndpoint(app, {
    method: 'get',
    path: '/api/identities',
    tag,
    summary: 'Logins of the caller, or of everybody with `all` (admins)',
    query: z.object({ all: z.enum(['0', '1']).default('0') }),
    response: z.array(IdentitySchema).readonly(),
    uses: ['ownLinks', 'allLinks'],
    run: ({ actor, query }) =>
      query.all === '1' ? commands.allLinks(actor) : commands.ownLinks(actor),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/identities/remove',
    tag,
    summary: "Take the caller's links back; of somebody else as an admin",
    body: z.object({ subject: z.string().min(1).max(200).nullish() }),
    response: z.object({ removed: z.int() }),
    uses: 'removeLinks',
    run: async ({ actor, body }) => {
      const removed = await commands.removeLinks(actor, body.subject ?? null);
      return removed.ok ? ok({ removed: removed.value }) : removed;
    },
  });
}
