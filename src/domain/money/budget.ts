/** Budgets: which there are for a session, what is spent of them, and what follows. */
import { type Day, monthStart } from '../session/calendar.ts';
import type { Millis } from '../session/time.ts';

export type BudgetKind = 'session' | 'project' | 'user' | 'day';

/** USD; left out: no limit. `project` and `user` are for a calendar month. */
export type BudgetLimits = { readonly [Kind in BudgetKind]?: number | undefined };

/** Which part of the ledger a budget is about. */
export interface BudgetScope {
  readonly session?: string;
  readonly project?: string;
  readonly starter?: string;
  /** First and last day; absent: all days. */
  readonly from?: Day;
  readonly to?: Day;
}

export interface Budget {
  /** Names the budget and its period, so that what was raised counts for that period only. */
  readonly id: string;
  readonly kind: BudgetKind;
  /** What people call it, fit for the middle of a sentence. */
  readonly label: string;
  readonly limitUsd: number;
  readonly scope: BudgetScope;
}

export interface BudgetOwner {
  readonly session: string;
  readonly project: string;
  readonly starter: string;
  readonly starterName: string;
}

/** All budgets that a session counts towards: the project's own, and those for everybody. `own` goes before `common` where both say the same kind for the same things. */
export function budgetsOf(
  owner: BudgetOwner,
  common: BudgetLimits,
  own: BudgetLimits,
  today: Day,
): readonly Budget[] {
  const { session, project, starter, starterName } = owner;
  const month = { from: monthStart(today), to: today };
  const name = today.slice(0, 7);
  return [
    budget(
      'session',
      `session:${session}`,
      `the budget of ${session}`,
      own.session ?? common.session,
      { session },
    ),
    budget(
      'project',
      `project:${project}:${name}`,
      `this month's budget of ${project}`,
      own.project ?? common.project,
      { project, ...month },
    ),
    budget(
      'user',
      `user:${starter}:${name}`,
      `${starterName}'s budget of this month`,
      common.user,
      { starter, ...month },
    ),
    budget(
      'user',
      `user:${starter}:${project}:${name}`,
      `${starterName}'s budget of this month in ${project}`,
      own.user,
      { starter, project, ...month },
    ),
    budget('day', `day:${today}`, "today's budget", common.day, { from: today, to: today }),
    budget('day', `day:${project}:${today}`, `today's budget of ${project}`, own.day, {
      project,
      from: today,
      to: today,
    }),
  ].filter((one) => one !== null);
}

const budget = (
  kind: BudgetKind,
  id: string,
  label: string,
  limitUsd: number | undefined,
  scope: BudgetScope,
): Budget | null => (limitUsd === undefined ? null : { id, kind, label, limitUsd, scope });

/** People are told when this part of a budget is used. */
const WARN_AT = 0.8;

export interface BudgetUse {
  readonly spentUsd: number;
  readonly limitUsd: number;
}

export type BudgetState = 'fine' | 'short' | 'spent';

export function budgetState({ spentUsd, limitUsd }: BudgetUse): BudgetState {
  if (spentUsd >= limitUsd) return 'spent';
  return spentUsd >= WARN_AT * limitUsd ? 'short' : 'fine';
}

/** The one that matters most: what is used up before what is short, then the larger share. Null: all are fine. */
export function tightest<T extends BudgetUse>(budgets: readonly T[]): T | null {
  const pressing = budgets.filter((one) => budgetState(one) !== 'fine');
  return pressing.toSorted((a, b) => share(b) - share(a))[0] ?? null;
}

const share = ({ spentUsd, limitUsd }: BudgetUse): number =>
  limitUsd === 0 ? Number.MAX_VALUE : spentUsd / limitUsd;

/** A budget that this session's project, person or day comes to the end of. */
export interface BudgetFact extends BudgetUse {
  readonly id: string;
  readonly kind: BudgetKind;
  readonly label: string;
  /** Of the sessions that share a budget one tells people of it. */
  readonly tells: boolean;
  readonly at: Millis;
}

/** Whether two observations say the same to a person: small sums in between are no news. */
export function sameBudget(a: BudgetFact | null, b: BudgetFact | null): boolean {
  if (a === null || b === null) return a === b;
  const step = (fact: BudgetFact): number => Math.floor(Math.min(share(fact), 100) * 20);
  return (
    a.id === b.id &&
    a.limitUsd === b.limitUsd &&
    a.tells === b.tells &&
    budgetState(a) === budgetState(b) &&
    step(a) === step(b)
  );
}

/** `$5.10 of $5.00`. */
export const usedOf = ({ spentUsd, limitUsd }: BudgetUse): string =>
  `$${spentUsd.toFixed(2)} of $${limitUsd.toFixed(2)}`;

/** Why a session waits in the queue. */
export const whyHeld = (one: BudgetUse & { readonly label: string }): string =>
  `${one.label} is used up (${usedOf(one)})`;
