/** Which buttons of earlier posts an event makes void, and what is said in their place. */
import type { EventView, SessionView } from '../commands/views.ts';
import { type ButtonVerb, buttonId } from './button-id.ts';
import { eventText } from './event-text.ts';
import { shortSha } from './wording.ts';

interface FadingButtons {
  readonly buttons: readonly string[];
  /** Plain text; null: nothing needs to be said. */
  readonly note: string | null;
}

interface FadingContext {
  readonly session: SessionView;
  /** Head commits that this change pushed over. */
  readonly replacedHeads: readonly string[];
}

const OF_A_STEER: readonly ButtonVerb[] = ['steer_now', 'steer_as_answer', 'remove_steer', 'retry_steer'];
const OF_AN_ESCALATION: readonly ButtonVerb[] = ['ack', 'snooze', 'react', 'reply'];
const OF_A_REVIEW: readonly ButtonVerb[] = ['approve', 'request_changes'];
const OF_A_HEAD: readonly ButtonVerb[] = [...OF_A_REVIEW, 'merge'];

export function fadingButtons({ event, at }: Pick<EventView, 'event' | 'at'>, { session, replacedHeads }: FadingContext): readonly FadingButtons[] {
  const ids = (verbs: readonly ButtonVerb[], arg: string): readonly string[] => verbs.map((verb) => buttonId(verb, session.id, arg));
  switch (event.type) {
    case 'steer.accepted':
      return [{ buttons: ids(OF_A_STEER, event.steer), note: '✅ The agent has it.' }];
    case 'steer.removed':
      return [{ buttons: ids(OF_A_STEER, event.steer), note: eventText(event, session, at) }];
    case 'pr.pushed':
      return replacedHeads.map((head) => ({ buttons: ids(OF_A_HEAD, head), note: `${session.id} moved on to ${shortSha(event.sha)}.` }));
    case 'review.approved':
    case 'pr.merged':
    case 'pr.closed':
    case 'session.ended':
      return session.actions.includes('approve') ? [] : session.prs.map((pr) => ({ buttons: ids(OF_A_REVIEW, pr.headSha), note: null }));
    case 'escalation.acknowledged':
    case 'escalation.snoozed':
      return [{ buttons: ids(['ack', 'snooze'], event.key), note: eventText(event, session, at) }];
    case 'reaction.ended':
      return [{ buttons: ids(OF_AN_ESCALATION, event.key), note: null }];
    default:
      return [];
  }
}
