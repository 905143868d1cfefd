import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { setListening } from '../listening.ts';
import { view } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Whether all that people write in the session's threads goes to its agent, or only what they say to ao by its name. */
export const listen = ofSession({
  name: 'listen',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'listen',
  detail: (to) => to,
  http: post({
    path: '/api/sessions/:id/listen',
    tag: 'control',
    summary: 'Take all replies in the thread as messages to the agent, or only mentions of ao',
    body: z.object({ to: z.enum(['all', 'mentions']) }),
    response: Session,
    args: ({ body }) => [body.to],
  }),
  run: async ({ parts, snapshot }: SessionCall, to: 'all' | 'mentions') => {
    setListening(parts.db, snapshot.session.id, to);
    return ok(view(parts, snapshot));
  },
});
