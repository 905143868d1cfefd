import { configuredPrices } from '../config/configured-prices.ts';
import type { Config } from '../config/schema/config.ts';
import type { PriceOfTokens } from '../db/usage-store.ts';
import { costOf, priceTable } from '../domain/money/pricing.ts';

/** Prices of tokens whose requests are not known any more: each at the plain rates of its day. */
export function tokenPrice(config: Pick<Config, 'prices'>): PriceOfTokens {
  const table = priceTable(configuredPrices(config)).map((row) => ({ ...row, longPrompt: null }));
  return (model, { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }, day) => {
    const tokens = {
      input: inputTokens,
      output: outputTokens,
      cacheRead: cacheReadTokens,
      cacheWrite: cacheWriteTokens,
      cacheWriteLong: 0,
    };
    return costOf(model, tokens, Date.parse(`${day}T00:00:00Z`), table);
  };
}
