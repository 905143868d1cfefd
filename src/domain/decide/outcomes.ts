import type { Effect, Outcome } from '../session/effect.ts';
import { type Actor, AO } from '../session/ids.ts';
import { shortSha } from '../session/pr.ts';
import { type EndCause, failureMark } from '../session/session.ts';
import {
  type Draft,
  effect,
  emit,
  episodeOf,
  putEpisode,
  setFacts,
  setSession,
  setSteer,
} from './draft.ts';
import { conversationLost, handoverWritten } from './handover.ts';
import { issueEnds } from './issue.ts';
import { launch } from './launch.ts';
import { requestAnswered, requestFailed } from './requests.ts';
import { effectRetried, retryOver } from './retries.ts';
import { cutOffSteers, handedOver, steerDeferred, steerFailed, steerTyped } from './steers.ts';
import { threadReplied, threadsResolved } from './threads.ts';

/** What came of an effect. */
export function applyOutcome(draft: Draft, done: Effect, outcome: Outcome): void {
  if (outcome.type !== 'retried') retryOver(draft, done);
  switch (outcome.type) {
    case 'retried':
      return effectRetried(draft, done, outcome);
    case 'workspace_created':
      return workspaceCreated(draft, outcome);
    case 'workspace_removed':
      return workspaceRemoved(draft, outcome);
    case 'workspace_restored':
      return workspaceRestored(draft, outcome);
    case 'runtime_started':
      return runtimeStarted(draft, outcome, done);
    case 'runtime_killed':
      if (outcome.launch === draft.snapshot.session.launches) setFacts(draft, { runtime: null });
      return;
    case 'conversation_lost':
      return outcome.launch === draft.snapshot.session.launches
        ? conversationLost(draft)
        : undefined;
    case 'handover_written':
      return handoverWritten(draft, outcome.handover, outcome.text);
    case 'steer_typed':
      return steerTyped(draft, outcome);
    case 'steer_deferred':
      return steerDeferred(draft, outcome.steer, outcome.reason, outcome.inDoubt);
    case 'request_answered':
      return requestAnswered(draft, outcome.request);
    case 'merged':
      return merged(draft, outcome);
    case 'failed':
      return effectFailed(draft, done, outcome.reason, outcome.code);
    case 'enqueued':
      return enqueued(draft, outcome);
    case 'thread_replied':
      return threadReplied(draft, done);
    case 'threads_resolved':
      if (done.type === 'resolve_threads') threadsResolved(draft, done, outcome.threads);
      return;
    case 'interrupted':
    case 'checks_rerun':
    case 'branch_updated':
    case 'done':
      return;
  }
}

function workspaceCreated(draft: Draft, outcome: Outcome & { type: 'workspace_created' }): void {
  const { session } = draft.snapshot;
  setSession(draft, {
    // Another one where the wanted name was taken.
    branch: outcome.branch,
    workspace: {
      path: outcome.path,
      branch: outcome.branch,
      baseSha: outcome.baseSha,
      state: 'present',
      snapshotRef: null,
    },
  });
  emit(draft, {
    type: 'workspace.created',
    path: outcome.path,
    tookMs: outcome.tookMs,
    ...(outcome.notes === undefined ? {} : { notes: outcome.notes }),
  });
  if (session.ended !== null && cleansUp(draft, session.ended.cause))
    return removeWorkspace(draft, false);
  if (session.stage === 'preparing' && session.paused === null) launch(draft, false);
}

function runtimeStarted(
  draft: Draft,
  outcome: Outcome & { type: 'runtime_started' },
  done: Effect,
): void {
  const { session, facts, steers } = draft.snapshot;
  if (outcome.launch !== session.launches) return;
  if (facts.runtime === null || facts.runtime.state === 'starting') {
    setFacts(draft, {
      runtime: {
        state: 'alive',
        exitCode: null,
        pid: outcome.pid,
        handle: outcome.handle,
        at: draft.now,
      },
    });
  }
  const { agentSession, program } = outcome;
  setSession(draft, { agentSession: agentSession ?? session.agentSession, program });
  emit(draft, {
    type: 'runtime.started',
    launch: outcome.launch,
    resumed: done.type === 'start_runtime' && done.resume,
  });
  const task = steers.find(
    (steer) => steer.kind === 'task' && (steer.state === 'queued' || steer.state === 'typing'),
  );
  if (!outcome.promptIncluded || task === undefined || session.ended !== null) return;
  // It counts as a try: the next one looks first whether the agent took it from its command line.
  setSteer(draft, task.id, { attempts: Math.max(1, task.attempts) });
  handedOver(draft, task.id);
}

function workspaceRemoved(
  draft: Draft,
  { snapshotRef, notes }: Outcome & { type: 'workspace_removed' },
): void {
  const workspace = draft.snapshot.session.workspace;
  if (workspace === null) return;
  setSession(draft, {
    workspace: {
      ...workspace,
      state: 'removed',
      snapshotRef: snapshotRef ?? workspace.snapshotRef,
    },
  });
  emit(draft, {
    type: 'workspace.removed',
    snapshotRef,
    ...(notes === undefined ? {} : { notes }),
  });
}

