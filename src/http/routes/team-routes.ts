/** Inbox, issues, projects, cost, the caller, and sign-in links. */
import { z } from '@hono/zod-openapi';
import { COST_SPANS } from '../../domain/cost-period.ts';
import { COST_GROUPS } from '../../domain/ledger.ts';
import { ok } from '../../lib/result.ts';
import type { Auth } from '../auth.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { Time } from '../schemas/session-schema.ts';
import { CostSchema, InboxItemSchema, IssueSchema, MeSchema, ProjectSchema, QuotaSchema } from '../schemas/view-schemas.ts';

export function addTeamRoutes(app: Api, deps: HttpDeps, auth: Auth): void {
  const { commands, settings } = deps;

  addEndpoint(app, {
    method: 'get',
    path: '/api/inbox',
    tag: 'team',
    summary: 'What needs a person',
    response: z.array(InboxItemSchema),
    run: ({ actor }) => ok(commands.inbox(actor)),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/issues',
    tag: 'team',
    summary: 'Issues of the trackers',
    query: z.object({ project: z.string().optional(), text: z.string().optional(), state: z.enum(['open', 'closed', 'all']).default('open') }),
    response: z.array(IssueSchema),
    run: ({ query }) => commands.issues({ project: query.project ?? null, text: query.text ?? null, state: query.state }),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/projects',
    tag: 'team',
    summary: 'Projects',
    response: z.array(ProjectSchema),
    run: () => ok(commands.projects()),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/cost',
    tag: 'team',
    summary: 'Tokens and money; this month unless told',
    query: z.object({
      span: z.enum(COST_SPANS).optional().openapi({ description: 'The week begins on Monday' }),
      from: z.string().optional().openapi({ description: 'First day, YYYY-MM-DD in the configured time zone; goes before span' }),
      to: z.string().optional().openapi({ description: 'Last day' }),
      by: z.enum(COST_GROUPS).default('project'),
    }),
    response: CostSchema,
    run: ({ query }) => commands.cost(query),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/quota',
    tag: 'team',
    summary: "The forges' rate limits and who used them",
    response: QuotaSchema,
    run: () => commands.quota(),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/me',
    tag: 'team',
    summary: 'Who the token stands for',
    response: MeSchema,
    run: ({ actor }) => ok({ subject: actor.subject, name: actor.name, version: settings.version, demo: settings.demo }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/login',
    tag: 'team',
    summary: 'A link that signs a browser in, once, within 15 minutes',
    body: z.object({}),
    response: z.object({ path: z.string().openapi({ example: '/login?token=…' }), expiresAt: Time }).openapi('LoginLink'),
    run: () => {
      const { code, expiresAt } = auth.issueCode();
      return ok({ path: `/login?token=${code}`, expiresAt });
    },
  });
}
