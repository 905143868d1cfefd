import { type Draft, emit, episodeOf, putEpisode } from '../decide/draft.ts';
import { isOffered, OFFERED } from '../session/episode-marks.ts';
import type { OfferReason } from '../session/event.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { headRepository, openPr } from '../session/pr.ts';
import { isOfTheBranch } from './reaction-traits.ts';
import { TELLS_ONLY, tellProblem } from './tell-agent.ts';
import { reactionText } from './text.ts';

/** While it is offered it is people's turn. */
export function markOffered(draft: Draft, key: string, offered: boolean): void {
  const episode = episodeOf(draft, key);
  if (episode === undefined || isOffered(episode) === offered) return;
  putEpisode(draft, {
    ...episode,
    marks: offered ? [...episode.marks, OFFERED] : episode.marks.filter((mark) => mark !== OFFERED),
  });
}

export function offersOnly(draft: Draft, policy: ReactionPolicy): boolean {
  // Without `auto` nothing is done now either; what waits is the end of the limit, which asks people itself.
  if (policy.action === 'none' || policy.key === 'agent-limited') return false;
  return !policy.auto || withheld(draft, policy) !== null;
}

/** What makes a reaction wait for a click whatever its policy says. */
function withheld(draft: Draft, policy: ReactionPolicy): OfferReason | null {
  const pr = openPr(draft.snapshot);
  if (pr === null || !isOfTheBranch(policy.key) || TELLS_ONLY.has(policy.action)) return null;
  // Logs from a fork are somebody else's text: a human looks first.
  if (policy.key === 'ci-failed' && pr.foreign) return { type: 'fork', from: headRepository(pr) };
  return pr.readOnly === undefined ? null : { type: 'read-only', why: pr.readOnly };
}

export function offer(draft: Draft, policy: ReactionPolicy): void {
  markOffered(draft, policy.key, true);
  tellProblem(draft, policy, false);
  const because = withheld(draft, policy);
  emit(draft, {
    type: 'reaction.offered',
    key: policy.key,
    action: policy.action,
    text: reactionText(draft, policy),
    ...(because === null ? {} : { because }),
  });
}
