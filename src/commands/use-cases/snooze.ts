import { z } from 'zod';
import { decideFor } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Asks again later. `key` null: every escalation that is open. */
export const snooze = ofSession({
  name: 'snooze',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'snooze',
  detail: (key) => key ?? '',
  http: post({
    path: '/api/sessions/:id/snooze',
    tag: 'control',
    summary: 'Ask again later',
    body: z.object({ key: z.string().nullish(), minutes: z.int().min(1).max(10_080).default(30) }),
    response: Session,
    args: ({ body }) => [body.key ?? null, body.minutes],
  }),
  run: async ({ parts, actor, snapshot }: SessionCall, key: string | null, minutes: number) =>
    decideFor(parts, actor, snapshot.session.id, {
      type: 'snooze',
      key,
      until: parts.clock.now() + minutes * 60_000,
    }),
});
