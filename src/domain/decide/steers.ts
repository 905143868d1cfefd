import type { Outcome } from '../session/effect.ts';
import type { ActivityState } from '../session/facts.ts';
import type { Steer } from '../session/session.ts';
import type { Millis } from '../session/time.ts';
import {
  type Draft,
  effect,
  emit,
  setFacts,
  setSession,
  setSteer,
  steerOf,
  wakeAt,
} from './draft.ts';
import { isOverBudget } from './over-budget.ts';

const MAX_ATTEMPTS = 3;
/** States in which the agent reads what is typed. */
const LISTENING: ReadonlySet<ActivityState> = new Set(['ready', 'idle', 'blocked']);

/** Puts the next message on its way when the agent can take one. At most one is on its way at a time. */
export function deliverNext(draft: Draft): void {
  const inFlight = draft.snapshot.steers.find(
    (steer) => steer.state === 'typing' || steer.state === 'typed',
  );
  if (inFlight !== undefined) return;
  const next = nextSteer(draft);
  if (next === undefined || whyNot(draft, next) !== null) return;
  setSteer(draft, next.id, {
    state: 'typing',
    attempts: next.attempts + 1,
    reason: null,
    typedAt: draft.now,
  });
  effect(draft, {
    type: 'deliver_steer',
    steer: next.id,
    attempt: next.attempts + 1,
    nonce: draft.now,
  });
}

/** The task goes first, then what happened to the agent, then what is urgent, then first come first served. Who has to wait keeps its place. */
function nextSteer(draft: Draft): Steer | undefined {
  const all = draft.snapshot.steers.filter((steer) => steer.state === 'queued');
  const tries = all.filter((steer) => triesLimit(draft, steer));
  const queued = tries.length > 0 ? tries : all;
  const next =
    queued.find((steer) => steer.kind === 'task') ??
    queued.find((steer) => steer.kind === 'resume') ??
    queued.find((steer) => steer.urgent) ??
    queued[0];
  return (next?.notBefore ?? 0) <= draft.now ? next : undefined;
}

/** Why nothing may be typed now; null when it may. Typing into an open permission prompt would approve it. */
function whyNot(draft: Draft, steer: Steer): string | null {
  const { session, facts, requests } = draft.snapshot;
  if (session.ended !== null || (session.stage !== 'launching' && session.stage !== 'running'))
    return 'the agent is not running';
  if (session.paused !== null) return 'the session is paused';
  if (isOverBudget(draft)) return 'a budget is used up';
  if (facts.runtime?.state !== 'alive') return 'the agent is not running';
  if (requests.some((request) => request.answer === null || request.answer.state === 'sending'))
    return 'the agent waits for an answer';
  const state = facts.activity?.state ?? 'starting';
  if (LISTENING.has(state)) return null;
  if (state === 'active') return steer.urgent ? null : 'the agent is busy';
  if (state !== 'limited') return 'the agent is not ready';
  return triesLimit(draft, steer) ? null : 'the usage limit is reached';
}

/** Nobody knows when the usage limit ends: what a person says since is a try, and goes to the agent at once. */
function triesLimit({ snapshot }: Draft, steer: Steer): boolean {
  const { activity } = snapshot.facts;
  return (
    activity?.state === 'limited' &&
    activity.resetAt === null &&
    steer.kind === 'human' &&
    steer.createdAt >= activity.since
  );
}

/** What comes of a delivery that is not the current one counts only as proof that the agent has it. */
export function steerTyped(
  draft: Draft,
  { steer: id, attempt, accepted, asWords }: Outcome & { type: 'steer_typed' },
): void {
  const steer = steerOf(draft, id);
  if (asWords !== undefined) emit(draft, { type: 'steer.as_words', steer: id, ...asWords });
  const { activity } = draft.snapshot.facts;
  // The delivery may return when the whole turn is over already.
  const isOver =
    activity !== null &&
    LISTENING.has(activity.state) &&
    activity.since > (steer?.typedAt ?? draft.now);
  if (steer?.state === 'typing' && steer.attempts === attempt) handedOver(draft, id);
  if (accepted) steerAccepted(draft, id, isOver ? (steer?.typedAt ?? draft.now) : draft.now);
}

/** The agent has the text before it; whether it took it is not known yet. */
export function handedOver(draft: Draft, id: string): void {
  setSteer(draft, id, { state: 'typed', typedAt: draft.now });
  emit(draft, { type: 'steer.typed', steer: id });
}

export function steerAccepted(draft: Draft, id: string, at: Millis = draft.now): void {
  const steer = steerOf(draft, id);
  if (steer === undefined || steer.state === 'accepted') return;
  setSteer(draft, id, { state: 'accepted', acceptedAt: draft.now, reason: null });
  emit(draft, { type: 'steer.accepted', steer: id });
  if (draft.snapshot.session.ended !== null) return;
  beginTurn(draft, Math.min(at, draft.now));
  if (steer.kind === 'task' || draft.snapshot.session.stage === 'launching') taskAccepted(draft);
}

/**
 * Taking a message starts a turn: without this, a stale "ready" would let the next message follow at once. It began when
 * the agent took the message, not when ao heard of it: a turn may be over by then, and its "ready" must not look stale.
 */
