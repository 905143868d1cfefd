import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import { ok, type Result } from '../lib/result.ts';
import type { LiveBudget } from '../lifecycle/observe/budgets.ts';
import { audit, type CommandParts, refusal } from './parts.ts';
import type { BudgetView } from './views.ts';

const HIGHEST = 1_000_000;

const view = ({
  id,
  kind,
  label,
  limitUsd,
  spentUsd,
  state,
  sessions,
}: LiveBudget): BudgetView => ({ id, kind, label, limitUsd, spentUsd, state, sessions });

/** Budgets of live sessions, those that are used up first. */
export const budgets = (parts: CommandParts): readonly BudgetView[] =>
  parts.budgets
    .list()
    .map(view)
    .toSorted(
      (a, b) =>
        b.spentUsd / (b.limitUsd || 1) - a.spentUsd / (a.limitUsd || 1) || a.id.localeCompare(b.id),
    );

/** Only upwards, and only for the budget's own period; the configuration stays as it is. One session's own needs the right to merge, everybody else's `admin`. */
export function raiseBudget(
  parts: CommandParts,
  actor: Actor,
  id: string,
  limitUsd: number,
): Result<BudgetView, Refusal> {
  const found = parts.budgets.list().find((budget) => budget.id === id);
  const denied = parts.access.refusal(actor, found?.kind === 'session' ? 'merge' : 'admin');
  audit(
    parts,
    actor,
    'raise budget',
    found?.kind === 'session' ? (found.scope.session ?? null) : null,
    denied,
    `${id} to $${limitUsd.toFixed(2)}`,
  );
  if (denied !== null) return { ok: false, error: denied };
  if (found === undefined)
    return refusal('AO_BAD_REQUEST', `There is no budget "${id}" now.  ao budget  lists them.`);
  if (!(limitUsd > found.limitUsd) || limitUsd > HIGHEST)
    return refusal(
      'AO_BAD_REQUEST',
      `The new limit must be more than $${found.limitUsd.toFixed(2)}${limitUsd > HIGHEST ? ` and at most $${HIGHEST}` : ''}.`,
    );
  parts.budgets.raise(found, limitUsd);
  return ok(
    view({
      ...found,
      limitUsd,
      state: parts.budgets.list().find((budget) => budget.id === id)?.state ?? 'fine',
    }),
  );
}
