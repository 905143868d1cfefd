/** What is done to a session, where one route is more than one use case, or none. */
import { z } from '@hono/zod-openapi';
import { OptionalText } from '../../commands/input.ts';
import { Session } from '../../commands/schemas/session-schema.ts';
import { subject } from '../../domain/session/ids.ts';
import { err } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';

const PERSON = /^(?:slack|discord):[^:\s]+:[^:\s]+$|^(?:web|proxy):[^:\s]+$/;

const Handoff = z.union([
  z.object({
    agent: z.string().min(1).max(100),
    model: z.string().max(200).nullish(),
    words: OptionalText,
  }),
  z.object({
    to: z.object({
      subject: z.string().max(200).regex(PERSON, 'expected a stable id such as slack:T024:U0G9'),
      name: z.string().min(1).max(100),
    }),
  }),
]);

export function addControlRoutes(app: Api, deps: HttpDeps): void {
  const { commands } = deps;

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/handoff',
    tag: 'control',
    summary:
      'Let another agent continue in the same worktree, or make another person the owner: escalations go to them',
    body: Handoff,
    response: Session,
    uses: ['changeAgent', 'handOver'],
    run: ({ actor, param, body }) =>
      'agent' in body
        ? commands.changeAgent(actor, param('id'), {
            agent: body.agent,
            model: body.model ?? null,
            words: body.words ?? null,
          })
        : commands.handOver(actor, param('id'), {
            subject: subject(body.to.subject),
            name: body.to.name,
            via: 'http',
          }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/sessions/:id/hook',
    tag: 'agents',
    summary: "An agent's own hook, in the agent's own format",
    body: z.unknown(),
    response: z.unknown(),
    // An agent that may report may also call its hook.
    uses: 'report',
    run: async ({ actor, principal, param, body }) => {
      if (!('session' in principal))
        return err({
          code: 'AO_ACCESS_DENIED',
          message: 'Only the agent of the session may call its hook.',
        });
      const found = commands.session(actor, param('id'));
      return found.ok ? deps.agentHook(found.value.id, body) : found;
    },
  });
}
