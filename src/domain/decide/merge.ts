import type { Actor } from '../ids.ts';
import { type Draft, effect, emit, setSession } from './draft.ts';

/** Asks for the merge of exactly this commit. The gate is looked at again on fresh data before anything happens. */
export function startMerge(draft: Draft, pr: string, sha: string, method: 'squash' | 'merge' | 'rebase', by: Actor): void {
  const failure = draft.snapshot.session.mergeFailure;
  const attempt = failure?.sha === sha ? failure.attempts + 1 : 1;
  setSession(draft, { merging: { sha, by, at: draft.now } });
  effect(draft, { type: 'merge_pr', pr, sha, method, by, attempt, nonce: draft.now });
  emit(draft, { type: 'merge.started', pr, sha, by });
}
