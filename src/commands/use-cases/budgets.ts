import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { budgetView } from '../budget-view.ts';
import { BudgetSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';
import type { BudgetView } from '../view/cost.ts';

/** Budgets of live sessions, those that are used up first. */
export const budgets = readOfAll({
  name: 'budgets',
  when: 'now',
  agents: 'nobody',
  http: get({
    path: '/api/budgets',
    tag: 'team',
    summary: 'Budgets of live sessions, the tightest first',
    response: z.array(BudgetSchema),
    args: () => [],
  }),
  run: ({ parts }: Call) =>
    ok(
      parts.budgets
        .list()
        .map(budgetView)
        .toSorted(
          (a, b) =>
            b.spentUsd / (b.limitUsd || 1) - a.spentUsd / (a.limitUsd || 1) ||
            a.id.localeCompare(b.id),
        ) as readonly BudgetView[],
    ),
});
