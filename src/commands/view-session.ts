import { undoExpired } from '../domain/decide/command/start-and-end.ts';
import { resumesAt } from '../domain/decide/limit.ts';
import { countedApprovals } from '../domain/merge/merge-approval.ts';
import { noteSentence, remedy, waitSentence, whoCan } from '../domain/merge/readiness-words.ts';
import { roundOf } from '../domain/merge/review-round.ts';
import { whyHeld } from '../domain/money/budget.ts';
import { allUsage, totalsByAgent } from '../domain/money/usage.ts';
import { reactionWords } from '../domain/reactions/reaction-words.ts';
import type { ModelUsage, PullRequestFact } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import { approverNames, hasFailed, openComments, shownPr } from '../domain/session/pr.ts';
import type { AgentRequest, Session, Snapshot, Steer } from '../domain/session/session.ts';
import {
  isMerging,
  readinessOf,
  type Status,
  statusOf,
  type Turn,
  turnOf,
} from '../domain/session/status.ts';
import { troubleTexts } from '../domain/text/workspace-trouble.ts';
import type {
  PersonView,
  PrView,
  RequestView,
  SessionAction,
  SessionView,
  SteerView,
} from './views.ts';

const personView = (actor: Actor): PersonView => ({ subject: actor.subject, name: actor.name });

export interface ViewParts {
  readonly policy: ProjectPolicy;
  readonly now: number;
  readonly version: number;
}

/** Everything a front end shows of a session, derived from its snapshot. */
export function viewSession(snapshot: Snapshot, parts: ViewParts): SessionView {
  const { session, facts } = snapshot;
  const { policy, now } = parts;
  const status = statusOf(snapshot, policy, now);
  const turn = turnOf(snapshot, status, policy, now);
  const prs = snapshot.prs.map((pr) => viewPr(pr, snapshot, policy, now));
  const shown = shownPr(snapshot);
  const pr = shown === null ? null : viewPr(shown, snapshot, policy, now);
  const usage = allUsage(facts.usage);
  return {
    id: session.id,
    project: session.project,
    role: session.role,
    parent: session.parent,
    task: session.task,
    title: taskTitle(session),
    issue: session.task.type === 'issue' ? `#${session.task.issue}` : null,
    status,
    turn,
    turnText: turnText(snapshot, status, turn, pr),
    stage: session.stage,
    agent: session.agent,
    handovers: session.handovers.map(viewHandover),
    program: session.program ?? null,
    model: session.model,
    permissions: session.permissions,
    branch: session.branch,
    base: session.base,
    workspacePath: session.workspace?.state === 'present' ? session.workspace.path : null,
    startedBy: personView(session.startedBy),
    owner: personView(session.owner),
    createdAt: session.createdAt,
    startedAt: session.startedAt,
    endedAt: session.ended?.at ?? null,
    outcome:
      session.ended === null
        ? null
        : {
            cause: session.ended.cause,
            by: personView(session.ended.by),
            reason: session.ended.reason,
          },
    pr,
    prs,
    usd: totalUsd(usage),
    tokens: usage.reduce(
      (sum, model) =>
        sum +
        model.inputTokens +
        model.outputTokens +
        model.cacheReadTokens +
        model.cacheWriteTokens,
      0,
    ),
    usage,
    usageByAgent: facts.usage === null ? [] : totalsByAgent(session.agent, facts.usage),
    last: facts.activity?.detail ?? null,
    ciRounds: session.ciRounds,
    reviewRounds: session.reviewRounds,
    paused:
      session.paused === null
        ? null
        : { by: personView(session.paused.by), reason: pauseReason(snapshot) },
    // Sessions of an older version know no place.
    queue:
      session.stage === 'queued' && session.ended === null && session.paused === null
        ? (session.queue ?? null)
        : null,
    limitedUntil:
      facts.activity?.state === 'limited' ? resumesAt(session.id, facts.activity) : null,
    troubles: session.ended === null ? troubleTexts(facts.workspaceTrouble?.present ?? []) : [],
    retry: retryOf(session),
    mergeFailure:
      session.mergeFailure === null
        ? null
        : {
            reason: session.mergeFailure.reason,
            attempts: session.mergeFailure.attempts,
            retryAt: session.mergeFailure.retryAt,
          },
    escalations: snapshot.episodes
      .filter((episode) => episode.open && episode.escalatedAt !== null)
      .map((episode) => ({
        key: episode.key,
        at: episode.escalatedAt ?? 0,
        acknowledgedBy: episode.acknowledgedBy === null ? null : personView(episode.acknowledgedBy),
        snoozedUntil: episode.snoozedUntil,
      })),
    openRequests: snapshot.requests
      .filter((request) => request.answer === null)
      .map((request) => viewRequest(request, session.id)),
    steers: viewSteers(snapshot.steers),
    snapshotRef: session.workspace?.snapshotRef ?? null,
    undoUntil: undoUntil(snapshot, policy, now),
    muted: session.muted,
    actions: actionsFor(snapshot, status, policy, now, pr),
    version: parts.version,
  };
}

