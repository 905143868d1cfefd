import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { capital, oneLine, sentence, timeAhead } from '../words/wording.ts';
import { outcomeLine, outcomeWords } from './cards.ts';
import { requestLine } from './request-card.ts';

export type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;

export function endedText(event: Of<'session.ended'>, session: SessionView, at: number): string {
  const reason = event.reason === null ? '' : ` ${capital(sentence(event.reason))}`;
  const emoji = STATUS_EMOJI[event.cause];
  if (session.outcome !== null) return `${emoji} ${capital(outcomeLine(session, at))}.${reason}`;
  return `${emoji} ${capital(outcomeWords(event.cause, event.by))}.${reason}`;
}

export function exitedText(event: Of<'runtime.exited'>): string {
  if (event.gone)
    return `${STATUS_EMOJI.terminated} The agent's process is gone; how it ended is unknown.`;
  const why = event.why === undefined ? '' : ` ${event.why}`;
  return event.exitCode === null
    ? `${STATUS_EMOJI.terminated} The agent's process was stopped by a signal.${why}`
    : `${STATUS_EMOJI.terminated} The agent's process ended with exit code ${event.exitCode}.${why}`;
}

export function limitText({ resetAt, waits }: Of<'agent.limited'>, at: number): string {
  const until =
    resetAt === null ? 'The agent does not say until when' : `It ends ${timeAhead(resetAt, at)}`;
  if (waits === true) return `${until}; then ao asks before the agent goes on. Reply to try again.`;
  return resetAt === null
    ? `${until}: reply to try again, or ao tries by itself in 30 minutes.`
    : `Resumes by itself ${timeAhead(resetAt, at)}.`;
}

export function openedText(event: Of<'request.opened'>, session: SessionView): string {
  const request = session.openRequests.find((one) => one.id === event.request);
  return request === undefined
    ? `${STATUS_EMOJI.needs_input} The agent asked something.`
    : requestLine(request);
}

export const notesOf = (notes: readonly string[] = []): string =>
  notes.map((note) => `\n⚠️ ${sentence(oneLine(note, 600))}`).join('');
