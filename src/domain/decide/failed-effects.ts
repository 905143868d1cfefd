import type { Effect } from '../session/effect.ts';
import { failureMark } from '../session/episode-marks.ts';
import { type Actor, AO } from '../session/ids.ts';
import { shortSha } from '../session/pr.ts';
import { type Draft, effect, emit, episodeOf, putEpisode, setSession } from './draft.ts';
import { end } from './ending.ts';
import { requestFailed } from './requests.ts';
import { steerFailed } from './steers.ts';

export function effectFailed(draft: Draft, failed: Effect, reason: string, code: string): void {
  switch (failed.type) {
    case 'create_workspace':
    case 'write_handover':
      return end(draft, 'errored', AO, reason);
    case 'start_runtime':
      if (failed.launch === draft.snapshot.session.launches) end(draft, 'errored', AO, reason);
      return;
    case 'deliver_steer':
      return steerFailed(draft, failed.steer, reason);
    case 'answer_request':
      return requestFailed(draft, failed.request, reason);
    case 'merge_pr':
      return mergeFailed(draft, failed, reason, code);
    case 'remove_workspace':
      return removalFailed(draft, reason);
    case 'restore_workspace':
      emit(draft, { type: 'effect.failed', effect: failed.type, reason });
      return end(draft, 'errored', AO, reason);
    case 'read_pr_details':
      return; // The ladder goes on without an excerpt after its settle window.
    case 'reply_thread':
    case 'mark_ready':
    case 'ask_review_again':
    case 'resolve_threads':
      return emit(draft, { type: 'effect.failed', effect: failed.type, reason });
    case 'rerun_checks':
    case 'update_branch':
      markFailure(
        draft,
        failed.type === 'rerun_checks' ? 'ci-failed' : 'branch-behind',
        failed.sha,
      );
      return emit(draft, { type: 'effect.failed', effect: failed.type, reason });
    case 'interrupt_agent':
    case 'kill_runtime':
    case 'refresh_pr':
    case 'update_issue':
    case 'notify':
    case 'spawn_session':
      return emit(draft, { type: 'effect.failed', effect: failed.type, reason });
  }
}

/** The workspace is still there: said so, so that somebody can look. Nothing was lost. */
function removalFailed(draft: Draft, reason: string): void {
  const workspace = draft.snapshot.session.workspace;
  if (workspace?.state === 'removing')
    setSession(draft, { workspace: { ...workspace, state: 'present' } });
  emit(draft, { type: 'effect.failed', effect: 'remove_workspace', reason });
}

/** The reaction that asked for it goes on without it. */
function markFailure(draft: Draft, key: string, sha: string): void {
  const episode = episodeOf(draft, key);
  if (episode?.open) putEpisode(draft, { ...episode, marks: [...episode.marks, failureMark(sha)] });
}

/** Why a merge that was asked for isn't wanted any more; trying the same again is no use. */
const worldMoved = (code: string): boolean =>
  code === 'AO_SCM_HEAD_MOVED' ||
  code === 'AO_SCM_BASE_CHANGED' ||
  code === 'AO_GATE_CLOSED' ||
  code === 'AO_MERGE_POLICY';

const MERGE_BACKOFF = [60_000, 300_000, 900_000] as const;

function mergeFailed(
  draft: Draft,
  failed: Effect & { type: 'merge_pr' },
  reason: string,
  code: string,
): void {
  const { session } = draft.snapshot;
  setSession(draft, { merging: null });
  if (session.ended !== null) return;
  effect(draft, {
    type: 'refresh_pr',
    pr: failed.pr,
    nonce: `merge-${shortSha(failed.sha)}-${failed.nonce}`,
  });
  if (worldMoved(code)) {
    // Not a failure of the merge: the world moved on, and the new state speaks for itself, also where an earlier try did fail.
    setSession(draft, { mergeFailure: null });
    emit(draft, { type: 'merge.failed', pr: failed.pr, sha: failed.sha, reason, retryAt: null });
    return;
  }
  parkMerge(draft, failed, reason);
}

/** Tried again after a while, each time later; then a person is asked. */
export function parkMerge(
  draft: Draft,
  failed: { readonly pr: string; readonly sha: string; readonly by: Actor },
  reason: string,
): void {
  const { session } = draft.snapshot;
  const attempts =
    (session.mergeFailure?.sha === failed.sha ? session.mergeFailure.attempts : 0) + 1;
  const retries = draft.policy.reactions['merge-failed']?.retries ?? MERGE_BACKOFF.length;
  const wait = MERGE_BACKOFF[Math.min(attempts, MERGE_BACKOFF.length) - 1] ?? MERGE_BACKOFF[2];
  const retryAt = attempts > retries ? null : draft.now + wait;
  setSession(draft, {
    mergeFailure: { sha: failed.sha, reason, attempts, retryAt, by: failed.by, at: draft.now },
  });
  emit(draft, { type: 'merge.failed', pr: failed.pr, sha: failed.sha, reason, retryAt });
}
