import { resumesAt } from '../domain/decide/limit.ts';
import { allUsage, totalsByAgent } from '../domain/money/usage.ts';
import type { ModelUsage } from '../domain/session/facts.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import { shownPr } from '../domain/session/pr.ts';
import type { Session, Snapshot } from '../domain/session/session.ts';
import { statusOf, turnOf } from '../domain/session/status.ts';
import { troubleTexts } from '../domain/text/workspace-trouble.ts';
import { actionsFor, undoUntil } from './view/actions.ts';
import { personView } from './view/person.ts';
import { viewPr } from './view/pull-request.ts';
import { viewRequest, viewSteers } from './view/steers.ts';
import { pauseReason, turnText } from './view/turn-text.ts';
import type { SessionView } from './views.ts';

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
    turnText: turnText(snapshot, status, turn, pr, policy),
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
