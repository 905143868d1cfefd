/** The ledger's rows and their sums. Each row is what one session used of one model, through one agent, on one day. */
import type { ModelUsage } from '../session/facts.ts';

export interface LedgerRow extends Omit<ModelUsage, 'usd'> {
  readonly session: string;
  /** `YYYY-MM-DD` in the configured time zone. */
  readonly day: string;
  readonly agent: string;
  readonly project: string;
  readonly issue: string | null;
  /** Key of the session's pull request. */
  readonly pr: string | null;
  /** Subject of whoever started the session. */
  readonly starter: string;
  readonly starterName: string | null;
  /** Of the tokens, those whose price is not known. */
  readonly unpricedTokens: number;
  /** Of the others; null: nothing of it has a known price, which is not the same as free. */
  readonly usd: number | null;
}

/** What costs can be added up by. */
export const COST_GROUPS = [
  'project',
  'user',
  'agent',
  'model',
  'session',
  'issue',
  'pr',
  'day',
] as const;
export type CostGroup = (typeof COST_GROUPS)[number];

export interface Sum {
  readonly usd: number | null;
  readonly tokens: number;
  readonly unpricedTokens: number;
  readonly sessions: number;
}

type TokenCounts = Pick<
  LedgerRow,
  'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'
>;

export const tokensOf = (row: TokenCounts): number =>
  row.inputTokens + row.outputTokens + row.cacheReadTokens + row.cacheWriteTokens;

export function sumOf(rows: readonly LedgerRow[]): Sum {
  return {
    usd: sumUsd(rows),
    tokens: rows.reduce((sum, row) => sum + tokensOf(row), 0),
    unpricedTokens: rows.reduce((sum, row) => sum + row.unpricedTokens, 0),
    sessions: new Set(rows.map((row) => row.session)).size,
  };
}

/** Null: no price is known for any of it. Nothing at all costs 0. */
export function sumUsd(rows: readonly LedgerRow[]): number | null {
  const priced = rows.filter((row) => row.usd !== null);
  return priced.length === 0 && rows.length > 0
    ? null
    : priced.reduce((sum, row) => sum + (row.usd ?? 0), 0);
}

/** Names a row's group; the empty name holds what belongs to none (a session without an issue). */
const NAMES: Readonly<Record<CostGroup, (row: LedgerRow) => string>> = {
  project: (row) => row.project,
  user: (row) => row.starter,
  agent: (row) => row.agent,
  model: (row) => row.model,
  session: (row) => row.session,
  issue: (row) => (row.issue === null ? '' : `${row.project}#${row.issue.replace(/^#/, '')}`),
  pr: (row) => row.pr ?? '',
  day: (row) => row.day,
};

export interface CostPart extends Sum {
  readonly key: string;
  /** What people call it. */
  readonly label: string;
}

/** Days in their order; everything else the dearest first. */
export function partsBy(group: CostGroup, rows: readonly LedgerRow[]): readonly CostPart[] {
  const parts = [...Map.groupBy(rows, NAMES[group])].map(([key, own]) => ({
    key,
    label: labelOf(group, key, own),
    ...sumOf(own),
  }));
  return parts.toSorted((a, b) =>
    group === 'day'
      ? a.key.localeCompare(b.key)
      : (b.usd ?? 0) - (a.usd ?? 0) || b.tokens - a.tokens || a.key.localeCompare(b.key),
  );
}

function labelOf(group: CostGroup, key: string, rows: readonly LedgerRow[]): string {
  if (key === '') return group === 'issue' ? 'no issue' : 'no pull request';
  if (group === 'user') return rows.findLast((row) => row.starterName !== null)?.starterName ?? key;
  return group === 'pr' ? key.slice(key.indexOf(':') + 1) : key;
}

/** Money per day of each part, for a chart; `days` says which. */
export interface CostSeries {
  readonly days: readonly string[];
  readonly parts: ReadonlyArray<{
    readonly key: string;
    readonly label: string;
    readonly usd: readonly number[];
  }>;
}

/** At most `most` parts, the rest together under the key `…`. */
export function seriesBy(
  group: CostGroup,
  rows: readonly LedgerRow[],
  days: readonly string[],
  most = 7,
): CostSeries {
  const parts = partsBy(group, rows);
  const kept = parts.length <= most ? parts : parts.slice(0, most - 1);
  const keys = new Set(kept.map((part) => part.key));
  const perDay = (own: readonly LedgerRow[]): readonly number[] => {
    const byDay = Map.groupBy(own, (row) => row.day);
    return days.map((day) => sumUsd(byDay.get(day) ?? []) ?? 0);
  };
  const byKey = Map.groupBy(rows, (row) => (keys.has(NAMES[group](row)) ? NAMES[group](row) : '…'));
  const series = kept.map(({ key, label }) => ({ key, label, usd: perDay(byKey.get(key) ?? []) }));
  return {
    days,
    parts:
      kept.length === parts.length
        ? series
        : [...series, { key: '…', label: 'others', usd: perDay(byKey.get('…') ?? []) }],
  };
}
