import type { Effect, Outcome } from '../session/effect.ts';
import { type Actor, AO } from '../session/ids.ts';
import { type Draft, effect, emit, setFacts, setSession, setSteer } from './draft.ts';
import { cleansUp, end, removeWorkspace } from './ending.ts';
import { effectFailed } from './failed-effects.ts';
import { conversationLost, handoverWritten } from './handover.ts';
import { launch } from './launch.ts';
import { requestAnswered } from './requests.ts';
import { effectRetried, retryOver } from './retries.ts';
import { handedOver, steerDeferred, steerTyped } from './steers.ts';
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
