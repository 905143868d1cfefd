import { Nothing } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Takes the last kill, done or clean-up back while its snapshot lives. */
export const undo = ofSession({
  name: 'undo',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'undo',
  http: post({
    path: '/api/sessions/:id/undo',
    tag: 'control',
    summary: 'Take the last kill, done or clean-up back',
    body: Nothing,
    response: Session,
    args: () => [],
  }),
  async run({ parts, actor, snapshot }: SessionCall) {
    const { id } = snapshot.session;
    // A session that ended is not watched: what it may spend now is looked at before it is brought back.
    parts.budgets.look(id);
    return decideFor(parts, actor, id, { type: 'undo' });
  },
});
