import { type Draft, wakeAt } from '../decide/draft.ts';
import { gateOf } from '../decide/merge.ts';
import { type BudgetState, budgetState } from '../money/budget.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { openPr } from '../session/pr.ts';
import type { Episode } from '../session/session.ts';
import {
  isResting,
  saysDone,
  statusOf,
  stuckSince,
  turnOf,
  waitsForAnswer,
} from '../session/status.ts';
import type { Millis } from '../session/time.ts';
import { after, type Condition, holds, OVER, PENDING } from './condition.ts';
import type { ReactionKey } from './reaction-words.ts';
import { checksNotRun, ciFailed, draftDone, gateWaits } from './readiness-conditions.ts';
import { reviewCondition } from './review-conditions.ts';
import { viewForConditions } from './view.ts';

type Observer = (draft: Draft, policy: ReactionPolicy) => Condition;

/** The built-in reactions, in the order they are looked at. The gate's own reaction comes after those that keep it shut. */
const BUILT_IN: Readonly<Record<ReactionKey, Observer>> = {
  'ci-failed': (draft) => ofPr(draft, ciFailed),
  'checks-not-run': (draft) => ofPr(draft, (pr) => checksNotRun(draft, pr)),
  'changes-requested': (draft) =>
    ofPr(draft, (pr) => reviewCondition(draft, 'changes-requested', pr)),
  'bugbot-comments': (draft) => ofPr(draft, (pr) => reviewCondition(draft, 'bugbot-comments', pr)),
  'merge-conflicts': (draft) => ofPr(draft, mergeConflicts),
  'branch-behind': (draft) => ofPr(draft, branchBehind),
  'draft-done': (draft) => ofPr(draft, (pr) => draftDone(draft, pr)),
  'gate-waits': (draft, policy) => ofPr(draft, (pr) => gateWaits(draft, pr, policy)),
  'approved-and-green': (draft) => ofPr(draft, (pr) => gateOpen(draft, pr)),
  'merge-failed': mergeFailed,
  'agent-needs-input': needsInput,
  'agent-limited': limited,
  'agent-errored': errored,
  'agent-exited': exited,
  'agent-idle': idle,
  'report-no-acknowledge': noReport,
  'report-needs-input': reportNeedsInput,
  'pr-closed': prClosed,
  'budget-warning': (draft) => budgetIs(draft, 'short'),
  'budget-exceeded': (draft) => budgetIs(draft, 'spent'),
  'all-complete': allComplete,
  // These ask whose turn it is, which an escalation above may change.
  'agent-stuck': stuck,
  'report-stale': staleReport,
};

/** By key, for whoever may name a reaction of the team's own. */
export const CONDITIONS: Readonly<Record<string, Observer>> = BUILT_IN;

/** Any other name is the team's own: an event it waits for, an expression, or both. */
export function conditionOf(draft: Draft, policy: ReactionPolicy): Condition {
  const builtIn = CONDITIONS[policy.key];
  return builtIn === undefined ? custom(draft, policy) : builtIn(draft, policy);
}

function ofPr(draft: Draft, observe: (pr: PullRequestFact) => Condition): Condition {
  const pr = openPr(draft.snapshot);
  return pr === null ? OVER : observe(pr);
}

function mergeConflicts(pr: PullRequestFact): Condition {
  if (pr.mergeability === 'unknown') return PENDING;
  return pr.mergeability === 'conflicting' ? holds(`${pr.baseSha ?? pr.base} ${pr.headSha}`) : OVER;
}

function branchBehind(pr: PullRequestFact): Condition {
  if (pr.mergeability === 'unknown') return PENDING;
  return pr.mergeability === 'behind' && pr.requiresCurrentBase
    ? holds(`${pr.baseSha ?? ''} ${pr.headSha}`)
    : OVER;
}

