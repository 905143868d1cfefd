import { z } from 'zod';
import { viewNow } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

interface Report {
  readonly state: 'working' | 'blocked' | 'needs_input' | 'done';
  readonly note: string;
}

/** The agent says how it goes. */
export const report = ofSession({
  name: 'report',
  when: 'later',
  verb: 'steer',
  agents: 'own',
  action: 'report',
  http: post({
    path: '/api/sessions/:id/report',
    tag: 'agents',
    summary: 'Say how it goes',
    body: z.object({
      state: z.enum(['working', 'blocked', 'needs_input', 'done']),
      note: z.string().max(10_000).default(''),
    }),
    response: Session,
    args: ({ body }) => [body],
  }),
  async run({ parts, snapshot }: SessionCall, request: Report) {
    parts.dispatch.input(snapshot.session.id, {
      type: 'fact',
      fact: { type: 'report', fact: { ...request, at: parts.clock.now() } },
    });
    return viewNow(parts, snapshot);
  },
});
