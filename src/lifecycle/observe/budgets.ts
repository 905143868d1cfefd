import type { Db } from '../../db/open.ts';
import { spentUsd } from '../../db/usage-store.ts';
import {
  type Budget,
  type BudgetFact,
  type BudgetLimits,
  type BudgetState,
  type BudgetUse,
  budgetState,
  budgetsOf,
  sameBudget,
  tightest,
  whyHeld,
} from '../../domain/money/budget.ts';
import { addDays } from '../../domain/session/calendar.ts';
import { payerOf } from '../../domain/session/payer.ts';
import type { Session, Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ZoneDays } from '../../lib/zone-days.ts';
import type { KeyValue } from '../../slots/plugin.ts';
import type { Dispatch } from '../dispatch.ts';
import { whenWritable } from '../when-writable.ts';

export interface BudgetParts {
  readonly db: Db;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly days: () => ZoneDays;
  /** For everybody. */
  readonly common: () => BudgetLimits;
  /** A project's own. */
  readonly own: (project: string) => BudgetLimits;
  /** Whether a team wants budgets kept at all. */
  readonly isKept: (project: string) => boolean;
  /** What people added to budgets, by their id. */
  readonly raises: KeyValue;
  /** Something that waited may start. */
  readonly onRoom: () => void;
}

export interface LiveBudget extends Budget, BudgetUse {
  readonly state: BudgetState;
  /** Live sessions that count towards it. */
  readonly sessions: readonly string[];
}

export interface Budgets {
  start(): void;
  stop(): void;
  /** Compares what is spent with what may be, and tells the sessions; with `also`, one that has ended too. */
  look(also?: string): void;
  /** Why a session may not start now; null when it may. */
  whyHeld(session: Session): string | null;
  /** Budgets of the live sessions. */
  list(): readonly LiveBudget[];
  /** Sets a new limit for the budget's own period. */
  raise(budget: Budget, limitUsd: number): void;
}

/** Usage comes in small steps; sums are taken at most this often. */
const PAUSE = 500;
const LONGEST_SLEEP = 600_000;

interface BudgetsState {
  readonly parts: BudgetParts;
  readonly db: BudgetParts['db'];
  readonly raises: BudgetParts['raises'];
  readonly days: BudgetParts['days'];
  readonly clock: BudgetParts['clock'];
  readonly dispatch: BudgetParts['dispatch'];
  readonly usageSeen: Map<string, unknown>;
  off: (() => void) | null;
  due: { cancel(): void } | null;
  midnight: { cancel(): void } | null;
}

/** Watches the ledger for budgets that come to their end, and days and months that begin. */
export function createBudgets(parts: BudgetParts): Budgets {
  const { db, dispatch, clock, days, raises } = parts;
  const budgets: BudgetsState = {
    parts,
    db,
    raises,
    days,
    clock,
    dispatch,
    usageSeen: new Map<string, unknown>(),
    off: null,
    due: null,
    midnight: null,
  };
  return {
    look: () => look(budgets),
    start: () => start(budgets),
    stop: () => stop(budgets),
    whyHeld: (session) => whyHeldBudgets(budgets, session),
    list: () => list(budgets),
    raise: (budget, limitUsd) => raise(budgets, budget, limitUsd),
  };
}

function budgetsFor(budgets: BudgetsState, session: Session, today: string): readonly Budget[] {
  const { id, project } = session;
  const { subject: starter, name: starterName } = payerOf(session);
  const owner = { session: id, project, starter, starterName };
  return budgetsOf(owner, budgets.parts.common(), budgets.parts.own(project), today);
}

function sums(budgets: BudgetsState): (budget: Budget) => Budget & BudgetUse {
  const known = new Map<string, number>();
  return (budget) => {
    const spent = known.get(budget.id) ?? spentUsd(budgets.db, budget.scope);
    known.set(budget.id, spent);
    return {
      ...budget,
      spentUsd: spent,
      limitUsd: budget.limitUsd + extraOf(budgets.raises, budget.id),
    };
  };
}

const today = (budgets: BudgetsState): string => budgets.days().dayOf(budgets.clock.now());

const live = (budgets: BudgetsState): readonly Snapshot[] => budgets.dispatch.live();

function look(budgets: BudgetsState, also?: string): void {
  budgets.due?.cancel();
  budgets.due = null;
  const measure = sums(budgets);
  const day = today(budgets);
  const ended = also === undefined ? null : budgets.dispatch.snapshot(also);
  const pressing = [
    ...live(budgets).filter(({ session }) => session.stage !== 'queued'),
    ...(ended?.session.ended ? [ended] : []),
  ].map((snapshot) => ({
    snapshot,
    budget: budgets.parts.isKept(snapshot.session.project)
      ? tightest(budgetsFor(budgets, snapshot.session, day).map(measure))
      : null,
  }));
  const tellers = tellersOf(pressing);
  for (const { snapshot, budget } of pressing) {
    const { id } = snapshot.session;
    const fact =
      budget === null
        ? null
        : factOf(
            budget,
            tellers.get(`${budget.id} ${budgetState(budget)}`) === id,
            budgets.clock.now(),
          );
    if (!sameBudget(snapshot.facts.budget, fact))
      budgets.dispatch.input(id, { type: 'fact', fact: { type: 'budget', fact } });
  }
  if (live(budgets).some(({ session }) => session.stage === 'queued')) budgets.parts.onRoom();
}

