import type { ActivitySource, ActivityState } from '../../../src/domain/session/facts.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import { asksAboutLimit } from './limit-dialog.ts';
import type { StatusFile } from './schema.ts';
import type { Turn } from './side-state.ts';

export interface Activity {
  readonly state: ActivityState;
  readonly source: ActivitySource;
  readonly detail: string | null;
  readonly resetAt: Millis | null;
  readonly since: Millis;
  readonly lastMessage: string | null;
}

/**
 * One activity from two witnesses: the live status file says whether the program works, waits for a person or rests;
 * the turn (hooks, transcript) says how the last turn ended. `status` null: no live process is known.
 * Null: nothing can be said.
 */
export function activityOf(
  status: StatusFile | null,
  turn: Turn | null,
  ended: Millis | null,
): Activity | null {
  if (status === null)
    return ended === null ? null : { ...quiet, state: 'exited', source: 'protocol', since: ended };
  const since = status.statusUpdatedAt ?? 0;
  switch (status.status) {
    case undefined:
      return { ...quiet, state: 'starting', source: 'protocol', since };
    case 'busy':
      // A moment after a turn that failed, with nothing said to it since: it only tidies up.
      if (turn?.type === 'failed' && since >= turn.at && since - turn.at < TIDIES_UP)
        return resting(since, turn);
      return { ...quiet, state: 'active', source: 'protocol', since };
    case 'waiting':
      if (asksAboutLimit(status, turn)) return resting(since, turn);
      return {
        ...quiet,
        state: 'waiting_input',
        source: 'protocol',
        detail: status.waitingFor ?? null,
        since,
      };
    // `shell`: the turn is over, a command of it still runs in the background.
    case 'idle':
    case 'shell':
      return resting(since, turn);
    default:
      return null;
  }
}

/** How long after a turn that failed the status may be busy once more, ms. */
const TIDIES_UP = 1500;

const quiet = { detail: null, resetAt: null, lastMessage: null } as const;

function resting(since: Millis, turn: Turn | null): Activity {
  const ready: Activity = { ...quiet, state: 'ready', source: 'protocol', since };
  if (turn === null) return ready;
  switch (turn.type) {
    // The prompt is taken before the status follows. A turn whose status rests without an end was interrupted:
    // Escape before the first word leaves no trace but this.
    case 'running':
      return turn.at >= since
        ? { ...quiet, state: 'active', source: 'hook', since: turn.at }
        : { ...ready, detail: 'interrupted' };
    case 'done':
      return { ...ready, lastMessage: turn.text };
    case 'interrupted':
      return { ...ready, detail: 'interrupted' };
    case 'failed':
      return turn.failure.type === 'limited'
        ? {
            ...quiet,
            state: 'limited',
            source: 'protocol',
            detail: turn.failure.text,
            resetAt: turn.failure.resetAt,
            since,
          }
        : { ...quiet, state: 'blocked', source: 'protocol', detail: turn.failure.text, since };
  }
}
