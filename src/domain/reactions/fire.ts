import { type Draft, emit, episodeOf, putEpisode, refuse } from '../decide/draft.ts';
import { tryLimit } from '../decide/try-limit.ts';
import { failureMark, OFFERED } from '../session/episode-marks.ts';
import type { Actor } from '../session/ids.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { openPr } from '../session/pr.ts';
import { withoutDue } from './escalate.ts';
import { mergeFor, type Pressed } from './merge-button.ts';
import { markOffered, offer, offersOnly } from './offer.ts';
import { markReady, perform } from './perform.ts';
import { sendToAgent, TELLS_ONLY } from './tell-agent.ts';

/** Does what the reaction is configured to do, or offers it to a human. */
export function act(draft: Draft, policy: ReactionPolicy, by: Actor): void {
  if (offersOnly(draft, policy)) return offer(draft, policy);
  markOffered(draft, policy.key, false);
  perform(draft, policy, by);
}

/** The scm could not do it: the agent does, once per head. */
export function fallBackToAgent(draft: Draft, policy: ReactionPolicy): void {
  const head = openPr(draft.snapshot)?.headSha ?? '';
  const episode = episodeOf(draft, policy.key);
  if (
    policy.action !== 'update-branch' ||
    !episode?.marks.includes(failureMark(head)) ||
    episode.marks.includes(`told:${head}`)
  )
    return;
  putEpisode(draft, { ...episode, marks: [...episode.marks, `told:${head}`] });
  sendToAgent(draft, policy);
}

/** A human pressed the button of an offered or escalated reaction. Counts as a fresh start. */
export function runReaction(draft: Draft, pressed: Pressed, by: Actor): void {
  const { key } = pressed;
  const policy = draft.policy.reactions[key];
  const episode = episodeOf(draft, key);
  // Before the agent is done nothing is offered, and a person may still want it.
  if (key === 'draft-done' && openPr(draft.snapshot)?.draft) return markReady(draft, by);
  if (key === 'agent-limited' && draft.snapshot.facts.activity?.state === 'limited')
    return tryLimit(draft, by);
  if (policy === undefined || episode === undefined || !episode.open)
    return refuse(draft, 'AO_STALE', `${key} has ended; there is nothing left to do.`);
  putEpisode(draft, {
    ...episode,
    attempts: 1,
    sends: 1,
    lastAt: draft.now,
    escalatedAt: null,
    rung: 0,
    rungAt: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    marks: withoutDue(episode.marks).filter((mark) => mark !== OFFERED),
  });
  const action = TELLS_ONLY.has(policy.action) ? fallbackAction(key) : policy.action;
  if (action === 'merge') return mergeFor(draft, by, pressed);
  perform(draft, { ...policy, action }, by);
}

/** What Retry means for a reaction that only tells people. */
function fallbackAction(key: string): ReactionPolicy['action'] {
  if (key === 'agent-exited' || key === 'pr-closed') return 'resume';
  if (key === 'checks-not-run') return 'rerun-checks';
  if (key === 'gate-waits') return 'none';
  return key === 'approved-and-green' || key === 'merge-failed' ? 'merge' : 'send-to-agent';
}

export function endReaction(draft: Draft, key: string): void {
  const episode = episodeOf(draft, key);
  if (!episode?.open) return;
  putEpisode(draft, { ...episode, open: false });
  emit(draft, { type: 'reaction.ended', key, attempts: episode.attempts });
}