/** Nobody waits for it. */
const lookAlone = (budgets: BudgetsState): void =>
  whenWritable(
    budgets.clock,
    () => budgets.off === null,
    () => look(budgets),
  );

function lookSoon(budgets: BudgetsState): void {
  budgets.due ??= budgets.clock.after(PAUSE, () => lookAlone(budgets));
}

function waitForMidnight(budgets: BudgetsState): void {
  const next = budgets.days().startOf(addDays(today(budgets), 1));
  const day = today(budgets);
  budgets.midnight = budgets.clock.after(
    Math.min(Math.max(1_000, next - budgets.clock.now()), LONGEST_SLEEP),
    () => {
      if (today(budgets) !== day) lookAlone(budgets);
      waitForMidnight(budgets);
    },
  );
}

function start(budgets: BudgetsState): void {
  budgets.off = budgets.dispatch.onChange(({ session, events }) => {
    const snapshot = budgets.dispatch.snapshot(session);
    const usage = snapshot?.facts.usage ?? null;
    if (
      budgets.usageSeen.get(session) === usage &&
      !events.some(({ event }) => CHANGES_WHO_COUNTS.has(event.type))
    )
      return;
    if (snapshot === null || snapshot.session.ended !== null) budgets.usageSeen.delete(session);
    else budgets.usageSeen.set(session, usage);
    lookSoon(budgets);
  });
  look(budgets);
  waitForMidnight(budgets);
}

function stop(budgets: BudgetsState): void {
  budgets.off?.();
  budgets.off = null;
  budgets.due?.cancel();
  budgets.midnight?.cancel();
}

function whyHeldBudgets(budgets: BudgetsState, session: Session): string | null {
  if (!budgets.parts.isKept(session.project)) return null;
  const worst = tightest(budgetsFor(budgets, session, today(budgets)).map(sums(budgets)));
  return worst !== null && budgetState(worst) === 'spent' ? whyHeld(worst) : null;
}

function list(budgets: BudgetsState): readonly LiveBudget[] {
  const measure = sums(budgets);
  const day = today(budgets);
  const found = new Map<string, { budget: Budget & BudgetUse; sessions: string[] }>();
  for (const { session } of live(budgets)) {
    for (const budget of budgetsFor(budgets, session, day)) {
      const entry = found.get(budget.id) ?? { budget: measure(budget), sessions: [] };
      entry.sessions.push(session.id);
      found.set(budget.id, entry);
    }
  }
  return [...found.values()].map(({ budget, sessions }) => ({
    ...budget,
    state: budgetState(budget),
    sessions,
  }));
}

function raise(budgets: BudgetsState, budget: Budget, limitUsd: number): void {
  budgets.raises.set(budget.id, limitUsd - (budget.limitUsd - extraOf(budgets.raises, budget.id)));
  look(budgets);
}

const CHANGES_WHO_COUNTS: ReadonlySet<string> = new Set([
  'session.spawned',
  'session.admitted',
  'session.ended',
  'session.restored',
  'session.undone',
]);

function extraOf(raises: KeyValue, id: string): number {
  const extra = raises.get(id);
  return typeof extra === 'number' ? extra : 0;
}

const factOf = (
  { id, kind, label, spentUsd: spent, limitUsd }: Budget & BudgetUse,
  tells: boolean,
  at: number,
): BudgetFact => ({
  id,
  kind,
  label,
  spentUsd: spent,
  limitUsd,
  tells,
  at,
});

/** Per budget and state the session that tells of it: the one that did so far, else the oldest. */
function tellersOf(
  pressing: ReadonlyArray<{ snapshot: Snapshot; budget: (Budget & BudgetUse) | null }>,
): ReadonlyMap<string, string> {
  const tellers = new Map<string, string>();
  const byAge = pressing.toSorted(
    (a, b) => a.snapshot.session.createdAt - b.snapshot.session.createdAt,
  );
  for (const { snapshot, budget } of byAge) {
    if (budget === null) continue;
    const key = `${budget.id} ${budgetState(budget)}`;
    const told = snapshot.facts.budget;
    const didSoFar =
      told?.id === budget.id && told.tells && budgetState(told) === budgetState(budget);
    if (didSoFar || !tellers.has(key)) tellers.set(key, snapshot.session.id);
  }
  return tellers;
}
