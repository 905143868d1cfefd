import { z } from 'zod';
import { attachTo } from '../attach-to.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** Command lines that open the terminal on the host. */
export const attach = readOfSession({
  name: 'attach',
  when: 'later',
  agents: 'nobody',
  http: get({
    path: '/api/sessions/:id/attach',
    tag: 'sessions',
    summary: 'Command lines that open the terminal on the host',
    response: z
      .object({
        argv: z.array(z.string()).readonly(),
        readOnlyArgv: z.array(z.string()).readonly(),
      })
      .meta({ id: 'Attach' }),
    args: () => [],
  }),
  run: async ({ parts, snapshot }: SessionCall) => attachTo(parts, snapshot),
});
