import { Nothing } from '../input.ts';

import { Steer } from '../schemas/session-schema.ts';
import { steerCommand } from '../steer-command.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Interrupts the turn and sends a message that waits. */
export const sendSteerNow = ofSession({
  name: 'sendSteerNow',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'send_now',
  detail: (steer) => steer,
  http: post({
    path: '/api/sessions/:id/steers/:steer/now',
    tag: 'control',
    summary: 'Send a queued message at once',
    body: Nothing,
    response: Steer,
    args: ({ param }) => [param('steer')],
  }),
  run: async (call: SessionCall, steer: string) =>
    steerCommand(call, steer, { type: 'send_now', steer }),
});
