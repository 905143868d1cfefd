import type { PullRequestFact, ReviewComment } from '../../facts.ts';
import { gate } from '../../merge-gate.ts';
import type { ReactionPolicy } from '../../policy.ts';
import { failingChecks, openComments, openPr } from '../../pr.ts';
import type { Episode } from '../../session.ts';
import { isResting, statusOf, stuckSince, turnOf, waitsForAnswer } from '../../status.ts';
import type { Millis } from '../../time.ts';
import type { Draft } from '../draft.ts';
import { viewForConditions } from './view.ts';

/**
 * What is known of a reaction's condition. `over` means its opposite was seen; `pending` means neither: an open
 * episode stays open and nothing new happens. `dueAt`: it will hold then unless something changes.
 */
export type Condition =
  | { readonly state: 'holds'; readonly fingerprint: string }
  | { readonly state: 'over' }
  | { readonly state: 'pending'; readonly dueAt?: Millis };

const OVER: Condition = { state: 'over' };
const PENDING: Condition = { state: 'pending' };
const holds = (fingerprint: string): Condition => ({ state: 'holds', fingerprint });
const after = (draft: Draft, since: Millis, threshold: Millis, fingerprint: string): Condition =>
  draft.now - since >= threshold ? holds(fingerprint) : { state: 'pending', dueAt: since + threshold };

type Observer = (draft: Draft, policy: ReactionPolicy) => Condition;

/** The built-in reactions, in the order they are looked at. The gate's own reaction comes after those that keep it shut. */
export const CONDITIONS: Readonly<Record<string, Observer>> = {
  'ci-failed': (draft) => ofPr(draft, ciFailed),
  'changes-requested': (draft) => ofPr(draft, (pr) => comments(draft, 'changes-requested', pr, false)),
  'bugbot-comments': (draft) => ofPr(draft, (pr) => comments(draft, 'bugbot-comments', pr, true)),
  'merge-conflicts': (draft) => ofPr(draft, mergeConflicts),
  'branch-behind': (draft) => ofPr(draft, branchBehind),
  'approved-and-green': (draft) => ofPr(draft, (pr) => gateOpen(draft, pr)),
  'merge-failed': mergeFailed,
  'agent-needs-input': needsInput,
  'agent-limited': limited,
  'agent-errored': errored,
  'agent-exited': exited,
  'agent-idle': idle,
  'agent-stuck': stuck,
  'report-no-acknowledge': noReport,
  'report-stale': staleReport,
  'report-needs-input': reportNeedsInput,
  'pr-closed': prClosed,
  'budget-exceeded': budgetExceeded,
  'all-complete': allComplete,
};

/** Any other name is the team's own: an event it waits for, an expression, or both. */
export function conditionOf(draft: Draft, policy: ReactionPolicy): Condition {
  const builtIn = CONDITIONS[policy.key];
  return builtIn === undefined ? custom(draft, policy) : builtIn(draft, policy);
}

function ofPr(draft: Draft, observe: (pr: PullRequestFact) => Condition): Condition {
  const pr = openPr(draft.snapshot);
  return pr === null ? OVER : observe(pr);
}

function ciFailed(pr: PullRequestFact): Condition {
  if (pr.checks.sha !== pr.headSha) return PENDING;
  if (pr.checks.state === 'passing') return OVER;
  if (pr.checks.state !== 'failing') return PENDING;
  const names = failingChecks(pr.checks).map((check) => check.name);
  return holds(`${pr.headSha} ${names.toSorted().join(',')}`);
}

/** Comments handled once stay handled, also over episodes: their ids are marks. */
export const commentMark = (comment: ReviewComment): string => `c:${comment.id}`;

export function unhandled(pr: PullRequestFact, episode: Episode | undefined, bots: boolean): readonly ReviewComment[] {
  const marks = new Set(episode?.marks ?? []);
  return openComments(pr, bots).filter((comment) => !marks.has(commentMark(comment)));
}

function comments(draft: Draft, key: string, pr: PullRequestFact, bots: boolean): Condition {
  const episode = draft.snapshot.episodes.find((candidate) => candidate.key === key);
  const fresh = unhandled(pr, episode, bots);
  if (fresh.length > 0) return holds(fresh.map((comment) => comment.id).toSorted().join(','));
  const requested = !bots && pr.review.decision === 'changes_requested';
  const threads = openComments(pr, bots).some((comment) => comment.kind === 'inline' || comment.kind === 'reply');
  if (requested || threads) return episode?.open ? holds(episode.fingerprint) : requested ? holds(`decision ${pr.headSha}`) : OVER;
  return OVER;
}

function mergeConflicts(pr: PullRequestFact): Condition {
  if (pr.mergeability === 'unknown') return PENDING;
  return pr.mergeability === 'conflicting' ? holds(`${pr.baseSha ?? pr.base} ${pr.headSha}`) : OVER;
}

