import { type Readiness, readiness } from '../merge/readiness.ts';
import { whoCan } from '../merge/readiness-words.ts';
import { decisionFor } from '../merge/review-counts.ts';
import { roundOf } from '../merge/review-round.ts';
import { isOffered } from './episode-marks.ts';
import type { ActivityState, PullRequestFact } from './facts.ts';
import type { ProjectPolicy } from './policy.ts';
import { openPr } from './pr.ts';
import type { Snapshot } from './session.ts';
import type { Status } from './statuses.ts';
import type { Millis } from './time.ts';

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

/** What the one rule for readiness says of this pull request now. */
export const readinessOf = (
  pr: PullRequestFact,
  snapshot: Pick<Snapshot, 'episodes' | 'facts'>,
  policy: Pick<ProjectPolicy, 'merge' | 'settle'>,
  now: Millis,
): Readiness =>
  readiness({
    pr,
    merge: policy.merge,
    settle: policy.settle,
    episodes: snapshot.episodes,
    work: snapshot.facts.workAtHead,
    now,
  });

function prStatus(snapshot: Snapshot, policy: StatusPolicy, now: Millis): Status | null {
  const pr = openPr(snapshot);
  if (pr === null) return null;
  if (snapshot.session.mergeFailure?.sha === pr.headSha) return 'merge_failed';
  const { waits } = readinessOf(pr, snapshot, policy, now);
  if (waits.length === 0) return 'mergeable';
  if (waits.some(({ type }) => type === 'checks_failed' || type === 'checks_not_run'))
    return 'ci_failed';
  const round = roundOf(pr, snapshot.episodes);
  if (round.state === 'agent') return 'changes_requested';
  if (decisionFor(pr, policy.merge) === 'approved') return 'approved';
  const review = waits.some(({ type }) => type === 'review_missing' || type === 'review_again');
  return review && waits.every(({ type }) => !BEFORE_REVIEW.has(type))
    ? 'review_pending'
    : 'pr_open';
}

/** While one of these is waited for, a reviewer isn't asked yet. */
const BEFORE_REVIEW: ReadonlySet<string> = new Set([
  'draft',
  'other_work',
  'checks_running',
  'checks_unknown',
  'checks_missing',
  'checks_of_other_commit',
  'no_checks',
  'conflicting',
]);

/** Stuck exists only in the agent's turn, so it can't fight with a wait for people or checks. */
function isStuck(snapshot: Snapshot, status: Status, policy: StatusPolicy, now: Millis): boolean {
  const since = stuckSince(snapshot, status, policy, now);
  return since !== null && now - since >= policy.stuckThreshold;
}

/** Since when nothing has moved although it is the agent's turn; null when it isn't. */
export function stuckSince(
  snapshot: Snapshot,
  status: Status,
  policy: StatusPolicy,
  now: Millis,
): Millis | null {
  // That it was escalated for being stuck does not make it less stuck.
  if (
    turnFor({ snapshot, policy, now }, status, 'agent-stuck') !== 'agent' ||
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
export function turnOf(
  snapshot: Snapshot,
  status: Status,
  policy: StatusPolicy,
  now: Millis,
): Turn {
  return turnFor({ snapshot, policy, now }, status === 'stuck' ? 'working' : status);
}

const ENDED: ReadonlySet<Status> = new Set([
  'merged',
  'cleanup',
  'killed',
  'done',
  'terminated',
  'errored',
]);
const AGENTS: ReadonlySet<Status> = new Set(['spawning', 'working', 'idle']);
const PEOPLES: ReadonlySet<Status> = new Set([
  'needs_input',
  'review_pending',
  'paused',
  'mergeable',
  'merge_failed',
]);
const MERGES: ReadonlySet<Status> = new Set(['mergeable', 'approved', 'pr_open']);

interface Seen {
  readonly snapshot: Snapshot;
  readonly policy: StatusPolicy;
  readonly now: Millis;
}

function turnFor(seen: Seen, status: Status, except?: string): Turn {
  const { snapshot } = seen;
  // The agent stopped at an error and lives on: a reply is the next try.
  if (status === 'errored' && snapshot.session.ended === null) return 'human';
  if (ENDED.has(status) || status === 'queued') return 'nobody';
  if (isEscalated(snapshot, except)) return 'human';
  if (status === 'limited') return 'nobody';
  if (MERGES.has(status) && isMerging(snapshot)) return 'nobody';
  if (PEOPLES.has(status)) return 'human';
  if (status === 'idle' && snapshot.session.role === 'orchestrator') return 'nobody';
  if (AGENTS.has(status))
    return (status === 'idle' && saysDone(snapshot)) || waitsForClick(snapshot) ? 'human' : 'agent';
  return prTurn(seen);
}

/** Somebody said merge: it is on its way, or stands in the queue of the forge. */
export const isMerging = (snapshot: Snapshot): boolean =>
  snapshot.session.merging !== null && snapshot.session.merging.sha === openPr(snapshot)?.headSha;

/**
 * Of an open pull request that waits: a working agent, then whoever can end a wait. A resting agent has the turn only
 * when something was asked of it that it hasn't answered.
 */
function prTurn({ snapshot, policy, now }: Seen): Turn {
  const pr = openPr(snapshot);
  if (pr === null || !isResting(snapshot)) return 'agent';
  if (waitsForClick(snapshot)) return 'human';
  const who = new Set(readinessOf(pr, snapshot, policy, now).waits.map(whoCan));
  if (isAsked(snapshot)) return 'agent';
  if (who.has('agent')) return isPrepared(snapshot) ? 'ci' : 'human';
  return who.has('forge') || who.has('time') ? 'ci' : 'human';
}

const ON_ITS_WAY: ReadonlySet<string> = new Set(['queued', 'typing', 'typed']);

/** A message is on its way to the agent, or a reaction told it something that still holds. */
export function isAsked({ steers, episodes }: Pick<Snapshot, 'steers' | 'episodes'>): boolean {
  return (
    steers.some((steer) => ON_ITS_WAY.has(steer.state)) ||
    episodes.some(
      (episode) =>
        episode.open &&
        !isOffered(episode) &&
        steers.some(
          (steer) =>
            steer.reaction === episode.key &&
            steer.createdAt >= episode.startedAt &&
            steer.state === 'accepted',
        ),
    )
  );
}

/** A reaction reads logs or runs a check again before anybody is asked. */
const isPrepared = ({ episodes }: Pick<Snapshot, 'episodes'>): boolean =>
  episodes.some(
    (episode) => episode.open && episode.attempts === 0 && episode.escalatedAt === null,
  );

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