function workspaceRestored(
  draft: Draft,
  { path, notes }: Outcome & { type: 'workspace_restored' },
): void {
  const workspace = draft.snapshot.session.workspace;
  if (workspace === null) return;
  setSession(draft, { workspace: { ...workspace, path, state: 'present' } });
  emit(draft, {
    type: 'workspace.restored',
    path,
    ...(notes === undefined ? {} : { notes }),
  });
  const { session } = draft.snapshot;
  if (session.stage === 'preparing' && session.paused === null)
    launch(draft, session.startedAt !== null);
}

function merged(draft: Draft, outcome: Outcome & { type: 'merged' }): void {
  const { merging } = draft.snapshot.session;
  setSession(draft, { merging: null });
  const pr = draft.snapshot.prs.find((candidate) => candidate.key === outcome.pr);
  if (pr === undefined) return;
  const by = pr.mergedBy ?? outcome.by;
  draft.snapshot = {
    ...draft.snapshot,
    prs: draft.snapshot.prs.map((other) =>
      other.key === pr.key
        ? {
            ...other,
            state: 'merged' as const,
            mergeSha: outcome.mergeSha,
            mergedBy: by,
            at: draft.now,
          }
        : other,
    ),
  };
  if (pr.state === 'merged') return;
  emit(draft, {
    type: 'pr.merged',
    pr: pr.key,
    mergeSha: outcome.mergeSha,
    by: outcome.by,
    base: pr.base,
    ...(outcome.note === undefined ? {} : { note: outcome.note }),
  });
  if (draft.snapshot.prs.some((other) => other.state === 'open')) return;
  // Whoever asked for it, not ao, is named on the card.
  const actor: Actor = merging?.by ?? { ...AO, name: outcome.by };
  end(draft, 'merged', actor, null);
}

/** Not merged yet: the forge does it. It is followed until it is merged, leaves the queue, or gets another head. */
function enqueued(draft: Draft, outcome: Outcome & { type: 'enqueued' }): void {
  const { merging } = draft.snapshot.session;
  if (merging?.sha === outcome.sha)
    setSession(draft, { merging: { ...merging, queued: true, at: draft.now } });
  emit(draft, {
    type: 'merge.queued',
    pr: outcome.pr,
    sha: outcome.sha,
    note: outcome.note ?? null,
  });
  effect(draft, { type: 'refresh_pr', pr: outcome.pr, nonce: `queued-${draft.now}` });
}

/** First cause wins. Ends the runtime and, as configured, removes the workspace (snapshot first). */
export function end(draft: Draft, cause: EndCause, by: Actor, reason: string | null): void {
  const { session } = draft.snapshot;
  if (session.ended !== null) return;
  setSession(draft, {
    stage: 'ended',
    ended: { cause, by, reason, at: draft.now },
    paused: null,
    merging: null,
    retries: [],
  });
  emit(draft, { type: 'session.ended', cause, by, reason });
  draft.cancel.push(
    'create_workspace',
    'write_handover',
    'start_runtime',
    'deliver_steer',
    'interrupt_agent',
    'answer_request',
    'merge_pr',
    'rerun_checks',
    'mark_ready',
    'ask_review_again',
    'update_branch',
    'restore_workspace',
  );
  cutOffSteers(draft);
  draft.snapshot = {
    ...draft.snapshot,
    episodes: draft.snapshot.episodes.map((episode) => ({ ...episode, open: false })),
    requests: draft.snapshot.requests.map((request) =>
      request.answer === null || request.answer.state === 'sending'
        ? {
            ...request,
            answer: {
              option: null,
              text: 'The session ended.',
              by,
              where: 'chat' as const,
              state: 'failed' as const,
              at: draft.now,
            },
          }
        : request,
    ),
  };
  if (session.launches > 0)
    effect(draft, {
      type: 'kill_runtime',
      launch: session.launches,
      handle: draft.snapshot.facts.runtime?.handle ?? null,
    });
  issueEnds(draft, cause);
  if (cleansUp(draft, cause))
    removeWorkspace(draft, cause === 'merged' && draft.policy.merge.deleteBranch);
}

/** Work of a session that failed stays where it is: somebody may want to look at it. */
function cleansUp(draft: Draft, cause: EndCause): boolean {
  if (draft.policy.keepWorkspace || cause === 'errored' || cause === 'terminated') return false;
  return cause !== 'merged' || draft.policy.autoCleanupOnMerge;
}

function removeWorkspace(draft: Draft, deleteBranch: boolean): void {
  const { workspace, workspaceRounds } = draft.snapshot.session;
  if (workspace === null || workspace.state !== 'present') return;
  setSession(draft, {
    workspace: { ...workspace, state: 'removing' },
    workspaceRounds: workspaceRounds + 1,
  });
  effect(draft, { type: 'remove_workspace', deleteBranch, round: workspaceRounds + 1 });
}

function effectFailed(draft: Draft, failed: Effect, reason: string, code: string): void {
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
