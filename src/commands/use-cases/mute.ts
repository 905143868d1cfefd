import { z } from 'zod';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Only what needs a person is posted in the thread. */
export const mute = ofSession({
  name: 'mute',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'mute',
  detail: (muted) => (muted ? 'muted' : 'unmuted'),
  http: post({
    path: '/api/sessions/:id/mute',
    tag: 'control',
    summary: 'Post only what needs a person',
    body: z.object({ muted: z.boolean().default(true) }),
    response: Session,
    args: ({ body }) => [body.muted],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, muted: boolean) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'mute', muted }),
});
