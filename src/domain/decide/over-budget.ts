import { budgetState } from '../money/budget.ts';
import type { Draft } from './draft.ts';

/** Nothing of this session may start: a budget is used up, and the team did not switch that off. */
export function isOverBudget(draft: Draft): boolean {
  const { budget } = draft.snapshot.facts;
  return (
    budget !== null &&
    budgetState(budget) === 'spent' &&
    draft.policy.reactions['budget-exceeded']?.action !== 'none'
  );
}
