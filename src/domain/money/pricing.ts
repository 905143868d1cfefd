import type { Millis } from '../session/time.ts';
import type { PriceRow } from './price-row.ts';
import { PRICES } from './prices.ts';

/** Tokens of one request to a model. `input` excludes what was read from or written to a cache. */
export interface RequestTokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** All cache writes; `cacheWriteLong` of them into the hour-long cache. */
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
}

/** Rows in the order in which they are asked: the first that fits holds. */
export type PriceTable = readonly PriceRow[];

/** `own` rows go before the built-in ones; of several that fit, a whole name before a prefix, then the newest. */
export const priceTable = (
  own: readonly PriceRow[],
  builtIn: readonly PriceRow[] = PRICES,
): PriceTable => [...inOrder(own), ...inOrder(builtIn)];

const inOrder = (rows: readonly PriceRow[]): readonly PriceRow[] =>
  rows.toSorted(
    (a, b) =>
      Number(isPrefix(a)) - Number(isPrefix(b)) ||
      b.model.length - a.model.length ||
      b.validFrom.localeCompare(a.validFrom),
  );

const isPrefix = (row: PriceRow): boolean => row.model.endsWith('*');

const BUILT_IN = priceTable([]);

/** The row of `model` that holds at `at`; null when the model or the time is not in the table. */
export function priceOf(model: string, at: Millis, table: PriceTable = BUILT_IN): PriceRow | null {
  const name = plainModelName(model);
  const fits = (row: PriceRow): boolean =>
    isPrefix(row)
      ? name.startsWith(row.model.slice(0, -1))
      : row.model === name || row.model === model;
  return table.find((row) => fits(row) && Date.parse(`${row.validFrom}T00:00:00Z`) <= at) ?? null;
}

/** USD of one request; null when the price is unknown, which is not the same as free. */
export function costOf(
  model: string,
  tokens: RequestTokens,
  at: Millis,
  table: PriceTable = BUILT_IN,
): number | null {
  const row = priceOf(model, at, table);
  if (row === null) return null;
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite;
  const rates =
    row.longPrompt !== null && prompt > row.longPrompt.abovePromptTokens
      ? row.longPrompt.rates
      : row;
  const short = tokens.cacheWrite - tokens.cacheWriteLong;
  const total =
    tokens.input * rates.input +
    tokens.output * rates.output +
    tokens.cacheRead * rates.cacheRead +
    short * rates.cacheWrite +
    tokens.cacheWriteLong * (rates.cacheWriteLong ?? rates.cacheWrite);
  return total / 1_000_000;
}

/** `claude-sonnet-4-5-20250929[1m]` and `anthropic/claude-sonnet-4-5` name the same model as `claude-sonnet-4-5`. */
function plainModelName(model: string): string {
  return model
    .slice(model.lastIndexOf('/') + 1)
    .replace(/\[.*\]$/, '')
    .replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, '');
}
