import { gate } from '../merge/merge-gate.ts';
import type { ActivityState } from './facts.ts';
import type { ProjectPolicy } from './policy.ts';
import { openPr } from './pr.ts';
import { isOffered, type Snapshot } from './session.ts';
import type { Millis } from './time.ts';

/** Derived, never stored as truth. The first 18 are the field's names; the last three are ours. */
export const STATUSES = [
  'spawning',
  'working',
  'pr_open',
  'ci_failed',
  'review_pending',
  'changes_requested',
  'approved',
  'mergeable',
  'merge_failed',
  'merged',
  'cleanup',
  'needs_input',
  'stuck',
  'errored',
  'killed',
  'idle',
  'done',
  'terminated',
  'queued',
  'limited',
  'paused',
] as const;
export type Status = (typeof STATUSES)[number];

export type Turn = 'agent' | 'human' | 'ci' | 'nobody';

type StatusPolicy = Pick<ProjectPolicy, 'merge' | 'settle' | 'stuckThreshold'>;

const RESTING: ReadonlySet<ActivityState> = new Set(['ready', 'idle']);

/** First match wins; the order is the table of docs/lifecycle.md. */
export function statusOf(snapshot: Snapshot, policy: StatusPolicy, now: Millis): Status {
  const status = statusWithoutStuck(snapshot, policy, now);
  return isStuck(snapshot, status, policy, now) ? 'stuck' : status;
}

function statusWithoutStuck(snapshot: Snapshot, policy: StatusPolicy, now: Millis): Status {
  const { session, facts } = snapshot;
  if (session.ended !== null) {
    if (session.ended.cause !== 'merged') return session.ended.cause;
    return session.workspace?.state === 'removing' ? 'cleanup' : 'merged';
  }
  if (session.stage === 'queued') return 'queued';
  const isStarting = session.stage !== 'running' || facts.runtime?.state === 'starting';
  // What an agent asks before it takes its task keeps it as an error does.
  if (isStarting && (session.stage !== 'launching' || facts.activity?.state !== 'blocked'))
    return session.paused === null ? 'spawning' : 'paused';
  if (session.paused !== null) return 'paused';
  if (facts.activity?.state === 'limited') return 'limited';
  if (waitsForAnswer(snapshot)) return 'needs_input';
  if (facts.activity?.state === 'blocked') return 'errored';
  return prStatus(snapshot, policy, now) ?? (isResting(snapshot) ? 'idle' : 'working');
}

/** An unanswered question, or the agent's own word that it waits. */
export function waitsForAnswer(snapshot: Snapshot): boolean {
  return (
    snapshot.requests.some((request) => request.answer === null) ||
    snapshot.facts.activity?.state === 'waiting_input'
  );
}

export const isResting = (snapshot: Snapshot): boolean =>
  RESTING.has(snapshot.facts.activity?.state ?? 'starting');

function prStatus(snapshot: Snapshot, policy: StatusPolicy, now: Millis): Status | null {
  const pr = openPr(snapshot);
  if (pr === null) return null;
  if (snapshot.session.mergeFailure?.sha === pr.headSha) return 'merge_failed';
  if (
    gate({ pr, merge: policy.merge, settle: policy.settle, episodes: snapshot.episodes, now })
      .length === 0
  )
    return 'mergeable';
  if (pr.checks.state === 'failing' && pr.checks.sha === pr.headSha) return 'ci_failed';
  if (pr.review.decision === 'changes_requested' || holdsOpen(snapshot, 'changes-requested'))
    return 'changes_requested';
  if (pr.review.decision === 'approved') return 'approved';
  if (
    !pr.draft &&
    checksAreDone(pr.checks.state, policy) &&
    reviewIsMissing(pr.review.decision, policy)
  )
    return 'review_pending';
  return 'pr_open';
}

const checksAreDone = (state: string, policy: StatusPolicy): boolean =>
  state === 'passing' || (state === 'none' && !policy.merge.requireChecks);
const reviewIsMissing = (decision: string, policy: StatusPolicy): boolean =>
  decision === 'required' || (decision === 'none' && policy.merge.requireReview);
const holdsOpen = (snapshot: Snapshot, key: string): boolean =>
  snapshot.episodes.some((episode) => episode.key === key && episode.open);