function branchBehind(pr: PullRequestFact): Condition {
  if (pr.mergeability === 'unknown') return PENDING;
  return pr.mergeability === 'behind' && pr.requiresCurrentBase ? holds(`${pr.baseSha ?? ''} ${pr.headSha}`) : OVER;
}

function gateOpen(draft: Draft, pr: PullRequestFact): Condition {
  const waits = gate({ pr, merge: draft.policy.merge, settle: draft.policy.settle, episodes: draft.snapshot.episodes, now: draft.now });
  return waits.length === 0 ? holds(pr.headSha) : OVER;
}

function mergeFailed(draft: Draft): Condition {
  const { mergeFailure } = draft.snapshot.session;
  const pr = openPr(draft.snapshot);
  return mergeFailure !== null && pr?.headSha === mergeFailure.sha ? holds(`${mergeFailure.sha} ${mergeFailure.attempts}`) : OVER;
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
  if (facts.runtime?.state === 'exited' || facts.runtime?.state === 'gone') return holds(`launch ${session.launches}`);
  if (facts.runtime?.state !== 'alive') return PENDING;
  const well = (session.launchedAt ?? 0) + RECOVERED_AFTER;
  return draft.now >= well ? OVER : { state: 'pending', dueAt: well };
}

const inFlight = (draft: Draft): boolean => draft.snapshot.steers.some((steer) => ['queued', 'typing', 'typed'].includes(steer.state));

/** Ready with nothing to show: no pull request, nothing queued, and it did not say that it is done. */
function idle(draft: Draft, policy: ReactionPolicy): Condition {
  const { session, facts } = draft.snapshot;
  if (session.stage !== 'running' || session.paused !== null) return OVER;
  if (openPr(draft.snapshot) !== null || facts.report?.state === 'done' || facts.activity?.state === 'exited') return OVER;
  if (!isResting(draft.snapshot) || inFlight(draft) || waitsForAnswer(draft.snapshot)) return PENDING;
  const since = facts.activity?.since ?? draft.now;
  return after(draft, since, policy.threshold, `idle since ${since}`);
}

function stuck(draft: Draft, policy: ReactionPolicy): Condition {
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  const since = stuckSince(draft.snapshot, status === 'stuck' ? 'working' : status);
  if (draft.snapshot.session.stage === 'queued') return OVER;
  if (since === null) return status === 'stuck' || turnOf(draft.snapshot, status) === 'agent' || openEpisode(draft, 'agent-stuck') ? stillStuck(draft) : OVER;
  return after(draft, since, Math.max(policy.threshold, draft.policy.stuckThreshold), `nothing since ${since}`);
}

/** Escalated already: it is over as soon as anything moves after that. */
function stillStuck(draft: Draft): Condition {
  const episode = openEpisode(draft, 'agent-stuck');
  const moved = draft.snapshot.facts.activity?.at ?? 0;
  return episode !== undefined && moved <= episode.startedAt ? PENDING : OVER;
}

const openEpisode = (draft: Draft, key: string): Episode | undefined => draft.snapshot.episodes.find((episode) => episode.key === key && episode.open);

function noReport(draft: Draft, policy: ReactionPolicy): Condition {
  const { session, facts } = draft.snapshot;
  if (facts.report !== null || session.startedAt === null || draft.snapshot.prs.length > 0) return OVER;
  return after(draft, session.startedAt, policy.threshold, 'no report');
}

function staleReport(draft: Draft, policy: ReactionPolicy): Condition {
  const report = draft.snapshot.facts.report;
  if (report === null || report.state === 'done' || draft.snapshot.session.stage !== 'running') return OVER;
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  return turnOf(draft.snapshot, status) === 'agent' ? after(draft, report.at, policy.threshold, `report ${report.at}`) : PENDING;
}

function reportNeedsInput(draft: Draft): Condition {
  const report = draft.snapshot.facts.report;
  return report?.state === 'needs_input' || report?.state === 'blocked' ? holds(`report ${report.at}`) : OVER;
}

function prClosed(draft: Draft): Condition {
  const { prs } = draft.snapshot;
  if (prs.length === 0 || openPr(draft.snapshot) !== null) return OVER;
  const closed = prs.filter((pr) => pr.state === 'closed').map((pr) => pr.key);
  return closed.length > 0 && prs.every((pr) => pr.state === 'closed') ? holds(closed.toSorted().join(',')) : OVER;
}

function budgetExceeded(draft: Draft): Condition {
  const budget = draft.snapshot.facts.budget;
  return budget !== null && budget.spentUsd >= budget.limitUsd ? holds(budget.id) : OVER;
}

function allComplete(draft: Draft): Condition {
  const at = draft.snapshot.facts.projectComplete;
  return at === null ? OVER : holds(String(at));
}

function custom(draft: Draft, policy: ReactionPolicy): Condition {
  const happened = policy.on === null || draft.events.some((event) => event.type === policy.on);
  const meets = policy.test === null || policy.test(viewForConditions(draft));
  if (policy.on !== null) return happened && meets ? holds(`${policy.on} ${draft.now}`) : PENDING;
  return meets ? holds('true') : OVER;
}
