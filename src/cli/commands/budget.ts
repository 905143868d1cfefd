import type { Command } from 'commander';
import type { BudgetView } from '../../commands/view/cost.ts';
import { formatUsd } from '../../lib/money.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

export const budgetCommand = (cli: Cli): Command =>
  baseCommand('budget', 'Budgets of live sessions; raise one')
    .argument('[action]', 'raise')
    .argument('[id]', 'the budget, as the list names it')
    .argument('[usd]', 'the new limit')
    .action(
      async (
        action: string | undefined,
        id: string | undefined,
        usd: string | undefined,
        options: CommonOptions,
      ) => {
        const api = cli.api(options);
        if (action === undefined) {
          const budgets = await api.get<readonly BudgetView[]>('/api/budgets');
          return cli.out(
            options.json ? JSON.stringify(budgets, null, 2) : budgetTable(budgets, cli.columns),
          );
        }
        if (action !== 'raise' || id === undefined || usd === undefined)
          throw usageError('Say  ao budget  or  ao budget raise ID USD');
        const limitUsd = Number(usd.replace(/^\$/, ''));
        if (!Number.isFinite(limitUsd) || limitUsd <= 0)
          throw usageError(`"${usd}" isn't an amount.  Use one such as 20 or 7.50.`);
        const raised = await api.post<BudgetView>('/api/budgets/raise', { id, limitUsd });
        cli.out(
          options.json
            ? JSON.stringify(raised, null, 2)
            : `${raised.id}: ${formatUsd(raised.spentUsd)} of ${formatUsd(raised.limitUsd)}.`,
        );
      },
    );

function budgetTable(budgets: readonly BudgetView[], columns: number | null): string {
  if (budgets.length === 0) return 'No live session has a budget.  budgets in ao.yaml sets them.';
  const rows = budgets.map((budget) => [
    budget.id,
    formatUsd(budget.spentUsd),
    formatUsd(budget.limitUsd),
    WORDS[budget.state],
    budget.sessions.join(' '),
  ]);
  return formatTable([['BUDGET', 'SPENT', 'LIMIT', 'STATE', 'SESSIONS'], ...rows], columns);
}

const WORDS: Readonly<Record<BudgetView['state'], string>> = {
  fine: 'fine',
  short: 'nearly used up',
  spent: 'used up',
};
