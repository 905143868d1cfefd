import { z } from 'zod';
import { withSameQuotes } from '../../domain/text/quotes.ts';
import { plainMessage } from '../../lib/message-text.ts';
import { Text } from '../input.ts';
import { ofOwnMessage } from '../own-message.ts';
import { Steer } from '../schemas/session-schema.ts';
import { nothingToSay, steerCommand } from '../steer-command.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';

/** Changes a message that waits for the agent; only its author may. */
export const editSteer = ofSession({
  name: 'editSteer',
  when: 'later',
  verb: 'steer',
  agents: 'nobody',
  action: 'edit_steer',
  detail: (steer) => steer,
  http: post({
    path: '/api/sessions/:id/steers/:steer/edit',
    tag: 'control',
    summary: 'Change a queued message',
    body: z.object({ text: Text }),
    response: Steer,
    args: ({ param, body }) => [param('steer'), body.text],
  }),
  run: async (call: SessionCall, steer: string, text: string) =>
    plainMessage(text) === ''
      ? nothingToSay(text)
      : steerCommand(
          call,
          steer,
          ofOwnMessage(call, {
            type: 'edit_steer',
            steer,
            text: withSameQuotes(text, textOf(call, steer)),
          }),
        ),
});

const textOf = ({ snapshot }: SessionCall, steer: string): string =>
  snapshot.steers.find(({ id }) => id === steer)?.text ?? '';
