import { expect, test } from 'vitest';
import { limitOf } from './usage-limit.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');

test.each([
  ["You've hit your 5-hour limit · resets 7:21am (UTC)", Date.parse('2026-03-03T07:21:00Z')],
  ['usage limit reached', null],
  ['litellm.RateLimitError: You exceeded your current quota, please check your plan', null],
  ['insufficient_quota', null],
  ['RESOURCE_EXHAUSTED', null],
])('%s is a usage limit', (words, resetAt) => expect(limitOf(words, NOW)).toEqual({ resetAt }));

test.each([
  'Wrote src/quota.ts',
  'disk quota of the volume is fine',
  'rate limit: try again in 2 s',
  'the model is unhappy',
])('%s is none', (words) => expect(limitOf(words, NOW)).toBeNull());
