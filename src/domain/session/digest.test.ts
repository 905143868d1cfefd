import { expect, it } from 'vitest';
import { type DigestEvent, happened } from './digest.ts';
import type { SessionEvent } from './event.ts';
import { type Actor, AO, subject } from './ids.ts';

const HOUR = 3_600_000;
const DANA: Actor = { subject: subject('web:dana'), name: 'Dana', via: 'web' };
const at = (hour: number, session: string, event: SessionEvent): DigestEvent => ({
  session,
  at: hour * HOUR,
  event,
});
const stretch = { from: 24 * HOUR, to: 48 * HOUR };

const merged = (pr: string): SessionEvent => ({
  type: 'pr.merged',
  pr,
  mergeSha: null,
  by: null,
  base: 'main',
});
const ended = (cause: 'errored' | 'terminated' | 'killed' | 'merged'): SessionEvent => ({
  type: 'session.ended',
  cause,
  by: AO,
  reason: 'x',
});
const ready = (pr: string): SessionEvent => ({ type: 'merge.ready', pr, sha: 'abc' });
const rerun = (by: Actor): SessionEvent => ({
  type: 'checks.rerun',
  pr: 'p',
  sha: 'abc',
  names: [],
  by,
});
const failed = (sent: boolean): SessionEvent => ({
  type: 'checks.failed',
  pr: 'p',
  sha: 'abc',
  failing: [],
  attempt: 1,
  retries: 2,
  sent,
});
const raised = (key: string): SessionEvent => ({
  type: 'escalation.raised',
  key,
  reason: 'r',
  text: 't',
  rung: 0,
  to: DANA,
});

it('counts what is inside the stretch, its end included and its beginning not', () => {
  const events = [
    at(24, 'a-1', merged('p1')),
    at(24.1, 'a-2', merged('p2')),
    at(48, 'a-3', merged('p3')),
    at(48.1, 'a-4', merged('p4')),
  ];
  expect(happened(events, stretch).merged).toEqual([
    { session: 'a-2', pr: 'p2' },
    { session: 'a-3', pr: 'p3' },
  ]);
});

it('failed are those that ended unwanted and were not brought back', () => {
  const events = [
    at(25, 'a-1', ended('errored')),
    at(26, 'a-2', ended('terminated')),
    at(27, 'a-2', { type: 'session.restored', by: DANA }),
    at(28, 'a-3', ended('killed')),
    at(29, 'a-4', ended('merged')),
  ];
  expect(happened(events, stretch).failed).toEqual([
    { session: 'a-1', cause: 'errored', reason: 'x' },
  ]);
});

it('rounds are failures an agent was sent; reruns by people are not flaky ones', () => {
  const events = [
    at(25, 'a-1', failed(true)),
    at(26, 'a-1', failed(false)),
    at(27, 'a-1', failed(true)),
    at(28, 'a-1', rerun(AO)),
    at(29, 'a-1', rerun(DANA)),
  ];
  expect(happened(events, stretch)).toMatchObject({ ciRounds: 2, flakyReruns: 1 });
});

it.each<[string, readonly DigestEvent[], unknown]>([
  ['none', [], null],
  [
    'a question that was answered',
    [
      at(30, 'a-1', { type: 'request.opened', request: 'r' }),
      at(33, 'a-1', { type: 'request.answered', request: 'r', by: DANA, where: 'chat' }),
    ],
    { session: 'a-1', ms: 3 * HOUR },
  ],
  [
    'one that is still open',
    [at(40, 'a-1', { type: 'request.opened', request: 'r' })],
    { session: 'a-1', ms: 8 * HOUR },
  ],
  [
    'one that began the day before counts whole',
    [at(20, 'a-1', ready('p')), at(26, 'a-1', merged('p'))],
    { session: 'a-1', ms: 6 * HOUR },
  ],
  ['one that was over before', [at(10, 'a-1', ready('p')), at(20, 'a-1', merged('p'))], null],
  [
    'the longest, told again or not',
    [
      at(25, 'a-1', raised('agent-stuck')),
      at(26, 'a-1', raised('agent-stuck')),
      at(27, 'a-2', raised('ci-failed')),
      at(29, 'a-1', { type: 'escalation.acknowledged', key: 'agent-stuck', by: DANA }),
      at(30, 'a-2', { type: 'reaction.ended', key: 'ci-failed', attempts: 1 }),
    ],
    { session: 'a-1', ms: 4 * HOUR },
  ],
  [
    'an end of the session ends its waits',
    [at(25, 'a-1', ready('p')), at(27, 'a-1', ended('killed'))],
    { session: 'a-1', ms: 2 * HOUR },
  ],
])('the longest wait: %s', (_name, events, longest) => {
  expect(happened(events, stretch).longestWait).toEqual(longest);
});
