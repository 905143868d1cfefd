import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import type { LiveBudget } from '../../lifecycle/observe/budgets.ts';
import { budgetView } from '../budget-view.ts';
import { type CommandParts, refusal } from '../parts.ts';
import { BudgetSchema } from '../schemas/view-schemas.ts';
import { type Call, ofAll, post } from '../use-case.ts';

const HIGHEST = 1_000_000;

/**
 * Only upwards, and only for the budget's own period (a session, a day, a month); the configuration stays as it is. A session's
 * own budget needs the right to merge, everybody else's `admin`.
 */
export const raiseBudget = ofAll({
  name: 'raiseBudget',
  when: 'now',
  verb: ({ parts }, id) => (budgetOf(parts, id)?.kind === 'session' ? 'merge' : 'admin'),
  agents: 'nobody',
  action: 'raise budget',
  detail: (id, limitUsd) => `${id} to $${limitUsd.toFixed(2)}`,
  about(parts, id) {
    const found = budgetOf(parts, id);
    return found?.kind === 'session' ? (found.scope.session ?? null) : null;
  },
  http: post({
    path: '/api/budgets/raise',
    tag: 'team',
    summary: 'A higher limit for the present period of a budget',
    body: z.object({ id: z.string(), limitUsd: z.number().positive() }),
    response: BudgetSchema,
    args: ({ body }) => [body.id, body.limitUsd],
  }),
  run({ parts }: Call, id: string, limitUsd: number) {
    const found = budgetOf(parts, id);
    if (found === undefined)
      return refusal('AO_BAD_REQUEST', `There is no budget "${id}" now.  ao budget  lists them.`);
    if (!(limitUsd > found.limitUsd) || limitUsd > HIGHEST)
      return refusal(
        'AO_BAD_REQUEST',
        `The new limit must be more than $${found.limitUsd.toFixed(2)}${limitUsd > HIGHEST ? ` and at most $${HIGHEST}` : ''}.`,
      );
    parts.budgets.raise(found, limitUsd);
    return ok(budgetView({ ...found, limitUsd, state: budgetOf(parts, id)?.state ?? 'fine' }));
  },
});

const budgetOf = (parts: CommandParts, id: string): LiveBudget | undefined =>
  parts.budgets.list().find((budget) => budget.id === id);
