/** Inbox, issues, projects, cost, the caller, and sign-in links. */
import { z } from '@hono/zod-openapi';
import { ok } from '../../lib/result.ts';
import type { Auth } from '../auth.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { Time } from '../schemas/session-schema.ts';
import { COST_BY, CostSchema, InboxItemSchema, IssueSchema, MeSchema, ProjectSchema } from '../schemas/view-schemas.ts';

const DAY = 86_400_000;

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
    summary: 'Tokens and money, of the last 24 hours unless told',
    query: z.object({ from: z.coerce.number().optional(), to: z.coerce.number().optional(), by: z.enum(COST_BY).default('project') }),
    response: CostSchema,
    run: ({ query }) => {
      const to = query.to ?? deps.clock.now();
      return ok(commands.cost({ from: query.from ?? to - DAY, to, by: query.by }));
    },
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
    run: ({ actor }) => {
      deps.audit({ subject: actor.subject, via: actor.via, action: 'sign-in link', session: null, detail: '', allowed: true });
      const { code, expiresAt } = auth.issueCode();
      return ok({ path: `/login?token=${code}`, expiresAt });
    },
  });
}