function gateOpen(draft: Draft, pr: PullRequestFact): Condition {
  const looked = gateOf(draft, pr);
  if (looked === 'open') return holds(`${pr.headSha} ${pr.base}`);
  return looked === 'unknown' ? PENDING : OVER;
}

function mergeFailed(draft: Draft): Condition {
  const { mergeFailure } = draft.snapshot.session;
  const pr = openPr(draft.snapshot);
  return mergeFailure !== null && pr?.headSha === mergeFailure.sha
    ? holds(`${mergeFailure.sha} ${mergeFailure.attempts}`)
    : OVER;
}

function needsInput(draft: Draft): Condition {
  const open = draft.snapshot.requests.filter((request) => request.answer === null);
  if (open.length > 0) return holds(open.map((request) => request.id).join(','));
  return waitsForAnswer(draft.snapshot) ? PENDING : OVER;
}

function limited(draft: Draft): Condition {
  const activity = draft.snapshot.facts.activity;
  return activity?.state === 'limited' ? holds(String(activity.resetAt ?? activity.since)) : OVER;
}

function errored(draft: Draft): Condition {
  const activity = draft.snapshot.facts.activity;
  if (activity?.state === 'blocked') return holds(`blocked ${activity.since}`);
  return activity?.state === 'starting' ? PENDING : OVER;
}

/** An agent that has lived this long after a resume is well again. */
const RECOVERED_AFTER = 600_000;

function exited(draft: Draft): Condition {
  const { session, facts } = draft.snapshot;
  if (session.stage !== 'running') return PENDING;
  if (facts.runtime?.state === 'exited' || facts.runtime?.state === 'gone')
    return holds(`launch ${session.launches}`);
  if (facts.runtime?.state !== 'alive') return PENDING;
  const well = (session.launchedAt ?? 0) + RECOVERED_AFTER;
  return draft.now >= well ? OVER : { state: 'pending', dueAt: well };
}

const inFlight = (draft: Draft): boolean =>
  draft.snapshot.steers.some((steer) => ['queued', 'typing', 'typed'].includes(steer.state));

/** Ready with nothing to show: no pull request, nothing queued, and it did not say that it is done. */
function idle(draft: Draft, policy: ReactionPolicy): Condition {
  const { session, facts } = draft.snapshot;
  // An orchestrator rests while its workers work.
  if (session.stage !== 'running' || session.paused !== null || session.role === 'orchestrator')
    return OVER;
  if (
    openPr(draft.snapshot) !== null ||
    saysDone(draft.snapshot) ||
    facts.activity?.state === 'exited'
  )
    return OVER;
  if (waitsForAnswer(draft.snapshot)) return { state: 'pending', clock: false };
  if (!isResting(draft.snapshot)) return atWork(draft, policy);
  if (inFlight(draft)) return PENDING;
  const since = facts.activity?.since ?? draft.now;
  return after(draft, since, policy.threshold, `idle since ${since}`);
}

/** A turn counts as work when a person asked for it, or when it lasts; a short answer to a nudge is still idling. */
function atWork(draft: Draft, policy: ReactionPolicy): Condition {
  const nudgedAt = openEpisode(draft, 'agent-idle')?.lastAt ?? draft.now;
  if (humanSpokeAfter(draft, nudgedAt)) return OVER;
  const due = (draft.snapshot.facts.activity?.since ?? draft.now) + policy.threshold;
  return draft.now >= due ? OVER : { state: 'pending', clock: false, dueAt: due };
}

const humanSpokeAfter = (draft: Draft, at: Millis): boolean =>
  draft.snapshot.steers.some((steer) => steer.kind === 'human' && (steer.acceptedAt ?? 0) > at);

/** Over as soon as anything moves; the next silence is an episode of its own. */
function stuck(draft: Draft, policy: ReactionPolicy): Condition {
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  const since = stuckSince(
    draft.snapshot,
    status === 'stuck' ? 'working' : status,
    draft.policy,
    draft.now,
  );
  if (since === null) return OVER;
  // A message on its way to an agent that rested begins its turn; if it never gets there, that is told of the message.
  if (inFlight(draft) && isResting(draft.snapshot)) return PENDING;
  const due = since + Math.max(policy.threshold, draft.policy.stuckThreshold);
  return draft.now >= due ? holds(`nothing since ${since}`) : { state: 'over', dueAt: due };
}

