import { expect, it } from 'vitest';
import type { QuotaAccountView, QuotaView } from '../../commands/view/quota.ts';
import { renderPlain } from '../words/render-plain.ts';
import { quotaReply } from './quota-reply.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const account: QuotaAccountView = {
  account: 'ao-bot at github.com',
  projects: ['app', 'web'],
  limits: [
    { name: 'core', used: 500, limit: 5_000, remaining: 4_500, resetAt: NOW + 1_800_000 },
    { name: 'graphql', used: 4_000, limit: 5_000, remaining: 1_000, resetAt: NOW + 1_800_000 },
  ],
  bot: [{ purpose: 'poll', requests: 40, points: 40, unchanged: 300 }],
  pace: { state: 'normal', factor: 1, until: null },
  peak: 0.8,
};
const text = (quota: Partial<QuotaView>): string => {
  const { whisper } = quotaReply({ accounts: [], agents: [], unknown: [], ...quota }, NOW);
  return whisper === undefined ? '' : renderPlain(whisper);
};

it('tells what is left, when it is renewed, who used it, and the worst of it first', () => {
  const told = text({ accounts: [account] });
  expect(told).toMatch(/^ao-bot at github.com: 80 % used. ao polls as configured./);
  expect(told).toMatch(/core +.*500 of 5k.*5k.*in 30 min/);
  expect(told).toMatch(/poll +.*40 +.*40 +.*300/);
  expect(told).toContain('2 projects: app, web');
  expect(told).toContain('peak of the last 24 h 80 %');
});

it.each([
  [
    { state: 'slow', factor: 2.5, until: null } as const,
    'ao polls 2.5 times slower, so that the limit is not reached.',
  ],
  [{ state: 'held', factor: 1, until: NOW + 120_000 } as const, 'ao does not poll before in 2 min'],
])('says that it holds itself back: %o', (pace, said) => {
  expect(text({ accounts: [{ ...account, pace }] })).toContain(said);
});

it('shows agents beside the bot, and forges that could not be asked', () => {
  const told = text({
    accounts: [account],
    agents: [
      {
        session: 'app-7',
        reads: 12,
        cached: 30,
        unchanged: 3,
        writes: 4,
        failed: 1,
        limits: [],
        lastAt: NOW,
      },
    ],
    unknown: [{ project: 'old', reason: 'GitHub refused the token.' }],
  });
  expect(told).toMatch(/app-7 +.*12.*30.*3.*4.*1/);
  expect(told).toContain('GitHub refused the token.');
});

it('has an answer when nothing was asked yet', () => {
  expect(text({})).toBe('No forge with a rate limit has been asked yet.');
});