/** Stuck exists only in the agent's turn, so it can't fight with a wait for people or checks. */
function isStuck(snapshot: Snapshot, status: Status, policy: StatusPolicy, now: Millis): boolean {
  const since = stuckSince(snapshot, status);
  return since !== null && now - since >= policy.stuckThreshold;
}

/** Since when nothing has moved although it is the agent's turn; null when it isn't. */
export function stuckSince(snapshot: Snapshot, status: Status): Millis | null {
  // That it was escalated for being stuck does not make it less stuck.
  if (
    turnFor(snapshot, status, 'agent-stuck') !== 'agent' ||
    snapshot.session.stage === 'preparing'
  )
    return null;
  const moved = [
    snapshot.facts.activity?.at,
    snapshot.session.launchedAt,
    lastAccepted(snapshot),
  ].filter((at): at is Millis => at != null);
  return moved.length === 0 ? null : Math.max(...moved);
}

const lastAccepted = (snapshot: Snapshot): Millis | null =>
  snapshot.steers.reduce<Millis | null>(
    (last, steer) =>
      steer.acceptedAt !== null && steer.acceptedAt > (last ?? 0) ? steer.acceptedAt : last,
    null,
  );

/** Who must act next. */
export function turnOf(snapshot: Snapshot, status: Status): Turn {
  return turnFor(snapshot, status === 'stuck' ? 'working' : status);
}

const ENDED: ReadonlySet<Status> = new Set([
  'merged',
  'cleanup',
  'killed',
  'done',
  'terminated',
  'errored',
]);
const AGENTS: ReadonlySet<Status> = new Set([
  'spawning',
  'working',
  'ci_failed',
  'changes_requested',
  'idle',
]);
const PEOPLES: ReadonlySet<Status> = new Set([
  'needs_input',
  'review_pending',
  'paused',
  'mergeable',
  'merge_failed',
]);
const MERGES: ReadonlySet<Status> = new Set(['mergeable', 'approved', 'pr_open']);

function turnFor(snapshot: Snapshot, status: Status, except?: string): Turn {
  // The agent stopped at an error and lives on: a reply is the next try.
  if (status === 'errored' && snapshot.session.ended === null) return 'human';
  if (ENDED.has(status) || status === 'queued' || status === 'limited') return 'nobody';
  if (isEscalated(snapshot, except)) return 'human';
  if (MERGES.has(status) && isMerging(snapshot)) return 'nobody';
  if (PEOPLES.has(status)) return 'human';
  if (status === 'idle' && snapshot.session.role === 'orchestrator') return 'nobody';
  if (AGENTS.has(status))
    return (status === 'idle' && saysDone(snapshot)) || waitsForClick(snapshot) ? 'human' : 'agent';
  return prTurn(snapshot);
}

/** Somebody said merge: it is on its way, or stands in the queue of the forge. */
export const isMerging = (snapshot: Snapshot): boolean =>
  snapshot.session.merging !== null && snapshot.session.merging.sha === openPr(snapshot)?.headSha;

/** pr_open and approved: checks, conflicts, a working agent or a person, in this order. */
function prTurn(snapshot: Snapshot): Turn {
  const pr = openPr(snapshot);
  if (pr === null) return 'agent';
  if (pr.mergeability === 'conflicting' || !isResting(snapshot))
    return waitsForClick(snapshot) ? 'human' : 'agent';
  if (
    pr.checks.state === 'pending' ||
    pr.checks.state === 'unknown' ||
    pr.mergeability === 'unknown'
  )
    return 'ci';
  return pr.draft ? 'agent' : 'human';
}

/** What ends the condition was offered, and the agent has nothing else to do. */
const waitsForClick = (snapshot: Snapshot): boolean =>
  isResting(snapshot) && snapshot.episodes.some(isOffered);

/** A reaction gave up and nobody has taken it yet. */
function isEscalated(snapshot: Snapshot, except?: string): boolean {
  return snapshot.episodes.some(
    (episode) =>
      episode.open &&
      episode.key !== except &&
      episode.escalatedAt !== null &&
      episode.acknowledgedBy === null,
  );
}

/** The agent reported that it is done, and got nothing new since. */
export function saysDone(snapshot: Snapshot): boolean {
  const { report } = snapshot.facts;
  return report?.state === 'done' && (lastAccepted(snapshot) ?? 0) <= report.at;
}
