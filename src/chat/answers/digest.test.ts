import { describe, expect, it } from 'vitest';
import {
  DANA,
  digestView,
  HEAD,
  LEE,
  MINUTE,
  NOW,
  prView,
  requestView,
  sessionView,
} from '../../../test/fakes/views.ts';
import type { DigestSession, DigestView } from '../../commands/view/digest.ts';
import type { InboxItem } from '../../commands/views.ts';
import type { CostPart } from '../../domain/money/ledger.ts';
import { renderPlain } from '../words/render-plain.ts';
import { digestMessage, digestText } from './digest.ts';

const HOUR = 60 * MINUTE;
const part = (key: string, usd: number | null): CostPart => ({
  key,
  label: key,
  usd,
  tokens: 1_000,
  unpricedTokens: usd === null ? 1_000 : 0,
  sessions: 2,
});
const work = (session: string, title: string, n: number, usd = 2.4): DigestSession => ({
  session,
  project: 'app',
  title,
  pr: { key: `local:app#${n}`, number: n, url: `https://forge.test/app/pull/${n}` },
  usd,
});
const item = (change: Partial<InboxItem>): InboxItem => ({
  id: 'merge:app-4',
  kind: 'merge',
  session: 'app-4',
  project: 'app',
  title: 'Upgrade eslint',
  text: 'Ready to merge at 3f9c2ab',
  since: NOW - HOUR,
  request: null,
  key: null,
  actions: ['merge', 'diff'],
  owner: LEE,
  ...change,
});
const busy = digestView({
  quiet: false,
  merged: [
    work('app-7', 'Fix *flaky* login test', 118),
    work('app-8', 'Cache the issue list', 119, 0),
  ],
  opened: [
    work('app-8', 'Cache the issue list', 119),
    work('app-9', 'Export the ledger as CSV', 121),
  ],
  failed: [
    {
      ...work('api-2', 'Split the parser', 0),
      pr: null,
      cause: 'errored',
      reason: 'The agent ended with code 137.',
    },
  ],
  waiting: [
    item({
      kind: 'question',
      session: 'app-9',
      title: 'Export the ledger as CSV',
      text: 'Comma or semicolon?',
      since: NOW - 3 * HOUR,
      request: requestView({ session: 'app-9' }),
      owner: DANA,
    }),
    item({}),
  ],
  cost: {
    todayUsd: 14.2,
    yesterdayUsd: 11.05,
    monthUsd: 211,
    monthBudgetUsd: 400,
    perMergedUsd: 2.37,
    byAgent: [part('claude-code', 163.6), part('codex', 47.4), part('aider', null)],
    byProject: [part('app', 148), part('api', 63)],
    byModel: [],
    unpriced: ['local-qwen'],
  },
  ciRounds: 9,
  flakyReruns: 2,
  longestWait: { session: 'app-9', ms: 3 * HOUR + 10 * MINUTE },
  quota: [{ account: 'acme', peak: 0.11 }],
});

const waits = sessionView({
  id: 'app-4',
  status: 'mergeable',
  pr: prView({ headSha: HEAD }),
  actions: ['merge', 'diff'],
});
const show = (digest: DigestView, chart: string | null = null): string => {
  const message = digestMessage(digest, {
    sessionOf: (id) => (id === 'app-4' ? waits : null),
    chart,
  });
  return `${message.text}\n---\n${renderPlain(message)}`;
};

describe('the digest', () => {
  it('of a busy day', async () => {
    await expect(show(busy, '/data/charts/cost.png')).toMatchFileSnapshot('golden/digest-busy.txt');
  });

  it('of a day on which agents worked and nothing was finished', async () => {
    const day = digestView({
      quiet: false,
      cost: {
        ...digestView().cost,
        todayUsd: 3.1,
        monthUsd: 3.1,
        byAgent: [part('claude-code', 3.1)],
        byProject: [part('app', 3.1)],
      },
    });
    await expect(show(day)).toMatchFileSnapshot('golden/digest-working.txt');
  });

  it('of a day with more than anybody reads', async () => {
    const many = Array.from({ length: 12 }, (_, n) =>
      work(`app-${n + 1}`, `Task ${n + 1}`, 200 + n),
    );
    const day = digestView({
      ...busy,
      merged: many,
      waiting: many.map((one) => item({ session: one.session, title: one.title })),
    });
    await expect(show(day)).toMatchFileSnapshot('golden/digest-much.txt');
  });

  it('in one line and without a chart where nothing happened', () => {
    const message = digestMessage(digestView(), { sessionOf: () => null, chart: '/never.png' });
    expect(renderPlain(message)).toBe('ao, Friday 20 Nov: nothing happened.');
    expect(message.text).toBe('ao, Friday 20 Nov: nothing happened.');
    expect(message.blocks).toHaveLength(1);
  });

  it('as text has nothing to press', () => {
    expect(digestText(busy)).not.toMatch(/\[Approve|\(image/);
    expect(digestText(busy)).toContain('waits for @dana');
  });
});
