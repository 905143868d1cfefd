/** Sessions: list, start, adopt, look. */
import { z } from '@hono/zod-openapi';
import { ENDED_PAGE } from '../../commands/session-list.ts';
import { renderStatus } from '../../commands/status-table.ts';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { Session, Steer } from '../schemas/session-schema.ts';
import { EventSchema, SpawnedSchema, ThreadSchema } from '../schemas/view-schemas.ts';
import { filterOf, flag, nextLink, SessionQuery } from './session-query.ts';

const text = z.string().min(1).max(100_000);
const name = z.string().min(1).max(200);
const whole = (max: number): z.ZodType<number> => z.coerce.number().int().min(0).max(max);

const SpawnBody = z
  .object({
    project: name.nullish(),
    issues: z.array(name).max(50).default([]),
    text: text.nullish(),
    agent: name.nullish(),
    model: name.nullish(),
    base: name.nullish(),
    prompt: text.nullish(),
    plan: z.boolean().default(false),
    again: z.boolean().default(false),
  })
  .refine((body) => body.issues.length > 0 !== (body.text != null), {
    message: 'give issues or a text, not both',
  })
  .openapi('SpawnBody');

export function addSessionRoutes(app: Api, deps: HttpDeps): void {
  const { commands } = deps;
  const tag = 'sessions';

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions',
    tag,
    summary: `Live sessions and those that ended within a day; every ended one with \`all\`. Live ones come first, oldest first, then the ended ones, newest first: ${ENDED_PAGE} of them, or \`limit\` sessions in all. Where there are more, the header Link holds the next page`,
    query: SessionQuery,
    response: z.array(Session),
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
      columns: whole(10_000).optional(),
    }),
    response: z.object({ text: z.string() }).openapi('StatusTable'),
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

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions',
    tag,
    summary: 'Start one session per issue, or one on a text',
    body: SpawnBody,
    response: z.array(SpawnedSchema),
    run: ({ actor, body, key }) =>
      commands.spawn(actor, {
        project: body.project ?? null,
        channel: null,
        issues: body.issues,
        text: body.text ?? null,
        agent: body.agent ?? null,
        model: body.model ?? null,
        base: body.base ?? null,
        prompt: body.prompt ?? null,
        plan: body.plan,
        again: body.again,
        key,
      }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/adopt',
    tag,
    summary: 'Take over an existing pull request',
    body: z.object({ project: name.nullish(), pr: name, agent: name.nullish() }),
    response: Session,
    run: ({ actor, body, key }) =>
      commands.adopt(actor, {
        project: body.project ?? null,
        channel: null,
        pr: body.pr,
        agent: body.agent ?? null,
        key,
      }),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id',
    tag,
    summary: 'One session',
    response: Session,
    run: ({ actor, param }) => commands.session(actor, param('id')),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/steers',
    tag,
    summary: 'Messages to the agent that are queued, in flight or lately taken',
    response: z.array(Steer),
    run: ({ actor, param }) => commands.steers(actor, param('id')),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/threads',
    tag,
    summary: 'Review threads of the pull request, oldest first',
    response: z.array(ThreadSchema),
    run: ({ actor, param }) => commands.threads(actor, param('id')),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/events',
    tag,
    summary: 'What happened, oldest first',
    query: z.object({
      after: whole(Number.MAX_SAFE_INTEGER).optional(),
      limit: whole(1000).default(200),
    }),
    response: z.array(EventSchema),
    run: ({ actor, param, query }) => commands.events(actor, param('id'), query),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/logs',
    tag,
    summary: 'Last lines of the terminal',
    query: z.object({ lines: whole(5000).default(200) }),
    response: z.object({ text: z.string(), live: z.boolean() }).openapi('Logs'),
    run: ({ actor, param, query }) => commands.logs(actor, param('id'), query.lines),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/diff',
    tag,
    summary: 'What the head of the open pull request changes; of the checkout where there is none',
    response: z
      .object({
        stat: z.string(),
        patch: z.string(),
        additions: z.int(),
        deletions: z.int(),
        files: z.int(),
        head: z.object({ number: z.int(), sha: z.string(), base: z.string() }).nullable(),
        worktree: z
          .object({ headSha: z.string().nullable(), files: z.array(z.string()) })
          .nullable(),
      })
      .openapi('Diff'),
    run: ({ actor, param }) => commands.diff(actor, param('id')),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/checks/:name/log',
    tag,
    summary: 'Log of a check on the head commit',
    response: z.object({ name: z.string(), text: z.string() }).openapi('CheckLog'),
    run: ({ actor, param }) => commands.checkLog(actor, param('id'), param('name')),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/sessions/:id/attach',
    tag,
    summary: 'Command lines that open the terminal on the host',
    response: z
      .object({
        argv: z.array(z.string()).readonly(),
        readOnlyArgv: z.array(z.string()).readonly(),
      })
      .openapi('Attach'),
    run: ({ actor, param }) => commands.attach(actor, param('id')),
  });
}
