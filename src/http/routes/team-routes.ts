/** Inbox, issues, projects, cost, the caller. */
import { z } from '@hono/zod-openapi';
import { digestText } from '../../chat/answers/digest.ts';
import { COST_SPANS } from '../../domain/money/cost-period.ts';
import { COST_GROUPS } from '../../domain/money/ledger.ts';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { Session } from '../schemas/session-schema.ts';
import {
  BudgetSchema,
  CostSchema,
  DigestSchema,
  InboxItemSchema,
  IssueSchema,
  MeSchema,
  ProjectSchema,
  PruneItemSchema,
  QuotaSchema,
} from '../schemas/view-schemas.ts';

export function addTeamRoutes(app: Api, deps: HttpDeps): void {
  const { commands, settings } = deps;

  addEndpoint(app, {
    method: 'get',
    path: '/api/inbox',
    tag: 'team',
    summary: 'What needs the caller; with `all`, what needs anybody',
    query: z.object({ all: z.stringbool().default(false) }),
    response: z.array(InboxItemSchema),
    run: ({ actor, query }) => commands.inbox(actor, query.all),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/issues',
    tag: 'team',
    summary: 'Issues of the trackers',
    query: z.object({
      project: z.string().optional(),
      text: z.string().optional(),
      state: z.enum(['open', 'closed', 'all']).default('open'),
    }),
    response: z.array(IssueSchema),
    run: ({ actor, query }) =>
      commands.issues(actor, {
        project: query.project ?? null,
        text: query.text ?? null,
        state: query.state,
      }),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/projects',
    tag: 'team',
    summary: 'Projects',
    response: z.array(ProjectSchema),
    run: ({ actor }) => commands.projects(actor),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/cost',
    tag: 'team',
    summary: 'Tokens and money; this month unless told',
    query: z.object({
      span: z.enum(COST_SPANS).optional().openapi({ description: 'The week begins on Monday' }),
      from: z.string().optional().openapi({
        description: 'First day, YYYY-MM-DD in the configured time zone; goes before span',
      }),
      to: z.string().optional().openapi({ description: 'Last day' }),
      by: z.enum(COST_GROUPS).default('project'),
    }),
    response: CostSchema,
    run: ({ actor, query }) => commands.cost(actor, query),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/digest',
    tag: 'team',
    summary: 'What happened in the last 24 hours, what waits, and what it cost',
    response: DigestSchema,
    async run({ actor }) {
      const digest = await commands.digest(actor);
      return digest.ok ? ok({ ...digest.value, text: digestText(digest.value) }) : digest;
    },
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/budgets',
    tag: 'team',
    summary: 'Budgets of live sessions, the tightest first',
    response: z.array(BudgetSchema),
    run: ({ actor }) => commands.budgets(actor),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/budgets/raise',
    tag: 'team',
    summary: 'A higher limit for the present period of a budget',
    body: z.object({ id: z.string(), limitUsd: z.number().positive() }),
    response: BudgetSchema,
    run: ({ actor, body }) => commands.raiseBudget(actor, body.id, body.limitUsd),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/quota',
    tag: 'team',
    summary: "The forges' rate limits and who used them",
    response: QuotaSchema,
    run: ({ actor }) => commands.quota(actor),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/orchestrators',
    tag: 'team',
    summary: 'Live orchestrators',
    response: z.array(Session),
    run({ actor }) {
      const listed = commands.sessions(actor, { live: true });
      return listed.ok
        ? ok(listed.value.filter((session) => session.role === 'orchestrator'))
        : listed;
    },
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/orchestrators',
    tag: 'team',
    summary: 'Start an agent that plans, and spawns and steers workers of its own',
    body: z.object({
      goal: z.string().max(100_000).nullish(),
      project: z.string().max(200).nullish(),
    }),
    response: Session,
    run: ({ actor, body, key }) =>
      commands.orchestrate(actor, {
        project: body.project ?? null,
        channel: null,
        goal: body.goal ?? null,
        key,
      }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/prune',
    tag: 'team',
    summary: 'What ao left behind and nobody needs; removed only with `apply`',
    body: z.object({ apply: z.boolean().default(false) }),
    response: z.array(PruneItemSchema),
    run: ({ actor, body }) => commands.prune(actor, body.apply),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/me',
    tag: 'team',
    summary: 'Who the token stands for',
    response: MeSchema,
    run: ({ actor }) =>
      ok({
        subject: actor.subject,
        name: actor.name,
        version: settings.version,
        demo: settings.demo,
      }),
  });
}
