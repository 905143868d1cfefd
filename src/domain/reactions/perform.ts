import {
  addSteer,
  type Draft,
  effect,
  emit,
  episodeOf,
  newSteer,
  putEpisode,
  refuse,
} from '../decide/draft.ts';
import { end } from '../decide/ending.ts';
import { launch } from '../decide/launch.ts';
import { gateWaits, startMerge, waitsForPeople } from '../decide/merge.ts';
import { withoutFailure } from '../session/episode-marks.ts';
import { type Actor, AO } from '../session/ids.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { openPr, redChecks } from '../session/pr.ts';
import { escalate } from './escalate.ts';
import { offer } from './offer.ts';
import { reactionWords } from './reaction-words.ts';
import { isToldElsewhere } from './readiness-conditions.ts';
import { fired, sendToAgent, tellProblem } from './tell-agent.ts';
import { agentText, reactionText } from './text.ts';

export function perform(draft: Draft, policy: ReactionPolicy, by: Actor): void {
  switch (policy.action) {
    case 'send-to-agent':
      return sendToAgent(draft, policy);
    case 'notify':
      return notify(draft, policy);
    case 'escalate':
      tellProblem(draft, policy, false);
      // The same cause in another session of the project: people were asked there.
      if (policy.key === 'checks-not-run' && isToldElsewhere(draft)) return;
      return escalate(draft, policy, reactionWords(policy.key));
    case 'merge':
      return merge(draft, policy);
    case 'rerun-checks':
      return rerun(draft, by);
    case 'update-branch':
      return updateBranch(draft, policy);
    case 'mark-ready':
      return markReady(draft, by);
    case 'resume':
      return resume(draft, policy, by);
    case 'kill':
      return end(draft, 'killed', AO, `reaction ${policy.key}`);
    case 'spawn':
      return effect(draft, {
        type: 'spawn_session',
        key: `${policy.key}-${draft.now}-${episodeOf(draft, policy.key)?.attempts ?? 1}`,
        prompt: agentText(draft, policy),
      });
    case 'park':
      return park(draft, policy);
    case 'none':
      return;
  }
}

export function markReady(draft: Draft, by: Actor): void {
  const pr = openPr(draft.snapshot);
  if (pr?.draft)
    effect(draft, { type: 'mark_ready', pr: pr.key, sha: pr.headSha, by, nonce: draft.now });
}

function notify(draft: Draft, policy: ReactionPolicy): void {
  const pr = openPr(draft.snapshot);
  const text = reactionText(draft, policy);
  if (policy.key === 'approved-and-green' && pr !== null)
    emit(draft, { type: 'merge.ready', pr: pr.key, sha: pr.headSha });
  emit(draft, fired(draft, policy));
  const key = `${policy.key}-${draft.now}-${episodeOf(draft, policy.key)?.attempts ?? 1}`;
  effect(draft, {
    type: 'notify',
    key,
    reaction: policy.key,
    rung: null,
    priority: policy.priority,
    text,
  });
}

/** By itself: where the policy asks for people, they are asked with the card. */
function merge(draft: Draft, policy: ReactionPolicy): void {
  const pr = openPr(draft.snapshot);
  if (pr === null || gateWaits(draft, pr).length > 0) return;
  if (policy.key === 'approved-and-green')
    emit(draft, { type: 'merge.ready', pr: pr.key, sha: pr.headSha });
  if (waitsForPeople(draft, pr).length > 0) return;
  startMerge(draft, pr, draft.policy.merge.method, AO);
}

function rerun(draft: Draft, by: Actor): void {
  const pr = openPr(draft.snapshot);
  if (pr === null) return;
  effect(draft, { type: 'rerun_checks', pr: pr.key, sha: pr.headSha, attempt: draft.now });
  emit(draft, {
    type: 'checks.rerun',
    pr: pr.key,
    sha: pr.headSha,
    names: redChecks(pr.checks).map((check) => check.name),
    by,
  });
}

function updateBranch(draft: Draft, policy: ReactionPolicy): void {
  const pr = openPr(draft.snapshot);
  if (pr === null) return;
  if (!draft.policy.scm.updateBranch) return sendToAgent(draft, policy);
  const episode = episodeOf(draft, policy.key);
  if (episode !== undefined)
    putEpisode(draft, { ...episode, marks: withoutFailure(episode, pr.headSha) });
  effect(draft, { type: 'update_branch', pr: pr.key, sha: pr.headSha, nonce: draft.now });
  emit(draft, fired(draft, policy));
}

/** The agent's process ended: once it is resumed by itself; after that a human decides. */
function resume(draft: Draft, policy: ReactionPolicy, by: Actor): void {
  const alone = policy.key === 'agent-exited' && by.via === 'system';
  if (alone && draft.policy.resume === 'never') return giveUp(draft, policy);
  if (alone && draft.policy.resume === 'ask') return offer(draft, policy);
  const { session, facts } = draft.snapshot;
  // A second process beside the one that runs would be nobody's.
  if (facts.runtime?.state === 'alive' || facts.runtime?.state === 'starting')
    return policy.key === 'agent-exited'
      ? refuse(draft, 'AO_STALE', `The agent of ${session.id} runs again already.`)
      : sendToAgent(draft, policy);
  emit(draft, fired(draft, policy));
  startAgain(draft, policy);
}

/** What was typed and not taken goes out again after it. */
export function startAgain(draft: Draft, policy: ReactionPolicy): void {
  const launches = draft.snapshot.session.launches + 1;
  addSteer(draft, {
    ...newSteer(`resume-${launches}`, 'resume', AO, agentText(draft, policy), draft.now),
  });
  launch(draft, true);
}

/** Its runtime is lost and was not resumed. The workspace stays, Restore brings it back. */
export function giveUp(draft: Draft, policy: ReactionPolicy): void {
  const { runtime } = draft.snapshot.facts;
  escalate(draft, policy, reactionWords(policy.key));
  const failed =
    runtime?.exitCode !== null && runtime?.exitCode !== undefined && runtime.exitCode !== 0;
  end(
    draft,
    failed ? 'errored' : 'terminated',
    AO,
    failed
      ? `The agent ended with code ${runtime.exitCode}.`
      : 'The agent is gone and was not resumed.',
  );
}

/** Waits for a reset or a retry; the timers do the rest. */
function park(draft: Draft, policy: ReactionPolicy): void {
  emit(draft, fired(draft, policy));
}
