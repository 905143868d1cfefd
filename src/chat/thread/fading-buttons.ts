/** Which buttons of earlier posts an event makes void, and what is said in their place. */
import type { EventView, RequestView, SessionView } from '../../commands/views.ts';
import { type ButtonVerb, buttonId } from '../words/button-id.ts';
import { PINNED_VERBS, type Pinned, type PinnedVerb, pinnedId } from '../words/pin.ts';
import { shortSha } from '../words/wording.ts';
import { eventText } from './event-text.ts';
import { answerLine, requestButtons } from './request-card.ts';

interface FadingButtons {
  readonly buttons: readonly string[];
  /** Plain text; null: nothing needs to be said. */
  readonly note: string | null;
}

interface FadingContext {
  readonly session: SessionView;
  /** Heads and bases that this change replaced. */
  readonly replaced: readonly Pinned[];
  /** Requests of the session, answered ones too. */
  readonly requests: readonly RequestView[];
}

const OF_A_STEER: readonly ButtonVerb[] = [
  'steer_now',
  'steer_as_answer',
  'remove_steer',
  'retry_steer',
];
const OF_AN_ESCALATION: readonly ButtonVerb[] = ['ack', 'snooze', 'react', 'reply'];
const OF_A_REVIEW: readonly PinnedVerb[] = ['approve', 'request_changes'];

export function fadingButtons(
  { event, at }: Pick<EventView, 'event' | 'at'>,
  { session, replaced, requests }: FadingContext,
): readonly FadingButtons[] {
  const ids = (verbs: readonly ButtonVerb[], arg: string): readonly string[] =>
    verbs.map((verb) => buttonId(verb, session.id, arg));
  const pinned = (verbs: readonly PinnedVerb[], pr: Pinned): readonly string[] =>
    verbs.map((verb) => pinnedId(verb, session.id, pr));
  switch (event.type) {
    // The first card of a request is replaced as a whole; this is for one that was posted again.
    case 'request.answered':
      return answered(event.request, session, requests);
    case 'steer.accepted':
      return [{ buttons: ids(OF_A_STEER, event.steer), note: '✅ The agent has it.' }];
    case 'steer.removed':
      return [{ buttons: ids(OF_A_STEER, event.steer), note: eventText(event, session, at) }];
    case 'pr.pushed':
      return replaced.map((pr) => ({
        buttons: pinned(PINNED_VERBS, pr),
        note: `${session.id} moved on to ${shortSha(event.sha)}.`,
      }));
    case 'pr.base_changed':
      return replaced.map((pr) => ({
        buttons: pinned(PINNED_VERBS, pr),
        note: `This was for a merge into ${event.from}; ${session.id} goes into ${event.to} now.`,
      }));
    case 'review.approved':
    case 'pr.merged':
    case 'pr.closed':
    case 'session.ended':
      return session.actions.includes('approve')
        ? []
        : session.prs.map((pr) => ({ buttons: pinned(OF_A_REVIEW, pr), note: null }));
    case 'escalation.acknowledged':
    case 'escalation.snoozed':
      return [{ buttons: ids(['ack', 'snooze'], event.key), note: eventText(event, session, at) }];
    case 'reaction.ended':
      return [{ buttons: ids(OF_AN_ESCALATION, event.key), note: null }];
    default:
      return [];
  }
}

function answered(
  id: string,
  session: SessionView,
  requests: readonly RequestView[],
): readonly FadingButtons[] {
  const request = requests.find((one) => one.id === id);
  if (request === undefined || request.answer === null) return [];
  const buttons = requestButtons(request, session.id).flatMap((block) =>
    block.type === 'buttons' ? block.buttons.map((one) => one.id) : [],
  );
  return [{ buttons, note: answerLine(request, request.answer) }];
}
