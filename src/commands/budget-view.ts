import type { LiveBudget } from '../lifecycle/observe/budgets.ts';
import type { BudgetView } from './view/cost.ts';

export const budgetView = ({
  id,
  kind,
  label,
  limitUsd,
  spentUsd,
  state,
  sessions,
}: LiveBudget): BudgetView => ({ id, kind, label, limitUsd, spentUsd, state, sessions });
