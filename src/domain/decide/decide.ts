import { endReaction } from '../reactions/fire.ts';
import { react, reactToEvents } from '../reactions/react.ts';
import type { Decision } from '../session/decision.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { Input } from '../session/input.ts';
import type { ProjectPolicy } from '../session/policy.ts';
import { openPr } from '../session/pr.ts';
import type { Snapshot } from '../session/session.ts';
import { readinessOf, statusOf, stuckSince } from '../session/status.ts';
import type { Millis } from '../session/time.ts';
import { applyCommand } from './commands.ts';
import { type Draft, effect, emit, setSession, wakeAt } from './draft.ts';
import { applyFact } from './facts.ts';
import { gateOf, startMerge } from './merge.ts';
import { applyOutcome } from './outcomes.ts';
import { keepBudget } from './pause.ts';
import { handBackRound } from './review-round.ts';
import { checkReceipts, deliverNext } from './steers.ts';
import { resolveFixed } from './threads.ts';
import { resumeAfterLimit } from './try-limit.ts';

/**
 * The one place that chooses a session's state. Pure and total: same arguments, same result; it never throws for
 * reasons of the domain. The result is saved in one transaction or not at all.
 */
export function decide(
  snapshot: Snapshot,
  input: Input,
  policy: ProjectPolicy,
  now: Millis,
): Decision {
  const draft: Draft = {
    snapshot,
    policy,
    now,
    events: [],
    effects: [],
    cancel: [],
    timers: [],
    because: input.type,
    refusal: null,
  };
  apply(draft, input);
  if (draft.refusal !== null) return refused(snapshot, draft, input);
  settle(draft);
  return {
    snapshot: { ...draft.snapshot, timers: draft.timers },
    events: draft.events,
    effects: draft.effects,
    cancel: draft.cancel,
    refusal: null,
  };
}

function refused(snapshot: Snapshot, draft: Draft, input: Input): Decision {
  const refusal = draft.refusal;
  const events =
    input.type === 'command' && refusal !== null
      ? [
          {
            type: 'input.refused' as const,
            what: input.command.type,
            by: input.by,
            reason: refusal.message,
          },
        ]
      : [];
  return { snapshot, events, effects: [], cancel: [], refusal };
}

function apply(draft: Draft, input: Input): void {
  switch (input.type) {
    case 'command':
      return applyCommand(draft, input.command, input.by);
    case 'fact':
      return applyFact(draft, input.fact);
    case 'outcome':
      draft.because = input.outcome.type;
      return applyOutcome(draft, input.effect, input.outcome);
    case 'timer':
      draft.because = `time (${input.timer.kind})`;
      return;
  }
}

/** Everything that follows from the new state and the time, whatever the input was. */
function settle(draft: Draft): void {
  keepBudget(draft);
  resumeAfterLimit(draft);
  react(draft);
  handBackRound(draft);
  resolveFixed(draft);
  retryMerge(draft);
  tellStatus(draft);
  reactToEvents(draft);
  checkReceipts(draft);
  deliverNext(draft);
  wakeForStatus(draft);
  tellStatus(draft);
}

function retryMerge(draft: Draft): void {
  const { session } = draft.snapshot;
  const failure = session.mergeFailure;
  if (
    session.ended !== null ||
    session.paused !== null ||
    session.merging !== null ||
    failure === null ||
    failure.retryAt === null
  )
    return;
  const pr = openPr(draft.snapshot);
  if (pr === null || pr.headSha !== failure.sha) return dropFailure(draft);
  if (failure.retryAt > draft.now) return wakeAt(draft, 'merge-retry', pr.key, failure.retryAt);
  const looked = gateOf(draft, pr);
  if (looked === 'unknown') return; // Tried as soon as it is known.
  if (looked === 'closed') return dropFailure(draft); // The world moved on, and the new state speaks for itself.
  setSession(draft, { mergeFailure: { ...failure, retryAt: null } });
  startMerge(draft, pr, draft.policy.merge.method, failure.by);
}

function dropFailure(draft: Draft): void {
  setSession(draft, { mergeFailure: null });
  endReaction(draft, 'merge-failed');
}

/** Statuses that time alone brings about: stuck, and a gate that waits only for its settle window. */
function wakeForStatus(draft: Draft): void {
  const { session } = draft.snapshot;
  if (session.ended !== null || session.stage === 'queued') return;
  const status = statusOf(draft.snapshot, draft.policy, draft.now);
  const since = stuckSince(draft.snapshot, status, draft.policy, draft.now);
  if (since !== null) wakeAt(draft, 'stuck', 'status', since + draft.policy.stuckThreshold);
  const pr = openPr(draft.snapshot);
  if (pr === null) return;
  for (const wait of readinessOf(pr, draft.snapshot, draft.policy, draft.now).waits)
    if (wait.type === 'settling') wakeAt(draft, 'gate', pr.key, wait.until);
  if (pr.mergeability === 'unknown') askAgain(draft, pr);
}

const ASK_AGAIN_AFTER = 5_000;

/** The forge computes mergeability when asked; `unknown` is asked again once per look, not taken for an answer. */
function askAgain(draft: Draft, pr: PullRequestFact): void {
  const due = pr.at + ASK_AGAIN_AFTER;
  const key = `unknown ${pr.key}`;
  if (due > draft.now) return wakeAt(draft, 'gate', key, due);
  if (!draft.snapshot.timers.some((timer) => timer.key === key)) return;
  effect(draft, { type: 'refresh_pr', pr: pr.key, nonce: `unknown-${pr.at}` });
}

function tellStatus(draft: Draft): void {
  const from = draft.snapshot.session.toldStatus;
  const to = statusOf(draft.snapshot, draft.policy, draft.now);
  if (from === to) return;
  setSession(draft, { toldStatus: to });
  emit(draft, { type: 'session.status', from, to, because: draft.because });
}
