import type { PriceRow } from '../domain/money/price-row.ts';
import type { Config } from './schema/config.ts';

const ALWAYS = '1970-01-01';

/** The team's own prices as rows of the table. What is left out of one is what providers usually take: a tenth for reading from a cache, a quarter more for writing to it. */
export const configuredPrices = (config: Pick<Config, 'prices'>): readonly PriceRow[] =>
  config.prices.map(({ model, input, output, cacheRead, cacheWrite, from }) => ({
    model,
    validFrom: from ?? ALWAYS,
    input,
    output,
    cacheRead: cacheRead ?? input / 10,
    cacheWrite: cacheWrite ?? input * 1.25,
    cacheWriteLong: null,
    longPrompt: null,
  }));
