import { usedOf } from '../../money/budget.ts';
import { startAgain } from '../../reactions/perform.ts';
import { isReview } from '../../reactions/review-conditions.ts';
import type { Actor } from '../../session/ids.ts';
import type { Command } from '../../session/input.ts';
import type { Snapshot } from '../../session/session.ts';
import {
  addSteer,
  type Draft,
  effect,
  emit,
  newSteer,
  refuse,
  setFacts,
  setSession,
  setSteer,
} from '../draft.ts';
import { issueBegins } from '../issue.ts';
import { launch } from '../launch.ts';
import { isOverBudget } from '../over-budget.ts';
import { goOn, holdForBudget } from '../pause.ts';
import { SESSION_ENDED } from '../steers.ts';
import { tryLimit } from '../try-limit.ts';
import { AGAIN, notEnded } from './guards.ts';

export function admit(draft: Draft): void {
  const { stage, workspace, launches } = draft.snapshot.session;
  if (stage !== 'queued') return;
  emit(draft, { type: 'session.admitted' });
  if (workspace?.state === 'present' && launches > 0) {
    setSession(draft, { queue: null });
    return resumeWhereItStopped(draft);
  }
  setSession(draft, { stage: 'preparing', queue: null, admittedAt: draft.now });
  issueBegins(draft);
  effect(draft, { type: 'create_workspace', round: draft.snapshot.session.workspaceRounds });
}

function resumeWhereItStopped(draft: Draft): void {
  const policy = draft.policy.reactions['agent-exited'];
  if (policy === undefined) launch(draft, true);
  else startAgain(draft, policy);
}

export function requeue(draft: Draft, reason: string): void {
  const { session } = draft.snapshot;
  // Where a person decides on the resumption, there is nothing that would wait for room.
  if (session.ended !== null || session.stage === 'queued' || draft.policy.resume !== 'auto')
    return;
  setSession(draft, { stage: 'queued' });
  emit(draft, { type: 'session.queued', reason });
}

/** Told once; that the place changes is seen on the card. */
export function wait(draft: Draft, { position, reason }: Command & { type: 'wait' }): void {
  const { stage, queue, ended } = draft.snapshot.session;
  if (
    stage !== 'queued' ||
    ended !== null ||
    (queue?.position === position && queue.reason === reason)
  )
    return;
  setSession(draft, { queue: { position, reason } });
  if (queue == null) emit(draft, { type: 'session.queued', reason });
}

/** Undo and Restore: the workspace comes back as it was, then the agent continues its own conversation. */
export function bringBack(
  draft: Draft,
  by: Actor,
  message: string | null,
  type: 'session.undone' | 'session.restored',
): void {
  const { session } = draft.snapshot;
  if (session.ended === null)
    return refuse(
      draft,
      'AO_STATE',
      `${session.id} has not ended; there is nothing to bring back.`,
    );
  if (session.ended.cause === 'merged')
    return refuse(
      draft,
      'AO_STATE',
      `${session.id} was merged. Spawn a new session for more work.`,
    );
  if (undoExpired(draft.snapshot, draft.policy.undoDays, draft.now)) {
    return refuse(
      draft,
      'AO_STATE',
      `The snapshot of ${session.id} was kept for ${draft.policy.undoDays} days and is gone. The branch may still be there.`,
    );
  }
  const round = session.workspaceRounds + 1;
  setSession(draft, {
    ended: null,
    stage: session.workspace === null ? 'queued' : 'preparing',
    workspaceRounds: round,
    paused: null,
    mergeFailure: null,
  });
  emit(draft, { type, by });
  revive(draft);
  if (message !== null)
    addSteer(draft, newSteer(`restore-${draft.now}-${round}`, 'human', by, message, draft.now));
  if (session.workspace === null) return;
  issueBegins(draft);
  if (session.workspace.state === 'present')
    return isOverBudget(draft) ? holdForBudget(draft) : launch(draft, session.startedAt !== null);
  draft.cancel.push('remove_workspace');
  setFacts(draft, { runtime: null });
  effect(draft, { type: 'restore_workspace', round });
}

/** What the end cut off goes out again; other reactions look at the world anew, but a review comment is told only once. */
function revive(draft: Draft): void {
  for (const steer of draft.snapshot.steers) {
    const cutOff = steer.state === 'failed' && steer.reason === SESSION_ENDED;
    const lost =
      steer.kind === 'task' ||
      steer.kind === 'human' ||
      (steer.reaction !== null && isReview(steer.reaction));
    if (lost && (cutOff || (steer.kind === 'task' && steer.state === 'failed')))
      setSteer(draft, steer.id, AGAIN);
  }
}

export const undoExpired = (snapshot: Snapshot, undoDays: number, now: number): boolean => {
  const { ended, workspace } = snapshot.session;
  if (ended === null || workspace === null || workspace.state === 'present') return false;
  return now - ended.at > undoDays * 86_400_000;
};

export function pause(draft: Draft, reason: string, by: Actor): void {
  notEnded(draft, () => {
    const { paused } = draft.snapshot.session;
    // What ao itself waits for may have become something else.
    if (paused !== null && !(by.via === 'system' && paused.by.via === 'system'))
      return refuse(draft, 'AO_STATE', `${paused.by.name} paused it already.`);
    setSession(draft, { paused: { by, reason, at: draft.now } });
    emit(draft, { type: 'session.paused', by, reason });
  });
}

export function resume(draft: Draft, by: Actor): void {
  notEnded(draft, () => {
    const { session, facts } = draft.snapshot;
    if (facts.budget !== null && isOverBudget(draft)) {
      const { label } = facts.budget;
      return refuse(
        draft,
        'AO_STATE',
        `${label[0]?.toUpperCase()}${label.slice(1)} is used up: ${usedOf(facts.budget)}. Raise it, or stop ${session.id}.`,
      );
    }
    if (session.paused !== null) return goOn(draft, by);
    if (facts.runtime?.state === 'exited' || facts.runtime?.state === 'gone')
      return launch(draft, true);
    if (facts.activity?.state === 'limited') return tryLimit(draft, by);
    refuse(draft, 'AO_STATE', `${session.id} is not paused.`);
  });
}
