import type { UsageRow } from '../db/usage-store.ts';
import type { CostRow, CostView } from './views.ts';

const KEYS: Readonly<Record<CostView['by'], (row: UsageRow) => string>> = {
  project: (row) => row.project,
  user: (row) => row.starter,
  agent: (row) => row.agent,
  model: (row) => row.model,
  session: (row) => row.session,
  day: (row) => row.day,
};

const tokensOf = (row: UsageRow): number => row.inputTokens + row.outputTokens + row.cacheReadTokens + row.cacheWriteTokens;

/** Sums of the ledger. A price that isn't known stays unknown; its tokens still count. */
export function costView(request: { from: number; to: number; by: CostView['by'] }, rows: readonly UsageRow[]): CostView {
  const groups = Map.groupBy(rows, KEYS[request.by]);
  const summed: CostRow[] = [...groups].map(([key, group]) => ({
    key,
    usd: sumUsd(group),
    tokens: group.reduce((sum, row) => sum + tokensOf(row), 0),
    sessions: new Set(group.map((row) => row.session)).size,
  }));
  return {
    ...request,
    rows: summed.toSorted((a, b) => (request.by === 'day' ? a.key.localeCompare(b.key) : (b.usd ?? 0) - (a.usd ?? 0) || b.tokens - a.tokens)),
    totalUsd: sumUsd(rows),
    totalTokens: rows.reduce((sum, row) => sum + tokensOf(row), 0),
    unpriced: [...new Set(rows.filter((row) => row.usd === null).map((row) => row.model))],
  };
}

function sumUsd(rows: readonly UsageRow[]): number | null {
  const priced = rows.filter((row) => row.usd !== null);
  return priced.length === 0 ? null : priced.reduce((sum, row) => sum + (row.usd ?? 0), 0);
}
