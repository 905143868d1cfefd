import { z } from 'zod';
import { OptionalText } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Brings an ended session back, with a first message if there is one. */
export const restore = ofSession({
  name: 'restore',
  when: 'later',
  verb: 'spawn',
  agents: 'nobody',
  action: 'restore',
  http: post({
    path: '/api/sessions/:id/restore',
    tag: 'control',
    summary: 'Bring an ended session back',
    body: z.object({ message: OptionalText }),
    response: Session,
    args: ({ body }) => [body.message ?? null],
  }),
  async run({ parts, actor, snapshot }: SessionCall, message: string | null) {
    const { id } = snapshot.session;
    // A session that ended is not watched: what it may spend now is looked at before it is brought back.
    parts.budgets.look(id);
    return decideFor(parts, actor, id, { type: 'restore', message });
  },
});
