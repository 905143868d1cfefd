/** Lists of sessions, as data and as the table of `ao status`. */
import { z } from '@hono/zod-openapi';
import { Session } from '../../commands/schemas/session-schema.ts';
import { ENDED_PAGE } from '../../commands/session-list.ts';
import { renderStatus } from '../../commands/status-table.ts';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { filterOf, flag, nextLink, SessionQuery } from './session-query.ts';

export function addSessionRoutes(app: Api, deps: HttpDeps): void {
  const { commands } = deps;
  const tag = 'sessions';

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions',
    id: 'sessionPage',
    tag,
    summary: `Live sessions and those that ended within a day; every ended one with \`all\`. Live ones come first, oldest first, then the ended ones, newest first: ${ENDED_PAGE} of them, or \`limit\` sessions in all. Where there are more, the header Link holds the next page`,
    query: SessionQuery,
    response: z.array(Session),
    uses: 'sessionPage',
    run: ({ actor, query, setHeader }) => {
      const page = commands.sessionPage(actor, filterOf(query));
      if (!page.ok) return page;
      const { sessions, next } = page.value;
      if (next !== null) setHeader('link', nextLink(query, next));
      return ok(sessions);
    },
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/status',
    tag,
    summary: 'The same sessions as the table that `ao status` prints',
    query: SessionQuery.extend({
      cost: flag.optional(),
      pr: flag.optional(),
      color: flag.optional(),
      columns: z.coerce.number().int().min(0).max(10_000).optional(),
    }),
    response: z.object({ text: z.string() }).openapi('StatusTable'),
    uses: 'sessionPage',
    run: ({ actor, query }) => {
      const page = commands.sessionPage(actor, filterOf(query));
      if (!page.ok) return page;
      const { sessions, next } = page.value;
      const shape = {
        now: deps.clock.now(),
        columns: query.columns ?? null,
        color: query.color ?? false,
      };
      return ok({
        text: renderStatus(
          sessions,
          { cost: query.cost ?? false, pr: query.pr ?? false, more: next !== null },
          shape,
        ),
      });
    },
  });
}
