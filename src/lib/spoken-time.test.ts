import { expect, it } from 'vitest';
import { spokenTime } from './spoken-time.ts';

const at = Date.parse('2026-11-21T05:51:00Z');

it.each([
  ['7:21am (UTC)', '2026-11-21T07:21:00Z'],
  ['5am (UTC)', '2026-11-22T05:00:00Z'],
  ['12:05pm (UTC)', '2026-11-21T12:05:00Z'],
  ['12am (UTC)', '2026-11-22T00:00:00Z'],
  ['7am (Europe/Berlin)', '2026-11-21T06:00:00Z'],
  ['Nov 30, 3pm (America/New_York)', '2026-11-30T20:00:00Z'],
  ['Jan 3, 3pm (UTC)', '2027-01-03T15:00:00Z'],
  ['Nov 27th, 2026 4:20 PM (UTC)', '2026-11-27T16:20:00Z'],
])('reads %s', (words, expected) => {
  expect(new Date(spokenTime(words, at) ?? 0).toISOString()).toBe(new Date(expected).toISOString());
});

it('tells nothing where no time is told', () => {
  expect(spokenTime('soon', at)).toBeNull();
});
