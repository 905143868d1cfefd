/** The digest in words, orchestrators, the caller. */
import { z } from '@hono/zod-openapi';
import { digestText } from '../../chat/answers/digest.ts';
import { Session } from '../../commands/schemas/session-schema.ts';
import { DigestSchema } from '../../commands/schemas/view-schemas.ts';
import { ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { MeSchema } from '../schemas/chat-schemas.ts';

export function addTeamRoutes(app: Api, deps: HttpDeps): void {
  const { commands, settings } = deps;
  const tag = 'team';

  addEndpoint(app, {
    method: 'get',
    path: '/api/digest',
    tag,
    summary: 'What happened in the last 24 hours, what waits, and what it cost',
    response: DigestSchema,
    uses: 'digest',
    async run({ actor }) {
      const digest = await commands.digest(actor);
      return digest.ok ? ok({ ...digest.value, text: digestText(digest.value) }) : digest;
    },
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/orchestrators',
    tag,
    summary: 'Live orchestrators',
    response: z.array(Session),
    // Its list would be the orchestrator itself.
    uses: null,
    run({ actor }) {
      const listed = commands.sessions(actor, { live: true });
      return listed.ok
        ? ok(listed.value.filter((session) => session.role === 'orchestrator'))
        : listed;
    },
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/me',
    tag,
    summary: 'Who the token belongs to',
    response: MeSchema,
    uses: null,
    run: ({ actor }) =>
      ok({
        subject: actor.subject,
        name: actor.name,
        version: settings.version,
        demo: settings.demo,
      }),
  });
}
