import { Nothing } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Goes on after a pause, or a stop of the agent. */
export const resume = ofSession({
  name: 'resume',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'resume',
  http: post({
    path: '/api/sessions/:id/resume',
    tag: 'control',
    summary: 'Go on',
    body: Nothing,
    response: Session,
    args: () => [],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'resume' }),
});
