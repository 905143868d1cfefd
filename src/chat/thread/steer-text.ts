/** One line for people per event of a message to the agent. Plain text. */

import type { SessionView, SteerView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { oneLine, ordinal, person, sentence } from '../words/wording.ts';

type SteerEvent = Extract<SessionEvent, { type: `steer.${string}` }>;

export function steerText(event: SteerEvent, session: SessionView): string {
  switch (event.type) {
    case 'steer.queued':
      return steerQueuedText(
        session.steers.find((steer) => steer.id === event.steer),
        event.by,
        session,
      );
    case 'steer.typed':
      return `Typed into the agent, no proof yet${quoted(session, event.steer)}.`;
    case 'steer.accepted':
      return `✅ The agent has it${quoted(session, event.steer)}.`;
    case 'steer.failed':
      return `⚠️ Not delivered: ${sentence(event.reason)}${messageOf(session, event.steer)}`;
    case 'steer.removed':
      return `${person(event.by)} took a message back before the agent had it.`;
    case 'steer.edited':
      return `${person(event.by)} edited a queued message${quoted(session, event.steer)}.`;
    case 'steer.as_words':
      return asWordsText(event);
  }
}

/** Whoever writes a command of the agent's program into the thread expects it to be run. */
function asWordsText({ command, typed }: SteerEvent & { type: 'steer.as_words' }): string {
  if (command === null)
    return `The agent got "${oneLine(typed ?? '', 80)}": as it was written, it would have ended the agent's program.`;
  const reads = typed === null ? '' : ` It reads "${oneLine(typed, 80)}".`;
  return `The agent got this message as words; "${oneLine(command, 40)}" was not run as a command of its program.${reads} To run one, attach to the terminal.`;
}

function steerQueuedText(
  steer: SteerView | undefined,
  by: { subject: string; name: string },
  session: SessionView,
): string {
  if (steer === undefined || steer.position === null) return `Message by ${person(by)} taken.`;
  if (session.openRequests.some((request) => request.answer === null))
    return '⚠️ Not delivered: the agent waits for an answer above. It goes out after that.';
  return `Queued, ${ordinal(steer.position)} in line${session.status === 'working' ? ': the agent is busy' : ''}.`;
}

function quoted(session: SessionView, id: string): string {
  const steer = session.steers.find((one) => one.id === id);
  return steer === undefined ? '' : `: "${oneLine(steer.text, 80)}"`;
}

function messageOf(session: SessionView, id: string): string {
  const words = quoted(session, id);
  return words === '' ? '' : ` Message${words}`;
}
