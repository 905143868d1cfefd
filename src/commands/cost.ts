import { usageBetween } from '../db/usage-store.ts';
import { type CostSpan, periodOf } from '../domain/money/cost-period.ts';
import {
  type CostGroup,
  type LedgerRow,
  partsBy,
  seriesBy,
  sumOf,
} from '../domain/money/ledger.ts';
import { daysBetween } from '../domain/session/calendar.ts';
import type { Refusal } from '../domain/session/decision.ts';
import { ok, type Result } from '../lib/result.ts';
import { type CommandParts, refusal } from './parts.ts';
import type { CostView } from './view/cost.ts';

export interface CostRequest {
  readonly span?: CostSpan | undefined;
  /** First and last day, `YYYY-MM-DD`; either may be left out. They go before `span`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly by: CostGroup;
}

/** Sums of the ledger over whole days of the configured time zone. */
export function cost(
  parts: Pick<CommandParts, 'db' | 'clock' | 'days'>,
  request: CostRequest,
): Result<CostView, Refusal> {
  const days = parts.days();
  const period = periodOf(request, days.dayOf(parts.clock.now()));
  if (typeof period === 'string') return refusal('AO_BAD_REQUEST', period);
  return ok(
    costView(
      { ...period, timezone: days.zone, by: request.by },
      usageBetween(parts.db, period.from, period.to),
    ),
  );
}

/** A price that isn't known stays unknown; its tokens still count. */
export function costView(
  about: Pick<CostView, 'from' | 'to' | 'timezone' | 'by'>,
  rows: readonly LedgerRow[],
): CostView {
  const total = sumOf(rows);
  return {
    ...about,
    rows: partsBy(about.by, rows),
    totalUsd: total.usd,
    totalTokens: total.tokens,
    unpriced: [
      ...new Set(rows.filter((row) => row.unpricedTokens > 0).map((row) => row.model)),
    ].toSorted(),
    series: seriesBy(
      about.by === 'day' ? 'agent' : about.by,
      rows,
      daysBetween(about.from, about.to),
    ),
  };
}