function retryOf({ retries }: Pick<Session, 'retries'>): SessionView['retry'] {
  const latest = retries?.at(-1);
  if (latest === undefined) return null;
  const { effect, reason, until } = latest;
  return { effect, reason, until };
}

const viewHandover = ({ from, to, by, at }: Session['handovers'][number]) => ({
  from,
  to,
  by: personView(by),
  at,
});

function taskTitle(session: Pick<Session, 'task'>): string {
  const { task } = session;
  return task.type === 'prompt'
    ? (task.text.trim().split('\n')[0] ?? '').slice(0, 120)
    : task.title;
}

/** Null when nothing is priced: unknown is not zero. */
function totalUsd(usage: readonly ModelUsage[]): number | null {
  const priced = usage.filter((model) => model.usd !== null);
  return priced.length === 0 ? null : priced.reduce((sum, model) => sum + (model.usd ?? 0), 0);
}

function viewPr(
  pr: PullRequestFact,
  snapshot: Snapshot,
  policy: ProjectPolicy,
  now: number,
): PrView {
  const items = pr.checks.checks;
  const { waits, notes } = readinessOf(pr, snapshot, policy, now);
  const round = roundOf(pr, snapshot.episodes);
  return {
    key: pr.key,
    number: pr.number,
    title: pr.title,
    url: pr.url,
    branch: pr.branch,
    base: pr.base,
    headSha: pr.headSha,
    draft: pr.draft,
    state: pr.state,
    checks: {
      state: pr.checks.state,
      sha: pr.checks.sha,
      passed: items.filter((check) => check.status === 'completed' && !hasFailed(check)).length,
      total: items.length,
      items,
    },
    review: {
      decision: pr.review.decision,
      approvedBy: approverNames(pr),
      openComments: openComments(pr, false).length + openComments(pr, true).length,
    },
    mergeability: pr.mergeability,
    waitsFor: waits.map(waitSentence),
    waits: waits.map((wait) => ({
      text: waitSentence(wait),
      who: whoCan(wait),
      remedy: remedy(wait),
    })),
    notes: pr.state === 'open' ? notes.map(noteSentence) : [],
    answeredFrom: pr.state === 'open' && round.state === 'reviewer' ? round.from : null,
    approvals: {
      by: countedApprovals(
        snapshot.session.approvals,
        { sha: pr.headSha, base: pr.base },
        policy.merge,
      ).map((approval) => personView(approval.by)),
      needed: policy.merge.approvers,
    },
    additions: pr.additions,
    deletions: pr.deletions,
    changedFiles: pr.changedFiles,
    mergeSha: pr.mergeSha,
    openedAt: pr.openedAt,
  };
}

export function viewRequest(request: AgentRequest, session: string): RequestView {
  const { answer, ...rest } = request;
  const label = request.options.find((option) => option.id === answer?.option)?.label;
  return {
    ...rest,
    session,
    answer:
      answer === null
        ? null
        : {
            by: personView(answer.by),
            text: label ?? answer.text ?? '',
            where: answer.where,
            state: answer.state,
            at: answer.at,
          },
  };
}

const UNDER_WAY = new Set(['queued', 'typing', 'typed', 'failed']);

function viewSteers(steers: readonly Steer[]): readonly SteerView[] {
  let position = 0;
  return steers
    .filter((steer) => UNDER_WAY.has(steer.state))
    .map((steer) => viewSteer(steer, steer.state === 'queued' ? ++position : null));
}

export const viewSteer = (steer: Steer, position: number | null): SteerView => ({
  id: steer.id,
  kind: steer.kind,
  reaction: steer.reaction,
  author: personView(steer.author),
  text: steer.text,
  files: steer.files,
  state: steer.state,
  position,
  attempts: steer.attempts,
  reason: steer.reason,
  createdAt: steer.createdAt,
  acceptedAt: steer.acceptedAt,
});

function undoUntil(snapshot: Snapshot, policy: ProjectPolicy, now: number): number | null {
  const { ended } = snapshot.session;
  if (ended === null || ended.cause === 'merged' || undoExpired(snapshot, policy.undoDays, now))
    return null;
  return ended.at + policy.undoDays * 86_400_000;
}

const TURNS: Readonly<Record<Turn, string>> = {
  agent: "agent's turn",
  human: 'your turn',
  ci: 'checks are running',
  nobody: '',
};

/** Whose turn it is, and why. */
function turnText(snapshot: Snapshot, status: Status, turn: Turn, pr: PrView | null): string {
  if (status === 'spawning' && turn === 'agent') return startText(snapshot);
  const why = turnReason(snapshot, status, turn, pr);
  const base =
    status === 'queued' ? 'waits for a place' : turn === 'ci' && why !== '' ? '' : TURNS[turn];
  return [base, why].filter((part) => part !== '').join(turn === 'human' ? ': ' : ' · ');
}

