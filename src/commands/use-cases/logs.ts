import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { whole } from '../input.ts';
import { asking } from '../parts.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** The last lines of the agent's terminal. */
export const logs = readOfSession({
  name: 'logs',
  when: 'later',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id/logs',
    tag: 'sessions',
    summary: 'Last lines of the terminal',
    query: z.object({ lines: whole(5000).default(200) }),
    response: z.object({ text: z.string(), live: z.boolean() }).meta({ id: 'Logs' }),
    args: ({ query }) => [query.lines],
  }),
  async run({ parts, snapshot: { session, facts } }: SessionCall, lines: number) {
    const { runtime } = facts;
    if (runtime?.handle == null) return ok({ text: '', live: false });
    const { handle, state } = runtime;
    const text = await asking('the runtime', () =>
      parts.plugins.runtime(session).capture(handle, lines),
    );
    return text.ok ? ok({ text: parts.redact(text.value), live: state === 'alive' }) : text;
  },
});
