import type { ReactionPolicy } from '../../policy.ts';
import { type Draft, effect, emit, episodeOf, putEpisode, wakeAt } from '../draft.ts';
import { reactionText } from './text.ts';

const TOP_RUNG = 2;

/** Asks a human, once per episode. Quiet hours hold back all but what is urgent. */
export function escalate(draft: Draft, policy: ReactionPolicy, reason: string): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || episode.escalatedAt !== null) return;
  const quiet = policy.priority === 'urgent' ? null : draft.policy.quietUntil(draft.now);
  if (quiet !== null) return wakeAt(draft, 'escalate', policy.key, quiet);
  putEpisode(draft, { ...episode, escalatedAt: draft.now, rung: 0, rungAt: draft.now });
  raise(draft, policy, 0, reason);
}

function raise(draft: Draft, policy: ReactionPolicy, rung: number, reason: string): void {
  const { session } = draft.snapshot;
  const text = reactionText(draft, policy);
  emit(draft, { type: 'escalation.raised', key: policy.key, reason, text, rung, to: session.owner });
  const priority = rung >= TOP_RUNG ? 'urgent' : policy.priority;
  const count = episodeOf(draft, policy.key)?.startedAt ?? draft.now;
  effect(draft, { type: 'notify', key: `${policy.key}-${count}-rung${rung}`, priority, text: `${reason}. ${text}` });
}

/** Nobody took it within `ackTimeout`: the next rung. */
export function climb(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  if (episode === undefined || episode.escalatedAt === null || episode.acknowledgedBy !== null || episode.rung >= TOP_RUNG) return;
  const base = Math.max(episode.rungAt ?? episode.escalatedAt, episode.snoozedUntil ?? 0);
  const due = base + draft.policy.ackTimeout;
  if (due > draft.now) return wakeAt(draft, 'acknowledge', policy.key, due);
  const quiet = policy.priority === 'urgent' ? null : draft.policy.quietUntil(draft.now);
  if (quiet !== null) return wakeAt(draft, 'acknowledge', policy.key, quiet);
  const rung = episode.rung + 1;
  putEpisode(draft, { ...episode, rung, rungAt: draft.now });
  raise(draft, policy, rung, `nobody has taken ${policy.key} yet`);
  if (rung < TOP_RUNG) wakeAt(draft, 'acknowledge', policy.key, draft.now + draft.policy.ackTimeout);
}
