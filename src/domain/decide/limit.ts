import type { ActivityFact } from '../session/facts.ts';
import type { Steer } from '../session/session.ts';
import type { Millis } from '../session/time.ts';

type Limit = Pick<ActivityFact, 'resetAt' | 'since'>;

/** A usage limit whose end nobody knows is tried again after this. */
const UNKNOWN_LIMIT = 30 * 60_000;
/** Some programs go on by themselves when their limit ends: they come first, so that none is told twice. */
const PROGRAM_FIRST = 10_000;
/** Sessions that wait for the same limit go on one after the other, for they share what is left of it. */
const STAGGER = 5_000;
const STAGGERED = 10;

/** When a usage limit ends. */
export const limitEnds = ({ resetAt, since }: Limit): Millis => resetAt ?? since + UNKNOWN_LIMIT;

/** When ao lets this session go on: within a minute after the end of its limit, each session at a time of its own. */
export function resumesAt(session: string, limit: Limit): Millis {
  const number = Number(/\d+$/.exec(session)?.[0] ?? 0);
  return limitEnds(limit) + PROGRAM_FIRST + (number % STAGGERED) * STAGGER;
}

/** Id of the message that follows on this limit; there is one of each. */
export const limitSteer = (limit: Limit): string => `limit-${limitEnds(limit)}`;

const TRY = 'limit-try-';

/** Id of the message that goes with a person's "Try now". */
export const limitTry = (now: Millis): string => `${TRY}${now}`;

export const isLimitSteer = (id: string): boolean => id.startsWith('limit-');

/** How often ao let the agent go on by itself since a person said anything. */
export function resumedAlone(steers: readonly Steer[]): number {
  const last = steers.findLastIndex(({ kind, id }) => kind === 'human' || id.startsWith(TRY));
  return steers.slice(last + 1).filter(({ id }) => isLimitSteer(id)).length;
}
