import { usedOf } from '../money/budget.ts';
import { askNewOwner } from '../reactions/escalate.ts';
import { runReaction, startAgain } from '../reactions/fire.ts';
import { isReview } from '../reactions/review-conditions.ts';
import type { Actor } from '../session/ids.ts';
import type { Command } from '../session/input.ts';
import { openPr, shortSha } from '../session/pr.ts';
import type { Snapshot, Steer } from '../session/session.ts';
import {
  addSteer,
  type Draft,
  effect,
  emit,
  episodeOf,
  newSteer,
  putEpisode,
  refuse,
  setFacts,
  setSession,
  setSteer,
  steerOf,
} from './draft.ts';
import { changeAgent } from './handover.ts';
import { issueBegins } from './issue.ts';
import { launch } from './launch.ts';
import { approveMerge } from './merge.ts';
import { end } from './outcomes.ts';
import { isOverBudget } from './over-budget.ts';
import { goOn, holdForBudget } from './pause.ts';
import { answerRequest, requestOf } from './requests.ts';
import { SESSION_ENDED } from './steers.ts';
import { replyToThread, resolveThreads } from './threads.ts';
import { tryLimit } from './try-limit.ts';

/** What somebody asked for. Refusals are sentences for that person; nothing changes then. */
export function applyCommand(draft: Draft, command: Command, by: Actor): void {
  draft.because = `${command.type} by ${by.name}`;
  switch (command.type) {
    case 'admit':
      return admit(draft);
    case 'requeue':
      return requeue(draft, command.reason);
    case 'wait':
      return wait(draft, command);
    case 'send':
      return send(draft, command, by);
    case 'edit_steer':
      return whileQueued(draft, command.steer, (steer) => {
        setSteer(draft, steer.id, { text: command.text });
        emit(draft, { type: 'steer.edited', steer: steer.id, by });
      });
    case 'remove_steer':
      return removeSteer(draft, command.steer, by);
    case 'retry_steer':
      return retrySteer(draft, command.steer);
    case 'send_now':
      return whileQueued(draft, command.steer, (steer) => {
        setSteer(draft, steer.id, {
          urgent: true,
          notBefore: null,
          ...(steer.state === 'failed' ? AGAIN : {}),
        });
        if (draft.snapshot.facts.activity?.state === 'active')
          interrupt(draft, `now-${steer.id}-${draft.now}`, by);
      });
    case 'answer':
      return answer(draft, command, by);
    case 'interrupt':
      return live(draft, () => interrupt(draft, command.id, by));
    case 'stop':
      return live(draft, () => {
        interrupt(draft, command.id, by);
        setSession(draft, { paused: { by, reason: 'stopped', at: draft.now } });
        emit(draft, { type: 'session.paused', by, reason: 'stopped' });
        // People take escalations; an orchestrator's words do not count as somebody looking after it.
        if (by.via !== 'system' && by.via !== 'agent') acknowledgeAll(draft, by);
      });
    case 'kill':
      return notEnded(draft, () => end(draft, 'killed', by, command.reason));
    case 'done':
      return notEnded(draft, () => end(draft, 'done', by, null));
    case 'undo':
      return bringBack(draft, by, null, 'session.undone');
    case 'restore':
      return bringBack(draft, by, command.message, 'session.restored');
    case 'pause':
      return pause(draft, command.reason, by);
    case 'resume':
      return resume(draft, by);
    case 'merge':
      return merge(draft, command, by);
    case 'rerun':
      return rerun(draft, command.pr, by);
    case 'reply_thread':
      return replyToThread(draft, command, by);
    case 'resolve_thread':
      return resolveThreads(draft, command, by);
    case 'acknowledge':
      return acknowledge(draft, command.key, by);
    case 'snooze':
      return snooze(draft, command.key, command.until, by);
    case 'run_reaction':
      return notEnded(draft, () => runReaction(draft, command, by));
    case 'mute':
      setSession(draft, { muted: command.muted });
      return emit(draft, { type: 'session.muted', by, muted: command.muted });
    case 'hand_over':
      return handOver(draft, command.to, by);
    case 'change_agent':
      return notEnded(draft, () => {
        changeAgent(draft, command, by);
        if (draft.refusal === null) acknowledgeAll(draft, by);
      });
  }
}

