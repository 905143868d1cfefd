import { z } from 'zod';
import { Name } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** `thread`: `t2`, or `all` for every open one. */
export const resolveThread = ofSession({
  name: 'resolveThread',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'resolve_thread',
  detail: (thread) => thread,
  http: post({
    path: '/api/sessions/:id/resolve',
    tag: 'control',
    summary: 'Resolve a review thread at the forge, or `all`',
    body: z.object({ thread: Name }),
    response: Session,
    args: ({ body }) => [body.thread],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, thread: string) =>
    decideFor(parts, actor, snapshot.session.id, { type: 'resolve_thread', thread }),
});
