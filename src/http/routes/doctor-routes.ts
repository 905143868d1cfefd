/** What the running bot says of itself, for `ao doctor`. */
import { z } from '@hono/zod-openapi';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';

const Finding = z
  .object({
    level: z.enum(['ok', 'warning', 'error']),
    what: z.string(),
    fix: z.string().nullable(),
  })
  .openapi('DoctorFinding');

export function addDoctorRoutes(app: Api, deps: HttpDeps): void {
  addEndpoint(app, {
    method: 'get',
    path: '/api/doctor',
    tag: 'access',
    summary: 'Connections, lost and waiting effects, and what came in and is not dealt with yet',
    response: z.array(Finding),
    uses: null,
    run: async ({ actor }) => {
      const may = deps.commands.may(actor, 'view');
      return may.ok ? ok(await deps.doctor()) : may;
    },
  });
}
