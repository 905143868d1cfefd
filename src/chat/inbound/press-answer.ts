import type { ChatReply } from '../../slots/chat.ts';
import { refused, say } from '../answers/refusals.ts';
import { findAnswer } from '../thread/request-card.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { escapeMarkdown, person } from '../words/wording.ts';
import { type Press, quiet, steerOfButton } from './press.ts';
import { answerWithFiles } from './run-reply.ts';

/** An option of a question was pressed. */
export async function pressAnswer({
  commands,
  arg,
  session,
  asker,
  deps,
}: Press): Promise<ChatReply> {
  const chosen = findAnswer(arg, session.openRequests);
  if (chosen === null) return say('This question is no longer open.');
  const given =
    session.openRequests.find((request) => request.id === chosen.request)?.answer ?? null;
  if (given !== null && given.state !== 'failed')
    return say(`${person(given.by)} answered it already: "${given.text}".`);
  return quiet(
    await commands.answer(asker.actor, session.id, chosen.request, {
      option: chosen.option,
      text: null,
    }),
    'answer',
    session.id,
    asker,
    deps,
  );
}

/** A message that waits becomes the answer. */
export async function steerAsAnswer({
  commands,
  arg,
  session,
  asker,
  deps,
}: Press): Promise<ChatReply> {
  const id = steerOfButton(arg, session);
  const steer = session.steers.find((one) => one.id === id && one.state === 'queued');
  const request = session.openRequests.find((one) => one.answer === null && one.freeText);
  if (steer === undefined || request === undefined)
    return say('Too late: the message is out, or the question is closed.');
  // First out of the queue: the agent must never get the same words twice.
  const removed = await commands.removeSteer(asker.actor, session.id, id);
  if (!removed.ok) return refused(removed.error, deps, asker);
  const answered = await commands.answer(asker.actor, session.id, request.id, {
    option: null,
    text: answerWithFiles(steer.text, steer.files),
  });
  if (answered.ok) return {};
  const draft = deps.drafts.keep({
    type: 'message',
    session: session.id,
    text: steer.text,
    files: steer.files,
  });
  const words = `${answered.error.message} Your message is no longer in the queue.`;
  return whisper(
    words,
    escapeMarkdown(words),
    buttons([button('Send it to the agent', 'send_draft', null, draft)]),
  );
}
