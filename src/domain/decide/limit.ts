import type { ActivityFact } from '../session/facts.ts';
import type { Millis } from '../session/time.ts';

/** A usage limit whose end nobody knows is tried again after this. */
const UNKNOWN_LIMIT = 30 * 60_000;

/** When a usage limit ends. */
export const limitEnds = (fact: Pick<ActivityFact, 'resetAt' | 'since'>): Millis =>
  fact.resetAt ?? fact.since + UNKNOWN_LIMIT;

/** Id of the message that follows on this limit; there is one of each. */
export const limitSteer = (fact: Pick<ActivityFact, 'resetAt' | 'since'>): string =>
  `limit-${limitEnds(fact)}`;

export const isLimitSteer = (id: string): boolean => id.startsWith('limit-');
