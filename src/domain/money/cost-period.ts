import { type Day, isDay, monthStart, weekStart } from '../session/calendar.ts';

/** `week` begins on Monday, `month` on the first. */
export const COST_SPANS = ['today', 'week', 'month'] as const;
export type CostSpan = (typeof COST_SPANS)[number];

export interface CostPeriod {
  /** First day. */
  readonly from: Day;
  /** Last day, part of it. */
  readonly to: Day;
}

export interface WantedPeriod {
  readonly span?: CostSpan | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** More days than anybody's ledger has are a slip of the pen. */
const MOST_DAYS = 3_700;
const DAY_MS = 86_400_000;

/** The days somebody asked for: a range where one is given, open ends filled in, else the span that holds today. A text says why there are none. */
export function periodOf(wanted: WantedPeriod, today: Day): CostPeriod | string {
  const wrong = [wanted.from, wanted.to].find((day) => day !== undefined && !isDay(day));
  if (wrong !== undefined) return `"${wrong}" isn't a day. Use one such as ${today}.`;
  if (wanted.from === undefined && wanted.to === undefined)
    return { from: spanStart(wanted.span ?? 'month', today), to: today };
  const to = wanted.to ?? (wanted.from !== undefined && wanted.from > today ? wanted.from : today);
  const from = wanted.from ?? monthStart(to);
  if (from > to) return `${from} is after ${to}.`;
  // Counted, not listed: somebody's slip of the pen may be two thousand years.
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days > MOST_DAYS ? 'That is more than ten years.' : { from, to };
}

function spanStart(span: CostSpan, today: Day): Day {
  switch (span) {
    case 'today':
      return today;
    case 'week':
      return weekStart(today);
    case 'month':
      return monthStart(today);
  }
}
