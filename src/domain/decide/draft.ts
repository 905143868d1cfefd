import type { Refusal } from '../session/decision.ts';
import type { Effect } from '../session/effect.ts';
import type { SessionEvent } from '../session/event.ts';
import type { Actor } from '../session/ids.ts';
import { mayBeAlive } from '../session/place.ts';
import type { ProjectPolicy } from '../session/policy.ts';
import type { Episode, Facts, Session, Snapshot, Steer, Timer } from '../session/session.ts';
import type { Millis } from '../session/time.ts';

/** One decision being made. Lives only inside `decide`; everything it holds is replaced, never mutated in place. */
export interface Draft {
  snapshot: Snapshot;
  readonly policy: ProjectPolicy;
  readonly now: Millis;
  readonly events: SessionEvent[];
  readonly effects: Effect[];
  readonly cancel: Effect['type'][];
  readonly timers: Timer[];
  /** Why the status changes, for the timeline. */
  because: string;
  refusal: Refusal | null;
}

export const setSession = (draft: Draft, change: Partial<Session>): void => {
  draft.snapshot = { ...draft.snapshot, session: { ...draft.snapshot.session, ...change } };
};

export const setFacts = (draft: Draft, change: Partial<Facts>): void => {
  draft.snapshot = { ...draft.snapshot, facts: { ...draft.snapshot.facts, ...change } };
  if (change.runtime !== undefined && !mayBeAlive(change.runtime)) leavePlace(draft);
};

/** Nothing of it can run there any more: the next launch may be at another engine. */
const leavePlace = (draft: Draft): void => {
  const { place } = draft.snapshot.session;
  if (place !== undefined && place.at !== null)
    setSession(draft, { place: { ...place, at: null } });
};

export const emit = (draft: Draft, event: SessionEvent): void => void draft.events.push(event);

export const effect = (draft: Draft, wanted: Effect): void => void draft.effects.push(wanted);

export const refuse = (draft: Draft, code: string, message: string): void => {
  draft.refusal = { code, message };
};

/** Only deadlines ahead of `now` become rows; those behind were acted on in this very decision. Of two with one name the earlier counts. */
export const wakeAt = (draft: Draft, kind: Timer['kind'], key: string, dueAt: Millis): void => {
  if (dueAt <= draft.now) return;
  const known = draft.timers.findIndex((timer) => timer.kind === kind && timer.key === key);
  if (known === -1) draft.timers.push({ kind, key, dueAt });
  else if ((draft.timers[known]?.dueAt ?? 0) > dueAt) draft.timers[known] = { kind, key, dueAt };
};

export const steerOf = (draft: Draft, id: string): Steer | undefined =>
  draft.snapshot.steers.find((steer) => steer.id === id);

export const setSteer = (draft: Draft, id: string, change: Partial<Steer>): void => {
  draft.snapshot = {
    ...draft.snapshot,
    steers: draft.snapshot.steers.map((steer) =>
      steer.id === id ? { ...steer, ...change } : steer,
    ),
  };
};

/** Ids are unique in a session: of two messages of the same moment the second gets a number. */
export const addSteer = (draft: Draft, steer: Steer): void => {
  const { steers } = draft.snapshot;
  const isTaken = (id: string): boolean => steers.some((known) => known.id === id);
  let id = steer.id;
  for (let n = 2; isTaken(id); n += 1) id = `${steer.id}-${n}`;
  draft.snapshot = { ...draft.snapshot, steers: [...steers, { ...steer, id }] };
};

export const episodeOf = (draft: Draft, key: string): Episode | undefined =>
  draft.snapshot.episodes.find((episode) => episode.key === key);

export const putEpisode = (draft: Draft, episode: Episode): void => {
  const { episodes } = draft.snapshot;
  const known = episodes.some((other) => other.key === episode.key);
  draft.snapshot = {
    ...draft.snapshot,
    episodes: known
      ? episodes.map((other) => (other.key === episode.key ? episode : other))
      : [...episodes, episode],
  };
};

export const newSteer = (
  id: string,
  kind: Steer['kind'],
  author: Actor,
  text: string,
  now: Millis,
): Steer => ({
  id,
  kind,
  reaction: null,
  author,
  text,
  files: [],
  state: 'queued',
  urgent: false,
  attempts: 0,
  createdAt: now,
  notBefore: null,
  typedAt: null,
  acceptedAt: null,
  reason: null,
  source: null,
});
