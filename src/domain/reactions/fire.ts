import {
  addSteer,
  type Draft,
  effect,
  emit,
  episodeOf,
  newSteer,
  putEpisode,
  refuse,
  setSession,
  setSteer,
} from '../decide/draft.ts';
import { launch } from '../decide/launch.ts';
import { gateWaits, startMerge, waitsForPeople } from '../decide/merge.ts';
import { end } from '../decide/outcomes.ts';
import { placesOf, sentMarks } from '../decide/threads.ts';
import { tryLimit } from '../decide/try-limit.ts';
import { notRunWords } from '../merge/check-rule.ts';
import { withTold } from '../merge/review-round.ts';
import { remarksOf } from '../merge/review-threads.ts';
import type { OfferReason } from '../session/event.ts';
import { type Actor, AO } from '../session/ids.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { failingChecks, headRepository, openPr, redChecks } from '../session/pr.ts';
import { failureMark, isOffered, OFFERED, withoutFailure } from '../session/session.ts';

import { escalate, withoutDue } from './escalate.ts';
import { mergeFor, type Pressed } from './merge-button.ts';
import { isOfTheBranch } from './reaction-traits.ts';
import { reactionWords } from './reaction-words.ts';
import { isToldElsewhere } from './readiness-conditions.ts';
import {
  commentMark,
  isReview,
  requestMark,
  unhandled,
  unhandledRequests,
} from './review-conditions.ts';
import { agentText, reactionText } from './text.ts';

/** Does what the reaction is configured to do, or offers it to a human. */
export function act(draft: Draft, policy: ReactionPolicy, by: Actor): void {
  if (offersOnly(draft, policy)) return offer(draft, policy);
  markOffered(draft, policy.key, false);
  perform(draft, policy, by);
}

/** While it is offered it is people's turn. */
function markOffered(draft: Draft, key: string, offered: boolean): void {
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

function offer(draft: Draft, policy: ReactionPolicy): void {
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

/** Only people hear of it. */
const TELLS_ONLY: ReadonlySet<ReactionPolicy['action']> = new Set(['escalate', 'notify', 'park']);

/** What Retry means for a reaction that only tells people. */
function fallbackAction(key: string): ReactionPolicy['action'] {
  if (key === 'agent-exited' || key === 'pr-closed') return 'resume';
  if (key === 'checks-not-run') return 'rerun-checks';
  if (key === 'gate-waits') return 'none';
  return key === 'approved-and-green' || key === 'merge-failed' ? 'merge' : 'send-to-agent';
}

function perform(draft: Draft, policy: ReactionPolicy, by: Actor): void {
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

function markReady(draft: Draft, by: Actor): void {
  const pr = openPr(draft.snapshot);
  if (pr?.draft)
    effect(draft, { type: 'mark_ready', pr: pr.key, sha: pr.headSha, by, nonce: draft.now });
}

/** One queued message per reaction: a newer one replaces what the agent has not read yet. But each review comment is told once. */
function sendToAgent(draft: Draft, policy: ReactionPolicy): void {
  const episode = episodeOf(draft, policy.key);
  for (const steer of draft.snapshot.steers) {
    if (steer.reaction === policy.key && steer.state === 'queued' && !isReview(policy.key))
      setSteer(draft, steer.id, { state: 'removed', reason: 'replaced by a newer one' });
  }
  const id = `${policy.key}-${draft.now}-${episode?.attempts ?? 1}-${episode?.sends ?? 1}`;
  addSteer(draft, {
    ...newSteer(id, 'reaction', AO, agentText(draft, policy), draft.now),
    reaction: policy.key,
  });
  tellProblem(draft, policy, true);
  emit(draft, fired(draft, policy));
  markHandled(draft, policy.key);
}

const fired = (draft: Draft, policy: ReactionPolicy) => {
  const episode = episodeOf(draft, policy.key);
  return {
    type: 'reaction.fired',
    key: policy.key,
    action: policy.action,
    attempt: episode?.attempts ?? 1,
    retries: policy.retries,
    text: reactionText(draft, policy),
    priority: policy.priority,
  } as const;
};

/** The timeline's own words for failed checks and review comments. */
export function tellProblem(draft: Draft, policy: ReactionPolicy, sent: boolean): void {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, policy.key);
  if (pr === null || episode === undefined) return;
  if (policy.key === 'ci-failed') {
    if (sent && episode.sends <= 1)
      setSession(draft, { ciRounds: draft.snapshot.session.ciRounds + 1 });
    emit(draft, {
      type: 'checks.failed',
      pr: pr.key,
      sha: pr.headSha,
      failing: failingChecks(pr.checks),
      attempt: episode.attempts,
      retries: policy.retries,
      sent,
    });
  }
  if (policy.key === 'checks-not-run')
    emit(draft, {
      type: 'checks.not_run',
      pr: pr.key,
      sha: pr.headSha,
      reasons: notRunWords(pr.checks),
      elsewhere: draft.snapshot.facts.outage?.elsewhere ?? null,
    });
  if (isReview(policy.key)) {
    const fresh = unhandled(draft, pr, episode, policy.key);
    const requests = unhandledRequests(pr, episode, policy.key);
    if (fresh.length + requests.length === 0) return;
    if (sent) setSession(draft, { reviewRounds: draft.snapshot.session.reviewRounds + 1 });
    emit(draft, {
      type: 'review.changes_requested',
      pr: pr.key,
      comments: fresh.map((comment) => comment.id),
      by: [
        ...new Set([
          ...fresh.map((comment) => comment.author),
          ...(fresh.length > 0
            ? []
            : requests.map((request) => pr.review.names?.[request.by] ?? request.by)),
        ]),
      ],
      sent,
      places: placesOf(
        pr,
        fresh.map((comment) => comment.id),
      ),
      remarks: remarksOf(fresh),
    });
  }
}

function markHandled(draft: Draft, key: string): void {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, key);
  if (pr === null || episode === undefined || !isReview(key)) return;
  const fresh = unhandled(draft, pr, episode, key);
  const requests = unhandledRequests(pr, episode, key);
  const marks = [
    ...episode.marks,
    ...fresh.map(commentMark),
    ...requests.map(requestMark),
    ...sentMarks(pr, fresh),
  ];
  putEpisode(draft, { ...episode, marks: withTold(marks, pr.headSha) });
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

export function endReaction(draft: Draft, key: string): void {
  const episode = episodeOf(draft, key);
  if (!episode?.open) return;
  putEpisode(draft, { ...episode, open: false });
  emit(draft, { type: 'reaction.ended', key, attempts: episode.attempts });
}
