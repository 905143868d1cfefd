import { askNewOwner } from '../../reactions/escalate.ts';
import type { Actor } from '../../session/ids.ts';
import { type Draft, emit, episodeOf, putEpisode, refuse, setSession } from '../draft.ts';

export function acknowledgeAll(draft: Draft, by: Actor): void {
  for (const episode of draft.snapshot.episodes) {
    if (episode.open && episode.escalatedAt !== null && episode.acknowledgedBy === null)
      acknowledgeOne(draft, episode.key, by);
  }
}

function acknowledgeOne(draft: Draft, key: string, by: Actor): void {
  const episode = episodeOf(draft, key);
  if (episode === undefined) return;
  putEpisode(draft, { ...episode, acknowledgedBy: by });
  emit(draft, { type: 'escalation.acknowledged', key, by });
}

export function acknowledge(draft: Draft, key: string | null, by: Actor): void {
  const open = draft.snapshot.episodes.filter(
    (episode) =>
      episode.open && episode.escalatedAt !== null && (key === null || episode.key === key),
  );
  const waiting = open.filter((episode) => episode.acknowledgedBy === null);
  if (waiting.length > 0)
    return acknowledgeAllOf(
      draft,
      waiting.map((episode) => episode.key),
      by,
    );
  const first = open[0]?.acknowledgedBy;
  refuse(
    draft,
    'AO_STALE',
    first ? `${first.name} took it already.` : 'There is nothing to acknowledge any more.',
  );
}

const acknowledgeAllOf = (draft: Draft, keys: readonly string[], by: Actor): void => {
  for (const key of keys) acknowledgeOne(draft, key, by);
};

export function snooze(draft: Draft, key: string | null, until: number, by: Actor): void {
  const open = draft.snapshot.episodes.filter(
    (episode) =>
      episode.open && episode.escalatedAt !== null && (key === null || episode.key === key),
  );
  if (open.length === 0) return refuse(draft, 'AO_STALE', 'There is nothing to snooze any more.');
  for (const episode of open) {
    putEpisode(draft, { ...episode, snoozedUntil: until, acknowledgedBy: null });
    emit(draft, { type: 'escalation.snoozed', key: episode.key, by, until });
  }
}

export function handOver(draft: Draft, to: Actor, by: Actor): void {
  const { session } = draft.snapshot;
  if (session.owner.subject === to.subject)
    return refuse(draft, 'AO_STATE', `${session.id} belongs to ${to.name} already.`);
  setSession(draft, { owner: to });
  emit(draft, { type: 'session.handed_over', by, to });
  if (session.ended === null) askNewOwner(draft, by);
}
