import { type Actor, AO } from '../session/ids.ts';
import { type Draft, effect, emit, putEpisode, setSession } from './draft.ts';
import { launch } from './launch.ts';
import { isOverBudget } from './over-budget.ts';

/** Reason of a pause that ends by itself when the budget is raised. */
export const BUDGET = 'budget';

/** Ends a pause. What was held meanwhile did not use up anybody's time. */
export function goOn(draft: Draft, by: Actor): void {
  const { paused, stage, workspace, startedAt } = draft.snapshot.session;
  if (paused === null) return;
  setSession(draft, { paused: null });
  emit(draft, { type: 'session.resumed', by });
  for (const episode of draft.snapshot.episodes) {
    const held = draft.now - Math.max(paused.at, episode.startedAt);
    if (episode.open && episode.escalatedAt === null && held > 0)
      putEpisode(draft, { ...episode, startedAt: episode.startedAt + held });
  }
  if (stage === 'preparing' && workspace?.state === 'present') launch(draft, startedAt !== null);
}

/** A budget that is used up pauses the session, at the end of the agent's turn unless the team wants it at once; a raised one lets it go on. */
export function keepBudget(draft: Draft): void {
  const { session } = draft.snapshot;
  if (session.ended !== null || session.stage === 'queued') return;
  const isOver = isOverBudget(draft);
  if (!isOver && session.paused?.reason === BUDGET) return goOn(draft, AO);
  if (!isOver || session.paused !== null) return;
  if (draft.policy.budgetPause === 'turn-end' && isInTurn(draft)) return;
  holdForBudget(draft);
  const { runtime, activity } = draft.snapshot.facts;
  if (runtime?.state === 'alive' && activity?.state === 'active')
    effect(draft, { type: 'interrupt_agent', id: `budget-${draft.now}` });
}

export function holdForBudget(draft: Draft): void {
  setSession(draft, { paused: { by: AO, reason: BUDGET, at: draft.now } });
  emit(draft, { type: 'session.paused', by: AO, reason: BUDGET });
}

/** A question in the middle of a turn is not its end. */
function isInTurn(draft: Draft): boolean {
  const { session, facts, steers } = draft.snapshot;
  if (facts.runtime?.state !== 'alive' && facts.runtime?.state !== 'starting') return false;
  const begins =
    session.stage === 'launching' &&
    !steers.some((steer) => steer.kind === 'task' && steer.state === 'queued');
  return begins || facts.activity?.state === 'active' || facts.activity?.state === 'waiting_input';
}
