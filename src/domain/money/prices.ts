import type { PriceRow, Rates } from './price-row.ts';

/**
 * List prices in USD per million tokens. Claude: the catalogue Claude Code 2.1.329 itself computes with.
 * GPT: OpenAI's published list. A new price is a new row with its first day, so that old sessions keep theirs.
 */
export const PRICES: readonly PriceRow[] = [
  ...rows(['claude-3-5-haiku'], '2024-10-22', claude(0.8, 4)),
  ...rows(['claude-haiku-4-5'], '2025-10-01', claude(1, 5)),
  ...rows(['claude-haiku-5-5'], '2026-01-01', claude(0.1, 0.5), {
    abovePromptTokens: 100_000,
    rates: claude(0.5, 2.5),
  }),
  ...rows(
    [
      'claude-3-5-sonnet',
      'claude-3-7-sonnet',
      'claude-sonnet-4',
      'claude-sonnet-4-0',
      'claude-sonnet-4-5',
      'claude-sonnet-4-6',
    ],
    '2024-06-20',
    claude(3, 15),
  ),
  ...rows(['claude-sonnet-5'], '2026-01-01', claude(2, 10)),
  ...rows(['claude-sonnet-5-5'], '2026-01-01', claude(2, 10, 0.1)),
  ...rows(['claude-opus-4', 'claude-opus-4-0', 'claude-opus-4-1'], '2025-05-14', claude(15, 75)),
  ...rows(
    ['claude-opus-4-5', 'claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-4-8', 'claude-opus-5'],
    '2025-11-01',
    claude(5, 25),
  ),
  ...rows(['claude-opus-5-5'], '2026-01-01', claude(4, 20, 0.2)),
  ...rows(['claude-fable-5', 'claude-mythos-5'], '2026-01-01', claude(10, 50)),
  ...rows(['claude-fable-5-1', 'claude-mythos-5-1'], '2026-01-01', claude(10, 50, 0.25)),
  ...rows(['claude-fable-5-2', 'claude-mythos-5-2'], '2026-01-01', claude(8, 40, 0.2)),
  ...rows(
    ['gpt-5', 'gpt-5-codex', 'gpt-5.1', 'gpt-5.1-codex', 'gpt-5.1-codex-max'],
    '2025-08-07',
    gpt(1.25, 10, 0.125),
  ),
  ...rows(['gpt-5-mini', 'gpt-5.1-codex-mini'], '2025-08-07', gpt(0.25, 2, 0.025)),
];

/** Anthropic's rule: cache writes 1.25 times the input price, 2 times for an hour; reads a tenth unless listed. */
function claude(input: number, output: number, cacheRead = input / 10): Rates {
  return { input, output, cacheRead, cacheWrite: input * 1.25, cacheWriteLong: input * 2 };
}

/** OpenAI does not charge for cache writes beyond the input price. */
function gpt(input: number, output: number, cacheRead: number): Rates {
  return { input, output, cacheRead, cacheWrite: input, cacheWriteLong: null };
}

function rows(
  models: readonly string[],
  validFrom: string,
  rates: Rates,
  longPrompt: PriceRow['longPrompt'] = null,
): PriceRow[] {
  return models.map((model) => ({ model, validFrom, ...rates, longPrompt }));
}
