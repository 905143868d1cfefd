import type { PullRequestFact } from '../facts.ts';
import type { Actor } from '../ids.ts';
import { gate } from '../merge-gate.ts';
import { type Draft, effect, emit, setSession } from './draft.ts';

/** Asks for the merge of exactly this commit. The gate is looked at again on fresh data before anything happens. */
export function startMerge(draft: Draft, pr: string, sha: string, method: 'squash' | 'merge' | 'rebase', by: Actor): void {
  const failure = draft.snapshot.session.mergeFailure;
  const attempt = failure?.sha === sha ? failure.attempts + 1 : 1;
  setSession(draft, { merging: { sha, by, at: draft.now } });
  effect(draft, { type: 'merge_pr', pr, sha, method, by, attempt, nonce: draft.now });
  emit(draft, { type: 'merge.started', pr, sha, by });
}

/** What the merge still waits for, as things are known now; empty: nothing. */
export const gateWaits = (draft: Draft, pr: PullRequestFact): readonly string[] =>
  gate({ pr, merge: draft.policy.merge, settle: draft.policy.settle, episodes: draft.snapshot.episodes, now: draft.now });

/** `unknown`: it would be open if what is not known yet turned out well. */
export function gateOf(draft: Draft, pr: PullRequestFact): 'open' | 'closed' | 'unknown' {
  if (gateWaits(draft, pr).length === 0) return 'open';
  const hopeful: PullRequestFact = {
    ...pr,
    mergeability: pr.mergeability === 'unknown' ? 'clean' : pr.mergeability,
    checks: pr.checks.state === 'unknown' && pr.checks.sha === pr.headSha ? { ...pr.checks, state: 'passing' } : pr.checks,
  };
  return gateWaits(draft, hopeful).length === 0 ? 'unknown' : 'closed';
}
