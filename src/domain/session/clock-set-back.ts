import type { Snapshot } from './session.ts';
import type { Millis } from './time.ts';

/** A clock that goes back by less delays things by less; corrections of that size are everyday. */
export const NOTICED: Millis = 60_000;

/** When ao itself last did something with this session, by its own clock. */
export function lastTouched({ session, steers, episodes, facts }: Snapshot): Millis {
  return Math.max(
    session.createdAt,
    session.admittedAt ?? 0,
    session.launchedAt ?? 0,
    session.ended?.at ?? 0,
    session.paused?.at ?? 0,
    session.merging?.at ?? 0,
    session.mergeFailure?.at ?? 0,
    facts.runtime?.at ?? 0,
    ...steers.flatMap((steer) => [steer.createdAt, steer.typedAt ?? 0, steer.acceptedAt ?? 0]),
    ...episodes.flatMap((episode) => [
      episode.lastAt,
      episode.rungAt ?? 0,
      episode.escalatedAt ?? 0,
    ]),
  );
}

/**
 * The clock of the machine was set back and says `now`: every moment in the snapshot that is ahead of it moves along, so that what was
 * due in a minute is due in a minute, and not in a minute and some hours. What is past stays.
 */
export const setBack = (snapshot: Snapshot, by: Millis, now: Millis): Snapshot =>
  moved(snapshot, (at) => (at > now ? at - by : at)) as Snapshot;

/** Moments are the only numbers of this size (after 2001, before 2286). */
const isMoment = (value: number): boolean => value > 1e12 && value < 1e13;

function moved(value: unknown, move: (at: Millis) => Millis): unknown {
  if (typeof value === 'number') return isMoment(value) ? move(value) : value;
  // Marks of episodes carry theirs behind an @.
  if (typeof value === 'string')
    return value.replace(/@(\d{13})$/, (_, at: string) => `@${move(Number(at))}`);
  if (Array.isArray(value)) return value.map((item) => moved(item, move));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item, move)]));
}
