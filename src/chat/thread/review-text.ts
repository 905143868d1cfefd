import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { Place } from '../../domain/merge/review-threads.ts';
import { count, oneLine, people, person, shortSha } from '../words/wording.ts';
import type { Of } from './ending-text.ts';

export function changesText(event: Of<'review.changes_requested'>): string {
  const asked = event.comments.length === 0 ? 'changes' : count(event.comments.length, 'change');
  const where = (event.places ?? []).filter((place) => place.file !== null).map(placeText);
  const places =
    where.length === 0
      ? ''
      : ` (${where.slice(0, 4).join(', ')}${where.length > 4 ? ` and ${where.length - 4} more` : ''})`;
  return `${STATUS_EMOJI.changes_requested} ${people(event.by)} asked for ${asked}${places}. ${event.sent ? 'Sent to the agent.' : 'Not sent to the agent.'}`;
}

export function resolvedText(event: Of<'review.resolved'>): string {
  const names = event.places.map(placeText);
  const what =
    names.length === 0
      ? 'Review threads'
      : names.length > 4
        ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`
        : names.join(', ');
  return event.by === null
    ? `✔️ Resolved ${what}: ${event.sha === null ? 'the agent' : shortSha(event.sha)} changes what the review was about.`
    : `✔️ ${person(event.by)} resolved ${what}.`;
}

/** `login.ts:41 (t2)`: the name people give to the thread in commands comes with it. */
export const placeText = (place: Place): string =>
  place.file === null
    ? place.thread
    : `${oneLine(place.file.split('/').at(-1) ?? '', 60)}${place.line === null ? '' : `:${place.line}`} (${place.thread})`;