const openEpisode = (draft: Draft, key: string): Episode | undefined =>
  draft.snapshot.episodes.find((episode) => episode.key === key && episode.open);

function noReport(draft: Draft, policy: ReactionPolicy): Condition {
  const { session, facts } = draft.snapshot;
  if (facts.report !== null || session.startedAt === null || draft.snapshot.prs.length > 0)
    return OVER;
  return after(draft, session.startedAt, policy.threshold, 'no report');
}

function staleReport(draft: Draft, policy: ReactionPolicy): Condition {
  const report = draft.snapshot.facts.report;
  if (report === null || report.state === 'done' || draft.snapshot.session.stage !== 'running')
    return OVER;
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  return turnOf(draft.snapshot, status, draft.policy, draft.now) === 'agent'
    ? after(draft, report.at, policy.threshold, `report ${report.at}`)
    : PENDING;
}

function reportNeedsInput(draft: Draft): Condition {
  const report = draft.snapshot.facts.report;
  if (report !== null && humanSpokeAfter(draft, report.at)) return OVER;
  return report?.state === 'needs_input' || report?.state === 'blocked'
    ? holds(`report ${report.at}`)
    : OVER;
}

function prClosed(draft: Draft): Condition {
  const { prs } = draft.snapshot;
  if (prs.length === 0 || openPr(draft.snapshot) !== null) return OVER;
  const closed = prs.filter((pr) => pr.state === 'closed').map((pr) => pr.key);
  return closed.length > 0 && prs.every((pr) => pr.state === 'closed')
    ? holds(closed.toSorted().join(','))
    : OVER;
}

/** A raised budget that is used up again is an episode of its own. */
function budgetIs(draft: Draft, state: BudgetState): Condition {
  const { budget } = draft.snapshot.facts;
  return budget?.tells && budgetState(budget) === state
    ? holds(`${budget.id} ${budget.limitUsd}`)
    : OVER;
}

function allComplete(draft: Draft): Condition {
  const at = draft.snapshot.facts.projectComplete;
  return at === null ? OVER : holds(String(at));
}

function custom(draft: Draft, policy: ReactionPolicy): Condition {
  const meets = policy.test === null || anyLabelMeets(viewForConditions(draft), policy.test);
  if (policy.on === null) {
    if (policy.condition?.includes('minutes')) wakeEachMinute(draft, policy);
    return meets ? holds('true') : OVER;
  }
  const happened = draft.events.some((event) => event.type === policy.on);
  // Each event is an occasion of its own; there is no time at which it stops holding, so it never escalates by time.
  const occasion =
    draft.snapshot.episodes.find((episode) => episode.key === policy.key)?.attempts ?? 0;
  return happened && meets
    ? holds(`${policy.on} ${draft.now} ${occasion}`)
    : { state: 'pending', clock: false };
}

/** `label == 'needs-tests'` holds when any of the labels is it. */
function anyLabelMeets(
  view: ReturnType<typeof viewForConditions>,
  test: NonNullable<ReactionPolicy['test']>,
): boolean {
  return view.labels.length === 0
    ? test({ ...view, label: '' })
    : view.labels.some((label) => test({ ...view, label }));
}

/** `minutes` changes without any event. */
function wakeEachMinute(draft: Draft, policy: ReactionPolicy): void {
  const { startedAt, ended } = draft.snapshot.session;
  if (startedAt === null || ended !== null) return;
  wakeAt(
    draft,
    'idle',
    `${policy.key} minutes`,
    startedAt + (Math.floor((draft.now - startedAt) / 60_000) + 1) * 60_000,
  );
}
