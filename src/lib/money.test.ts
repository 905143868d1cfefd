import { expect, test } from 'vitest';
import { formatCount, formatUsd } from './money.ts';

test.each([
  [null, '-'],
  [0, '$0.00'],
  [0.004, '<$0.01'],
  [1.839, '$1.84'],
  [211, '$211.00'],
])('formatUsd(%j) is %s', (usd, expected) => {
  expect(formatUsd(usd)).toBe(expected);
});

test.each([
  [0, '0'],
  [999, '999'],
  [412_300, '412k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [1_234_567, '1.2M'],
])('formatCount(%i) is %s', (count, expected) => {
  expect(formatCount(count)).toBe(expected);
});
