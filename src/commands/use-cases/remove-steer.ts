import { Nothing } from '../input.ts';
import { ofOwnMessage } from '../own-message.ts';
import { Steer } from '../schemas/session-schema.ts';
import { steerCommand } from '../steer-command.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Takes a message back that waits for the agent. */
export const removeSteer = ofSession({
  name: 'removeSteer',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'remove_steer',
  detail: (steer) => steer,
  http: post({
    path: '/api/sessions/:id/steers/:steer/remove',
    tag: 'control',
    summary: 'Take a queued message back',
    body: Nothing,
    response: Steer,
    args: ({ param }) => [param('steer')],
  }),
  run: async (call: SessionCall, steer: string) =>
    steerCommand(call, steer, ofOwnMessage(call, { type: 'remove_steer', steer })),
});
