import { Nothing } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Ends the turn and holds everything automatic until somebody replies or resumes. */
export const stop = ofSession({
  name: 'stop',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'stop',
  http: post({
    path: '/api/sessions/:id/stop',
    tag: 'control',
    summary: 'End the turn and hold everything automatic until somebody replies or resumes',
    body: Nothing,
    response: Session,
    args: () => [],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'stop', id: parts.newId() }),
});
