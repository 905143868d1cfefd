import { Nothing } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Finished without a merge. */
export const done = ofSession({
  name: 'done',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'done',
  http: post({
    path: '/api/sessions/:id/done',
    tag: 'control',
    summary: 'Finish without a merge',
    body: Nothing,
    response: Session,
    args: () => [],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'done' }),
});
