import { z } from 'zod';
import { Name, Text } from '../input.ts';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Answers a review thread at the forge, in ao's name and with the person's. `thread`: `t2`. */
export const replyThread = ofSession({
  name: 'replyThread',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'reply_thread',
  detail: ({ thread }) => thread,
  http: post({
    path: '/api/sessions/:id/comment',
    tag: 'control',
    summary: 'Reply in a review thread at the forge',
    body: z.object({ thread: Name, text: Text }),
    response: Session,
    args: ({ body, key }) => [{ thread: body.thread, text: body.text, key }],
  }),
  run: async (
    { parts, actor, snapshot }: SessionCall,
    { thread, text, key }: { thread: string; text: string; key: string | null },
  ) =>
    decideFor(parts, actor, snapshot.session.id, {
      type: 'reply_thread',
      thread,
      text,
      key: key ?? parts.newId(),
    }),
});
