import { z } from 'zod';
import { OptionalText } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Ends the session. A snapshot is kept, so that it can be undone. */
export const kill = ofSession({
  name: 'kill',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'kill',
  detail: (reason) => reason ?? '',
  http: post({
    path: '/api/sessions/:id/kill',
    tag: 'control',
    summary: 'End the session; a snapshot is kept',
    body: z.object({ reason: OptionalText }),
    response: Session,
    args: ({ body }) => [body.reason ?? null],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, reason: string | null) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'kill', reason }),
});
