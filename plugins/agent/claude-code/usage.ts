import { costOf, type PriceTable, type RequestTokens } from '../../../src/domain/money/pricing.ts';
import type { ModelUsage } from '../../../src/domain/session/facts.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import type { TranscriptLine } from './schema.ts';
import type { UsageState } from './side-state.ts';

/** Content blocks of one answer are separate lines with the same id, always near each other. */
const REMEMBERED = 50;

/**
 * Adds one assistant line to the running totals; lines of an answer already counted only add what they know more.
 * Returns whether anything changed.
 */
export function countUsage(
  usage: UsageState,
  line: Extract<TranscriptLine, { type: 'assistant' }>,
  at: Millis,
  prices: PriceTable,
): boolean {
  const { id, model, usage: told } = line.message;
  if (told === undefined || model === '<synthetic>') return false;
  const tokens: RequestTokens = {
    input: told.input_tokens,
    output: told.output_tokens,
    cacheRead: told.cache_read_input_tokens,
    cacheWrite: told.cache_creation_input_tokens,
    cacheWriteLong: told.cache_creation?.ephemeral_1h_input_tokens ?? 0,
  };
  const former = usage.recent.find((entry) => entry.id === id);
  if (former !== undefined && total(former.tokens) >= total(tokens)) return false;
  usage.recent = [...usage.recent.filter((entry) => entry.id !== id), { id, tokens }].slice(
    -REMEMBERED,
  );
  const sum = usage.models[model] ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, usd: 0 };
  usage.models[model] = sum;
  for (const kind of ['input', 'output', 'cacheRead', 'cacheWrite'] as const)
    sum[kind] += tokens[kind] - (former?.tokens[kind] ?? 0);
  const usd = costOf(model, tokens, at, prices);
  const formerUsd = former === undefined ? 0 : costOf(model, former.tokens, at, prices);
  sum.usd =
    usd === null || formerUsd === null || sum.usd === null ? null : sum.usd + usd - formerUsd;
  return true;
}

export function usageTotals(usage: UsageState): readonly ModelUsage[] {
  return Object.entries(usage.models).map(([model, sum]) => ({
    model,
    inputTokens: sum.input,
    outputTokens: sum.output,
    cacheReadTokens: sum.cacheRead,
    cacheWriteTokens: sum.cacheWrite,
    usd: sum.usd === null ? null : Math.round(sum.usd * 1e8) / 1e8,
  }));
}

const total = (tokens: RequestTokens): number =>
  tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