function handOver(draft: Draft, to: Actor, by: Actor): void {
  const { session } = draft.snapshot;
  if (session.owner.subject === to.subject)
    return refuse(draft, 'AO_STATE', `${session.id} belongs to ${to.name} already.`);
  setSession(draft, { owner: to });
  emit(draft, { type: 'session.handed_over', by, to });
  if (session.ended === null) askNewOwner(draft, by);
}

function admit(draft: Draft): void {
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

function requeue(draft: Draft, reason: string): void {
  const { session } = draft.snapshot;
  // Where a person decides on the resumption, there is nothing that would wait for room.
  if (session.ended !== null || session.stage === 'queued' || draft.policy.resume !== 'auto')
    return;
  setSession(draft, { stage: 'queued' });
  emit(draft, { type: 'session.queued', reason });
}

/** Told once; that the place changes is seen on the card. */
function wait(draft: Draft, { position, reason }: Command & { type: 'wait' }): void {
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

/** A message that failed begins from nothing. */
const AGAIN = {
  state: 'queued',
  attempts: 0,
  reason: null,
  notBefore: null,
  typedAt: null,
} as const;

const isEnded = (draft: Draft): boolean => draft.snapshot.session.ended !== null;

function notEnded(draft: Draft, act: () => void): void {
  const { session } = draft.snapshot;
  if (session.ended === null) return act();
  refuse(
    draft,
    'AO_STATE',
    `${session.id} has ended (${session.ended.cause}, by ${session.ended.by.name}). Restore brings it back.`,
  );
}

function live(draft: Draft, act: () => void): void {
  const { session, facts } = draft.snapshot;
  if (session.ended !== null) return notEnded(draft, act);
  if (facts.runtime?.state === 'alive') return act();
  refuse(draft, 'AO_STATE', `${session.id} has no running agent now.`);
}

function interrupt(draft: Draft, id: string, by: Actor): void {
  effect(draft, { type: 'interrupt_agent', id });
  emit(draft, { type: 'agent.interrupted', by });
}

function send(draft: Draft, command: Command & { type: 'send' }, by: Actor): void {
  if (steerOf(draft, command.steer) !== undefined) return;
  const { session } = draft.snapshot;
  if (isEnded(draft))
    return refuse(
      draft,
      'AO_STATE',
      `${session.id} has ended. Restore it with this message, or spawn a new session.`,
    );
  addSteer(draft, {
    ...newSteer(command.steer, 'human', by, command.text, draft.now),
    files: command.files,
    urgent: command.urgent,
    source: command.source,
  });
  emit(draft, { type: 'steer.queued', steer: command.steer, by });
  // People take escalations; an orchestrator's words do not count as somebody looking after it.
  if (by.via !== 'system' && by.via !== 'agent') acknowledgeAll(draft, by);
  if (session.paused?.reason === 'stopped')
    isOverBudget(draft) ? holdForBudget(draft) : resume(draft, by);
  if (command.urgent && draft.snapshot.facts.activity?.state === 'active')
    interrupt(draft, `now-${command.steer}`, by);
}

function whileQueued(draft: Draft, id: string, act: (steer: Steer) => void): void {
  const steer = steerOf(draft, id);
  if (steer === undefined) return refuse(draft, 'AO_BAD_REQUEST', 'There is no such message.');
  if (steer.state === 'queued' || steer.state === 'failed') return act(steer);
  refuse(
    draft,
    'AO_STATE',
    steer.state === 'removed'
      ? 'That message was removed already.'
      : 'Too late: the agent has that message.',
  );
}

function removeSteer(draft: Draft, id: string, by: Actor): void {
  whileQueued(draft, id, (steer) => {
    if (steer.kind === 'task')
      return refuse(draft, 'AO_STATE', 'That is the task itself. Kill the session instead.');
    setSteer(draft, steer.id, { state: 'removed' });
    emit(draft, { type: 'steer.removed', steer: steer.id, by });
  });
}

function retrySteer(draft: Draft, id: string): void {
  const steer = steerOf(draft, id);
  if (steer?.state !== 'failed')
    return refuse(draft, 'AO_STATE', 'Only a message that failed can be tried again.');
  notEnded(draft, () => setSteer(draft, id, AGAIN));
}

function answer(draft: Draft, command: Command & { type: 'answer' }, by: Actor): void {
  const request = requestOf(draft, command.request);
  if (request === undefined) return refuse(draft, 'AO_STALE', 'That question is no longer open.');
  if (request.answer !== null) {
    const what = request.answer.option ?? request.answer.text ?? 'answered';
    return refuse(
      draft,
      'AO_STALE',
      `${request.answer.by.name} answered it already: ${optionLabel(request.options, what)}.`,
    );
  }
  if (command.option !== null && !request.options.some((option) => option.id === command.option)) {
    return refuse(
      draft,
      'AO_BAD_REQUEST',
      `There is no such choice. The choices are: ${request.options.map((option) => option.label).join(', ')}.`,
    );
  }
  if (command.option === null && (!request.freeText || (command.text ?? '').trim() === '')) {
    return refuse(
      draft,
      'AO_BAD_REQUEST',
      `Choose one of: ${request.options.map((option) => option.label).join(', ')}.`,
    );
  }
  answerRequest(draft, request.id, command.option, command.text, by);
  acknowledgeAll(draft, by);
}

const optionLabel = (options: ReadonlyArray<{ id: string; label: string }>, id: string): string =>
  options.find((option) => option.id === id)?.label ?? id;

/** Undo and Restore: the workspace comes back as it was, then the agent continues its own conversation. */
function bringBack(
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

function pause(draft: Draft, reason: string, by: Actor): void {
  notEnded(draft, () => {
    const { paused } = draft.snapshot.session;
    // What ao itself waits for may have become something else.
    if (paused !== null && !(by.via === 'system' && paused.by.via === 'system'))
      return refuse(draft, 'AO_STATE', `${paused.by.name} paused it already.`);
    setSession(draft, { paused: { by, reason, at: draft.now } });
    emit(draft, { type: 'session.paused', by, reason });
  });
}

function resume(draft: Draft, by: Actor): void {
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

function merge(draft: Draft, command: Command & { type: 'merge' }, by: Actor): void {
  const { session } = draft.snapshot;
  notEnded(draft, () => {
    const pr = draft.snapshot.prs.find((candidate) => candidate.key === command.pr);
    if (pr === undefined || pr !== openPr(draft.snapshot))
      return refuse(draft, 'AO_NO_PULL_REQUEST', `${session.id} has no open pull request.`);
    if (pr.headSha !== command.sha) {
      return refuse(
        draft,
        'AO_STALE',
        `${session.id} moved on: this button was for ${shortSha(command.sha)}, the head is now ${shortSha(pr.headSha)}. A new card is below.`,
      );
    }
    if (command.base !== undefined && pr.base !== command.base) {
      return refuse(
        draft,
        'AO_STALE',
        `${session.id} moved on: this button was for a merge into ${command.base}, the base is now ${pr.base}. A new card is below.`,
      );
    }
    if (session.merging?.sha === pr.headSha)
      return refuse(draft, 'AO_STALE', mergingText(session.merging));
    approveMerge(draft, pr, {
      method: command.method ?? draft.policy.merge.method,
      by,
      approver: command.approver,
    });
  });
}

const mergingText = ({ by, queued }: NonNullable<Snapshot['session']['merging']>): string =>
  `${by.name} pressed it already; ${queued === true ? 'the forge merges it when its turn comes' : 'the merge is on its way'}.`;

function rerun(draft: Draft, key: string, by: Actor): void {
  notEnded(draft, () => {
    const pr = draft.snapshot.prs.find(
      (candidate) => candidate.key === key && candidate.state === 'open',
    );
    if (pr === undefined)
      return refuse(
        draft,
        'AO_NO_PULL_REQUEST',
        `${draft.snapshot.session.id} has no open pull request.`,
      );
    if (!draft.policy.scm.rerun)
      return refuse(draft, 'AO_UNSUPPORTED', 'This scm cannot run checks again.');
    effect(draft, { type: 'rerun_checks', pr: pr.key, sha: pr.headSha, attempt: draft.now });
    emit(draft, {
      type: 'checks.rerun',
      pr: pr.key,
      sha: pr.headSha,
      names: pr.checks.checks.map((check) => check.name),
      by,
    });
  });
}

function acknowledgeAll(draft: Draft, by: Actor): void {
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

function acknowledge(draft: Draft, key: string | null, by: Actor): void {
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

function snooze(draft: Draft, key: string | null, until: number, by: Actor): void {
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
