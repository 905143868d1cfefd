import { z } from 'zod';
import { OptionalText } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Nothing is sent to the agent until resume. */
export const pause = ofSession({
  name: 'pause',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'pause',
  detail: (reason) => reason ?? 'paused',
  http: post({
    path: '/api/sessions/:id/pause',
    tag: 'control',
    summary: 'Nothing is sent to the agent until resume',
    body: z.object({ reason: OptionalText }),
    response: Session,
    args: ({ body }) => [body.reason ?? null],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, reason: string | null) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'pause', reason: reason ?? 'paused' }),
});
