import { expect, test } from 'vitest';
import { formatDuration, parseDuration, relativeTime } from './duration.ts';

test.each([
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['1000', 1000],
  [' 5 m ', 300_000],
  ['', null],
  ['soon', null],
  ['5x', null],
  ['5m later', null],
  ['-5m', null],
])('parseDuration(%j) is %j', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [0, '0s'],
  [12_400, '12s'],
  [34 * 60_000, '34m'],
  [3 * 3_600_000 + 10 * 60_000, '3h 10m'],
  [12 * 3_600_000 + 60_000, '12h'],
  [52 * 3_600_000, '2d 4h'],
])('formatDuration(%i) is %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test.each([
  [-3000, 'just now'],
  [-34 * 60_000, '34 min ago'],
  [-3 * 3_600_000, '3 h ago'],
  [-86_400_000, '1 day ago'],
  [-3 * 86_400_000, '3 days ago'],
  [5 * 60_000, 'in 5 min'],
  [-45_000, '45 s ago'],
])('a moment %i ms away is %s', (distance, expected) => {
  expect(relativeTime(1_000_000_000 + distance, 1_000_000_000)).toBe(expected);
});
