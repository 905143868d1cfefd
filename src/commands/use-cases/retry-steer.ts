import { Nothing } from '../input.ts';

import { Steer } from '../schemas/session-schema.ts';
import { steerCommand } from '../steer-command.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Tries a message again that could not be delivered. */
export const retrySteer = ofSession({
  name: 'retrySteer',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'retry_steer',
  detail: (steer) => steer,
  http: post({
    path: '/api/sessions/:id/steers/:steer/retry',
    tag: 'control',
    summary: 'Try a failed message again',
    body: Nothing,
    response: Steer,
    args: ({ param }) => [param('steer')],
  }),
  run: async (call: SessionCall, steer: string) =>
    steerCommand(call, steer, { type: 'retry_steer', steer }),
});