function beginTurn(draft: Draft, at: Millis): void {
  const activity = draft.snapshot.facts.activity;
  if (activity !== null && !LISTENING.has(activity.state) && activity.state !== 'starting') return;
  if (activity !== null && activity.since > at && activity.state !== 'starting') return;
  setFacts(draft, {
    activity: {
      state: 'active',
      source: activity?.source ?? 'terminal',
      detail: null,
      resetAt: null,
      since: at,
      at,
    },
  });
}

function taskAccepted(draft: Draft): void {
  const { session } = draft.snapshot;
  if (session.stage !== 'launching') return;
  setSession(draft, { stage: 'running', startedAt: session.startedAt ?? draft.now });
  if (session.handovers.at(-1)?.takenAt === null) tookOver(draft, session.startedAt !== null);
  if (session.startedAt !== null) return;
  if (session.workspace === null) return;
  emit(draft, {
    type: 'session.started',
    base: session.base,
    baseSha: session.workspace.baseSha,
    workspaceMs: Math.max(0, (session.launchedAt ?? draft.now) - (session.admittedAt ?? draft.now)),
    promptMs: Math.max(0, draft.now - (session.launchedAt ?? draft.now)),
  });
}

/** `told`: the start of the whole session is no news any more. */
function tookOver(draft: Draft, told: boolean): void {
  const { agent, handovers, launchedAt } = draft.snapshot.session;
  const last = handovers.at(-1);
  if (last === undefined) return;
  setSession(draft, { handovers: [...handovers.slice(0, -1), { ...last, takenAt: draft.now }] });
  if (told)
    emit(draft, {
      type: 'session.taken_over',
      agent,
      promptMs: Math.max(0, draft.now - (launchedAt ?? draft.now)),
    });
}

/**
 * Nothing was typed; it goes back to its place in the queue and is tried again soon. A try that may have got through before is
 * remembered as one, so that the next looks for evidence first.
 */
export function steerDeferred(draft: Draft, id: string, reason: string, inDoubt: boolean): void {
  const steer = steerOf(draft, id);
  if (steer === undefined || steer.state !== 'typing') return;
  setSteer(draft, id, {
    state: 'queued',
    attempts: Math.max(inDoubt ? 1 : 0, steer.attempts - 1),
    reason,
    notBefore: draft.now + (steer.urgent ? 500 : 2_000),
  });
}

export function steerFailed(draft: Draft, id: string, reason: string): void {
  const steer = steerOf(draft, id);
  if (steer?.state !== 'typing' && steer?.state !== 'typed') return;
  if (steer.attempts < MAX_ATTEMPTS) {
    setSteer(draft, id, { state: 'queued', reason, notBefore: draft.now + 1_000 * steer.attempts });
    return;
  }
  setSteer(draft, id, { state: 'failed', reason });
  emit(draft, { type: 'steer.failed', steer: id, reason });
}

/** No proof of acceptance in time: try again (the agent plugin looks for evidence first), then say so. */
export function checkReceipts(draft: Draft): void {
  for (const steer of draft.snapshot.steers) {
    if (steer.state !== 'typed' || steer.typedAt === null) continue;
    const due = steer.typedAt + draft.policy.receiptTimeout;
    if (due > draft.now) wakeAt(draft, 'receipt', steer.id, due);
    // Held: the end of the pause and the answer are inputs, after which it is looked at again.
    else if (draft.snapshot.session.paused === null && !isAnswering(draft))
      retryTyped(draft, steer);
  }
  for (const steer of draft.snapshot.steers) {
    if (steer.state === 'queued' && steer.notBefore !== null)
      wakeAt(draft, 'receipt', steer.id, steer.notBefore);
  }
}

const isAnswering = (draft: Draft): boolean =>
  draft.snapshot.requests.some((request) => request.answer === null);

function retryTyped(draft: Draft, steer: Steer): void {
  if (draft.snapshot.facts.runtime?.state !== 'alive') return requeue(draft, steer);
  if (steer.attempts >= MAX_ATTEMPTS)
    return steerFailed(
      draft,
      steer.id,
      `the agent gave no sign of having taken it after ${steer.attempts} tries`,
    );
  setSteer(draft, steer.id, { state: 'typing', attempts: steer.attempts + 1 });
  effect(draft, {
    type: 'deliver_steer',
    steer: steer.id,
    attempt: steer.attempts + 1,
    nonce: draft.now,
  });
}

function requeue(draft: Draft, steer: Steer): void {
  setSteer(draft, steer.id, { state: 'queued', typedAt: null, reason: 'the agent is not running' });
}

/** Why a message that was under way failed; a restore sends it again. */
export const SESSION_ENDED = 'the session ended';

/** The session ends. A person whose message was taken hears that nobody got it. */
export function cutOffSteers(draft: Draft): void {
  for (const steer of draft.snapshot.steers) {
    if (steer.state !== 'queued' && steer.state !== 'typing' && steer.state !== 'typed') continue;
    setSteer(draft, steer.id, { state: 'failed', reason: SESSION_ENDED });
    if (steer.kind === 'human')
      emit(draft, { type: 'steer.failed', steer: steer.id, reason: SESSION_ENDED });
  }
}

/** A new process knows nothing of what was typed into the old one. */
export function requeueInFlight(draft: Draft): void {
  for (const steer of draft.snapshot.steers) {
    if (steer.state === 'typing' || steer.state === 'typed') requeue(draft, steer);
  }
}
