/** Events that are told only where nothing else tells the same: one post for one thing that happened. */
import type { SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { WENT_ON } from '../../domain/session/recovered.ts';

type Doubled = Extract<
  SessionEvent,
  { readonly type: 'session.ended' | 'session.recovered' | 'steer.queued' }
>;

/** The lowest verbosity at which it is posted. */
export function onceOnly(
  event: Doubled,
  session: SessionView,
): 'quiet' | 'normal' | 'verbose' | 'never' {
  switch (event.type) {
    case 'session.ended':
      // That the pull request was merged is told, and the card has duration and cost.
      return event.cause === 'merged' ? 'verbose' : 'quiet';
    case 'session.recovered':
      return event.what === WENT_ON ? 'verbose' : 'normal';
    case 'steer.queued':
      return waitsVisibly(event.steer, session) ? 'normal' : 'never';
  }
}

/** A message of a person that can't go out now; one that is typed at once needs no post, its receipt tells. */
function waitsVisibly(id: string, session: SessionView): boolean {
  const steer = session.steers.find((one) => one.id === id);
  const busy = session.status !== 'idle' && session.stage === 'running';
  return (
    steer !== undefined &&
    steer.kind === 'human' &&
    steer.state === 'queued' &&
    steer.position !== null &&
    (busy || steer.position > 1)
  );
}
