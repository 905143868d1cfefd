import type { CostGroup, CostPart } from './ledger.ts';

/** Rows for a spreadsheet, RFC 4180. Money in full; empty where no price is known. */
export function costCsv(by: CostGroup, rows: readonly CostPart[]): string {
  const named = rows.some((row) => row.label !== row.key);
  const head = [by, ...(named ? ['name'] : []), 'usd', 'tokens', 'unpriced_tokens', 'sessions'];
  const lines = rows.map((row) => [
    row.key,
    ...(named ? [row.label] : []),
    row.usd === null ? '' : money(row.usd),
    row.tokens,
    row.unpricedTokens,
    row.sessions,
  ]);
  return [head, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

const money = (usd: number): string => String(Math.round(usd * 1e6) / 1e6);

/** A name that begins like a formula is kept from being one. */
function cell(value: string | number): string {
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