/** Nothing was asked of the agent yet: ao is at work, and says at what. */
function startText({ session, facts }: Snapshot): string {
  if (session.workspace === null) return 'its worktree is being made: checkout, copies, postCreate';
  if (session.stage === 'preparing') return 'its worktree is being brought back';
  return facts.runtime?.handle == null
    ? 'the agent is being started'
    : 'the agent has not taken its task yet';
}

function turnReason(snapshot: Snapshot, status: Status, turn: Turn, pr: PrView | null): string {
  if (turn === 'nobody' && isMerging(snapshot))
    return snapshot.session.merging?.queued === true ? 'in the merge queue' : 'is being merged';
  const escalated = snapshot.episodes.find(
    (episode) => episode.open && episode.escalatedAt !== null && episode.acknowledgedBy === null,
  );
  switch (status) {
    case 'mergeable':
      return 'approve the merge';
    case 'needs_input':
      return 'answer the question';
    case 'review_pending':
      return pr?.answeredFrom == null
        ? 'review the pull request'
        : `look at what changed since ${pr.answeredFrom.slice(0, 7)}`;
    case 'paused':
      return pauseTurn(snapshot.session.paused?.reason ?? '');
    case 'merge_failed':
      return snapshot.session.mergeFailure?.reason ?? 'the merge failed';
    case 'errored':
      return turn === 'human' ? 'the agent stopped at an error, reply to try again' : '';
    case 'ci_failed':
    case 'changes_requested': {
      if (turn !== 'agent')
        return escalated === undefined
          ? waitWords(pr, turn)
          : lowerFirst(reactionWords(escalated.key));
      const episode = snapshot.episodes.find(
        (candidate) =>
          candidate.key === (status === 'ci_failed' ? 'ci-failed' : 'changes-requested') &&
          candidate.open,
      );
      return episode === undefined || episode.attempts === 0 ? '' : `attempt ${episode.attempts}`;
    }
    default:
      if (turn !== 'human' && turn !== 'ci') return '';
      if (escalated !== undefined) return lowerFirst(reactionWords(escalated.key));
      return waitWords(pr, turn);
  }
}

/** What is waited for, of whoever's turn it is. */
function waitWords(pr: PrView | null, turn: Turn): string {
  const waits = pr?.state === 'open' ? pr.waits : [];
  const ofForge = ({ who }: PrView['waits'][number]): boolean => who === 'forge' || who === 'time';
  const wait = waits.find((one) => ofForge(one) === (turn === 'ci')) ?? waits[0];
  if (wait === undefined) return turn === 'human' ? 'look at it' : '';
  return wait.text.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());
}

function actionsFor(
  snapshot: Snapshot,
  status: Status,
  policy: ProjectPolicy,
  now: number,
  pr: PrView | null,
): readonly SessionAction[] {
  const { session, facts } = snapshot;
  const actions: SessionAction[] = [];
  if (session.ended !== null) {
    if (undoUntil(snapshot, policy, now) !== null)
      actions.push(
        session.ended.cause === 'killed' || session.ended.cause === 'done' ? 'undo' : 'restore',
      );
    if (pr !== null) actions.push('open_pr', 'diff');
    return actions;
  }
  if (status === 'mergeable') actions.push('merge');
  if (pr?.state === 'open' && policy.scm.review && status !== 'mergeable') actions.push('approve');
  if (pr?.state === 'open' && policy.scm.review) actions.push('request_changes');
  if (facts.runtime?.state === 'alive')
    actions.push(
      session.paused === null ? 'stop' : 'resume',
      ...(session.paused === null && status === 'limited' ? (['resume'] as const) : []),
      'interrupt',
      'terminal',
      'logs',
    );
  else if (session.paused !== null) actions.push('resume');
  if (pr !== null) actions.push('open_pr');
  if (session.workspace !== null) actions.push('diff');
  if (pr?.state === 'open' && pr.draft) actions.push('ready');
  if (pr?.state === 'open' && policy.scm.rerun) actions.push('rerun');
  if (session.paused === null) actions.push('pause');
  // To another agent, or to somebody else of the chat.
  if (policy.threadReaches || policy.otherAgents.some((name) => name !== session.agent))
    actions.push('handoff');
  actions.push('done', 'kill', session.muted ? 'unmute' : 'mute');
  return actions;
}

function pauseReason({ session, facts }: Snapshot): string {
  const reason = session.paused?.reason ?? '';
  return reason === 'budget' && facts.budget !== null ? whyHeld(facts.budget) : reason;
}

function pauseTurn(reason: string): string {
  if (reason === 'budget') return 'over budget: raise it or stop';
  return reason === 'stopped' ? 'stopped; reply or press Resume' : 'paused; press Resume';
}

const lowerFirst = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
