import { z } from 'zod';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** The person takes care of an escalation: nobody else is called. Null: of every open one. */
export const acknowledge = ofSession({
  name: 'acknowledge',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'acknowledge',
  detail: (key) => key ?? '',
  http: post({
    path: '/api/sessions/:id/ack',
    tag: 'control',
    summary: 'Take care of an escalation',
    body: z.object({ key: z.string().nullish() }),
    response: Session,
    args: ({ body }) => [body.key ?? null],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, key: string | null) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'acknowledge', key }),
});
