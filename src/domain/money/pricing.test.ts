import { describe, expect, it } from 'vitest';
import type { PriceRow } from './price-row.ts';
import { costOf, priceOf, priceTable } from './pricing.ts';

const at = Date.parse('2026-11-21T00:00:00Z');
const tokens = { input: 100, output: 50, cacheRead: 3000, cacheWrite: 2000, cacheWriteLong: 0 };
const row = (model: string, validFrom: string, input: number): PriceRow => ({
  model,
  validFrom,
  input,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteLong: null,
  longPrompt: null,
});

describe('costOf', () => {
  it('agrees with the sum Claude Code wrote for three such requests', () => {
    expect(3 * (costOf('claude-sonnet-4-5', tokens, at) ?? 0)).toBeCloseTo(0.02835, 10);
  });

  it('prices hour-long cache writes apart', () => {
    expect(costOf('claude-sonnet-4-5', { ...tokens, cacheWriteLong: 2000 }, at)).toBeCloseTo(
      (100 * 3 + 50 * 15 + 3000 * 0.3 + 2000 * 6) / 1e6,
      10,
    );
  });

  it('takes the rates of long prompts where the whole prompt is above the limit', () => {
    const short = costOf(
      'claude-haiku-5-5',
      { input: 100_000, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0 },
      at,
    );
    const long = costOf(
      'claude-haiku-5-5',
      { input: 1, output: 0, cacheRead: 100_000, cacheWrite: 0, cacheWriteLong: 0 },
      at,
    );
    expect(short).toBeCloseTo(0.01, 10);
    expect(long).toBeCloseTo((0.5 + 100_000 * 0.05) / 1e6, 10);
  });

  it('is unknown, not free, for a model or a time that is not in the table', () => {
    expect(costOf('somebody-elses-model', tokens, at)).toBeNull();
    expect(costOf('claude-sonnet-4-5', tokens, Date.parse('2020-01-01'))).toBeNull();
  });
});

describe('priceOf', () => {
  it.each([
    'claude-sonnet-4-5',
    'claude-sonnet-4-5-20250929',
    'anthropic/claude-sonnet-4-5',
    'claude-sonnet-4-5[1m]',
  ])('knows %s as the same model', (name) => {
    expect(priceOf(name, at)?.model).toBe('claude-sonnet-4-5');
  });

  it('takes the latest row that had begun', () => {
    const table = priceTable(
      [],
      [row('m', '2026-01-01', 1), row('m', '2026-06-01', 2), row('m', '2027-01-01', 3)],
    );
    expect(priceOf('m', Date.parse('2026-05-31T23:59:59Z'), table)?.input).toBe(1);
    expect(priceOf('m', at, table)?.input).toBe(2);
  });

  it("asks a team's own rows first, and of those a whole name before a prefix", () => {
    const table = priceTable([
      row('house-*', '1970-01-01', 7),
      row('house-large', '2026-06-01', 9),
      row('claude-sonnet-4-5', '1970-01-01', 8),
    ]);
    expect(priceOf('house-small', at, table)?.input).toBe(7);
    expect(priceOf('house-large', at, table)?.input).toBe(9);
    expect(priceOf('house-large', Date.parse('2026-05-31'), table)?.input).toBe(7);
    expect(priceOf('anthropic/claude-sonnet-4-5', at, table)?.input).toBe(8);
    expect(priceOf('claude-opus-4-1', at, table)?.input).toBe(15);
  });
});
