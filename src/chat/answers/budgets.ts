/** Budgets in chat: the list, and the form that raises one. */
import type { BudgetView } from '../../commands/view/cost.ts';
import type { Block, Button, ChatReply } from '../../slots/chat.ts';
import { buttonId, isArgument, roomFor, shortArgument } from '../words/button-id.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { count, money, oneLine } from '../words/wording.ts';
import type { Asker, InboundDeps } from './inbound-deps.ts';
import { refused, say } from './refusals.ts';

const OVER = 'This budget is not in use any more.';

const raiseButton = (label: string, budget: BudgetView): Button =>
  button(label, 'raise', null, shortArgument(budget.id, roomFor('raise', '')));

export function budgetsReply(budgets: readonly BudgetView[]): ChatReply {
  if (budgets.length === 0) return say('No live session has a budget.');
  const spent = budgets.filter((budget) => budget.state === 'spent').length;
  const line = `${count(budgets.length, 'budget')}${spent === 0 ? '' : `, ${spent} used up`}:`;
  const rows = budgets.map((budget) => [
    capital(oneLine(budget.label, 60)),
    money(budget.spentUsd),
    money(budget.limitUsd),
    WORDS[budget.state],
  ]);
  const table: Block = { type: 'table', columns: ['Budget', 'Spent', 'Limit', ''], rows };
  const tight = budgets.filter((budget) => budget.state !== 'fine').slice(0, 5);
  return whisper(line, line, [
    table,
    ...buttons(tight.map((budget) => raiseButton(`Raise ${oneLine(budget.label, 40)}…`, budget))),
  ]);
}

const WORDS: Readonly<Record<BudgetView['state'], string>> = {
  fine: '',
  short: 'nearly used up',
  spent: 'used up',
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The one that was pressed, or of a session's the one that is tightest. */
function wanted(
  session: string | null,
  arg: string | null,
  budgets: readonly BudgetView[],
): BudgetView | null {
  if (arg !== null) return budgets.find((budget) => isArgument(arg, budget.id)) ?? null;
  return (
    budgets.find(
      (budget) => session !== null && budget.sessions.includes(session) && budget.state !== 'fine',
    ) ?? null
  );
}

export function raiseForm(
  session: string | null,
  arg: string | null,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const listed = deps.commands.budgets(asker.actor);
  if (!listed.ok) return refused(listed.error, deps, asker);
  const budget = wanted(session, arg, listed.value);
  if (budget === null) return say(OVER);
  const id = buttonId('raise', null, shortArgument(budget.id, roomFor('raise', '')));
  const label = oneLine(
    `New limit in USD (${money(budget.spentUsd)} of ${money(budget.limitUsd)} used)`,
    45,
  );
  const initial = suggested(budget).toFixed(2);
  return {
    form: {
      id,
      title: oneLine(`Raise ${budget.label}`, 24),
      submit: 'Raise',
      fields: [{ id: 'text', label, kind: 'text', optional: false, initial }],
    },
  };
}

/** Half as much again, and room above what is spent. */
const suggested = ({ limitUsd, spentUsd }: BudgetView): number =>
  Math.ceil(Math.max(limitUsd * 1.5, spentUsd * 1.25, 1));

export function runRaiseForm(
  arg: string | null,
  usd: string,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const listed = deps.commands.budgets(asker.actor);
  if (!listed.ok) return refused(listed.error, deps, asker);
  const budget = wanted(null, arg ?? '', listed.value);
  if (budget === null) return say(OVER);
  const limitUsd = Number(usd.trim().replace(/^\$/, '').replace(',', '.'));
  if (usd.trim() === '' || !Number.isFinite(limitUsd))
    return { errors: { text: 'An amount such as 20 or 7.50' } };
  if (limitUsd <= budget.limitUsd)
    return { errors: { text: `More than ${money(budget.limitUsd)}, which is the limit now` } };
  const raised = deps.commands.raiseBudget(asker.actor, budget.id, limitUsd);
  if (!raised.ok) return refused(raised.error, deps, asker);
  return say(
    `${capital(raised.value.label)} is ${money(raised.value.limitUsd)} now. What it held back continues.`,
  );
}
