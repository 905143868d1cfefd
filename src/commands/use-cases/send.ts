import { z } from 'zod';
import type { Refusal } from '../../domain/session/decision.ts';
import { withQuotes } from '../../domain/text/quotes.ts';
import { plainMessage } from '../../lib/message-text.ts';
import type { Result } from '../../lib/result.ts';
import { Text } from '../input.ts';
import type { SendRequest } from '../requests.ts';
import { Steer } from '../schemas/session-schema.ts';
import { nothingToSay, steerCommand } from '../steer-command.ts';
import { ofSession, post, type SessionCall } from '../use-case.ts';
import type { SteerView } from '../views.ts';

/** Tells the agent something. */
export const send = ofSession({
  name: 'send',
  when: 'later',
  verb: 'steer',
  agents: 'started',
  action: 'send',
  http: post({
    path: '/api/sessions/:id/message',
    tag: 'control',
    summary: 'Tell the agent something; `now` interrupts its turn',
    body: z.object({ text: Text, now: z.boolean().default(false) }),
    response: Steer,
    args: ({ body, key }) => [{ text: body.text, files: [], now: body.now, source: null, key }],
  }),
  run: async (call: SessionCall, request: SendRequest) => sendMessage(call, request),
});

export function sendMessage(call: SessionCall, request: SendRequest): Result<SteerView, Refusal> {
  if (request.files.length === 0 && plainMessage(request.text) === '')
    return nothingToSay(request.text);
  const id = request.key ?? call.parts.newId();
  return steerCommand(call, id, {
    type: 'send',
    steer: id,
    text: withQuotes(request.text, request.quotes ?? [], call.parts.newId()),
    files: request.files,
    urgent: request.now,
    source: request.source,
  });
}
