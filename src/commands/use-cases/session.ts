import { ok } from '../../lib/result.ts';
import { view } from '../parts.ts';
import { Session } from '../schemas/session-schema.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

export const session = readOfSession({
  name: 'session',
  when: 'now',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id',
    tag: 'sessions',
    summary: 'One session',
    response: Session,
    args: () => [],
  }),
  run: ({ parts, snapshot }: SessionCall) => ok(view(parts, snapshot)),
});
