import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { Steer } from '../schemas/session-schema.ts';
import { steersOf } from '../steers-of.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** Messages to the agent. */
export const steers = readOfSession({
  name: 'steers',
  when: 'now',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id/steers',
    tag: 'sessions',
    summary: 'Messages to the agent that are queued, in flight or lately taken',
    response: z.array(Steer),
    args: () => [],
  }),
  run: ({ parts, snapshot }: SessionCall) => ok(steersOf(parts, snapshot)),
});
