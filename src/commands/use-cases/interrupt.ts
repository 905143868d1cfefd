import { z } from 'zod';
import { OptionalText } from '../input.ts';
import { decideFor, viewNow } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';
import { sendMessage } from './send.ts';

/** Ends the running turn; with `text`, says something else at once. */
export const interrupt = ofSession({
  name: 'interrupt',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: (text) => (text === null ? 'interrupt' : 'send'),
  http: post({
    path: '/api/sessions/:id/interrupt',
    tag: 'control',
    summary: 'Stop the turn, and say something else',
    body: z.object({ text: OptionalText }),
    response: Session,
    args: ({ body }) => [body.text ?? null],
  }),
  async run(call: SessionCall, text: string | null) {
    const { parts, actor, snapshot } = call;
    if (text === null)
      return decideFor(parts, actor, snapshot.session.id, { type: 'interrupt', id: parts.newId() });
    const sent = sendMessage(call, { text, files: [], now: true, source: null, key: null });
    return sent.ok ? viewNow(parts, snapshot) : sent;
  },
});
