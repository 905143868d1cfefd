import { type Actor, AO } from '../ids.ts';
import { type Draft, effect, emit, putEpisode, setSession } from './draft.ts';
import { launch } from './launch.ts';

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
    if (episode.open && episode.escalatedAt === null && held > 0) putEpisode(draft, { ...episode, startedAt: episode.startedAt + held });
  }
  if (stage === 'preparing' && workspace?.state === 'present') launch(draft, startedAt !== null);
}

/** A budget that is used up pauses the session; a raised one lets it go on. */
export function keepBudget(draft: Draft): void {
  const { session, facts } = draft.snapshot;
  if (session.ended !== null || draft.policy.reactions['budget-exceeded']?.action === 'none') return;
  const { budget } = facts;
  const isSpent = budget !== null && budget.spentUsd >= budget.limitUsd;
  if (!isSpent && session.paused?.reason === BUDGET) return goOn(draft, AO);
  if (!isSpent || session.paused !== null) return;
  setSession(draft, { paused: { by: AO, reason: BUDGET, at: draft.now } });
  emit(draft, { type: 'session.paused', by: AO, reason: BUDGET });
  if (facts.runtime?.state === 'alive' && facts.activity?.state === 'active') effect(draft, { type: 'interrupt_agent', id: `budget-${draft.now}` });
}
