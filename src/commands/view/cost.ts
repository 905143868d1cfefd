import type { BudgetKind, BudgetState } from '../../domain/money/budget.ts';
import type { CostGroup, CostPart, CostSeries } from '../../domain/money/ledger.ts';

/** `usd` null: no price is known for any of it. */
export type CostRow = CostPart;

export interface CostView {
  /** First and last day, both part of it, `YYYY-MM-DD` in `timezone`. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly by: CostGroup;
  readonly rows: readonly CostRow[];
  readonly totalUsd: number | null;
  readonly totalTokens: number;
  /** Models without a known price; their tokens are in the totals, their USD are not. */
  readonly unpriced: readonly string[];
  /** Money per day, by the same; of days by agent. */
  readonly series: CostSeries;
}

/** A budget of live sessions in its present period. */
export interface BudgetView {
  readonly id: string;
  readonly kind: BudgetKind;
  readonly label: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly state: BudgetState;
  readonly sessions: readonly string[];
}
