import { describe, expect, it } from 'vitest';
import { DANA, HEAD, LEE, MINUTE, NOW, prView, requestView, sessionView } from '../../test/fakes/views.ts';
import type { SessionView } from '../commands/views.ts';
import { STATUSES } from '../domain/status.ts';
import { buttonId, parseButtonId } from './button-id.ts';
import { liveCard } from './cards.ts';
import { mergeOverCard, mergeReadyCard } from './merge-card.ts';
import { renderPlain } from './render-plain.ts';
import { findAnswer, requestCard } from './request-card.ts';

const failing = prView({
  checks: {
    state: 'failing',
    sha: HEAD,
    passed: 5,
    total: 6,
    items: [{ name: 'unit', status: 'completed', conclusion: 'failure', url: null, required: true, excerpt: null, ref: null }],
  },
});
const green = prView({ additions: 71, review: { decision: 'approved', approvedBy: ['lee'], openComments: 0 } });
const merged = prView({ state: 'merged', mergeSha: '9d01e77000000000000000000000000000000000' });

const STATES: Readonly<Record<string, SessionView>> = {
  queued: sessionView({
    status: 'queued',
    stage: 'queued',
    turn: 'nobody',
    turnText: 'waits for a place',
    startedAt: null,
    queue: { position: 2, reason: '8 of 8 sessions run' },
    usd: null,
    tokens: 0,
    last: null,
    actions: ['kill'],
  }),
  spawning: sessionView({
    status: 'spawning',
    stage: 'launching',
    turnText: 'the agent is being started',
    startedAt: null,
    usd: null,
    tokens: 0,
    last: null,
    actions: ['kill', 'terminal', 'logs'],
  }),
  working: sessionView(),
  'working, unknown price, hostile title': sessionView({
    title: '[x](https://evil.test) <!channel> **bold** `code` @everyone',
    issue: null,
    task: { type: 'prompt', text: 'x' },
    usd: null,
    last: 'a *b* [c](d)\u202e',
  }),
  ci_failed: sessionView({
    status: 'ci_failed',
    turnText: "agent's turn · attempt 1 of 2",
    pr: failing,
    actions: ['stop', 'open_pr', 'terminal', 'rerun', 'kill', 'pause'],
  }),
  needs_input: sessionView({ status: 'needs_input', turn: 'human', turnText: 'your turn: answer the question', openRequests: [requestView()] }),
  stuck: sessionView({ status: 'stuck', turnText: 'no activity for 10 min' }),
  limited: sessionView({ status: 'limited', turn: 'nobody', limitedUntil: NOW + 180 * MINUTE }),
  paused: sessionView({ status: 'paused', paused: { by: LEE, reason: 'the budget of this month is used up' }, actions: ['resume', 'kill'] }),
  'review_pending, local scm': sessionView({
    status: 'review_pending',
    turn: 'human',
    turnText: 'your turn: review',
    pr: prView({ url: null, review: { decision: 'required', approvedBy: [], openComments: 0 } }),
    actions: ['approve', 'request_changes', 'open_pr', 'diff', 'terminal', 'kill'],
  }),
  'changes_requested, conflicting': sessionView({
    status: 'changes_requested',
    turnText: "agent's turn",
    pr: prView({ review: { decision: 'changes_requested', approvedBy: [], openComments: 2 }, mergeability: 'conflicting' }),
  }),
  mergeable: sessionView({
    status: 'mergeable',
    turn: 'human',
    turnText: 'your turn: approve the merge',
    pr: green,
    usd: 2.31,
    ciRounds: 2,
    reviewRounds: 1,
    actions: ['merge', 'open_pr', 'diff', 'stop', 'kill', 'terminal'],
  }),
  merge_failed: sessionView({
    status: 'merge_failed',
    pr: green,
    mergeFailure: { reason: '1 approval missing', attempts: 1, retryAt: NOW + 5 * MINUTE },
    actions: ['merge', 'open_pr', 'kill'],
  }),
  merged: sessionView({
    status: 'merged',
    turn: 'nobody',
    stage: 'ended',
    pr: merged,
    usd: 2.4,
    endedAt: NOW + 19 * MINUTE,
    outcome: { cause: 'merged', by: DANA, reason: null },
    workspacePath: null,
    snapshotRef: 'refs/ao/app-7',
    ciRounds: 2,
    reviewRounds: 1,
    actions: ['restore'],
  }),
  cleanup: sessionView({
    status: 'cleanup',
    turn: 'nobody',
    stage: 'ended',
    pr: merged,
    endedAt: NOW,
    outcome: { cause: 'merged', by: DANA, reason: null },
    actions: [],
  }),
  killed: sessionView({
    status: 'killed',
    turn: 'nobody',
    stage: 'ended',
    endedAt: NOW,
    outcome: { cause: 'killed', by: LEE, reason: 'wrong issue' },
    workspacePath: null,
    snapshotRef: 'refs/ao/app-7',
    actions: ['undo'],
  }),
  'failed spawn': sessionView({
    status: 'errored',
    turn: 'nobody',
    stage: 'ended',
    startedAt: null,
    endedAt: NOW,
    usd: null,
    tokens: 0,
    outcome: {
      cause: 'errored',
      by: { subject: 'system:ao', name: 'ao' },
      reason: 'The branch feat/42-flaky-login is checked out in /repo/app. Free it, then restore.',
    },
    workspacePath: null,
    actions: ['restore'],
  }),
  terminated: sessionView({
    status: 'terminated',
    turn: 'nobody',
    stage: 'ended',
    endedAt: NOW,
    outcome: { cause: 'terminated', by: { subject: 'system:ao', name: 'ao' }, reason: null },
    actions: ['restore'],
  }),
};

const permission = requestView({
  kind: 'permission',
  title: 'run',
  text: 'rm -rf node_modules && npm ci',
  options: [
    { id: 'once', label: 'Allow once', style: 'primary' },
    { id: 'always', label: 'Always here', style: 'plain' },
    { id: 'deny', label: 'Deny', style: 'danger' },
  ],
  freeText: false,
});
const answer = { by: DANA, text: 'Allow once', where: 'chat', state: 'delivered', at: NOW - 48_000 } as const;

describe('cards', () => {
  it('read as written down', async () => {
    const live = Object.entries(STATES).map(([name, session]) => [name, liveCard(session, NOW)] as const);
    const others = [
      ['merge card', mergeReadyCard(STATES.mergeable ?? sessionView(), HEAD)],
      ['merge card after a push', mergeOverCard(sessionView({ pr: prView({ headSha: '77aa0f1' }) }), HEAD)],
      ['question', requestCard(requestView(), sessionView())],
      ['long question', requestCard(requestView({ text: 'First place: login.ts\nSecond place: legacy.ts' }), sessionView())],
      ['permission', requestCard(permission, sessionView())],
      ['permission, answered', requestCard({ ...permission, answer }, sessionView())],
      ['permission, answered in the terminal', requestCard({ ...permission, answer: { ...answer, where: 'terminal', text: '' } }, sessionView())],
      ['permission, answer lost', requestCard({ ...permission, answer: { ...answer, state: 'failed' } }, sessionView())],
    ] as const;
    const golden = [...live, ...others].map(([name, message]) => `## ${name}\n> ${message.text}\n${renderPlain(message)}\n`).join('\n');
    await expect(golden).toMatchFileSnapshot('golden/cards.txt');
  });

  it('exist for every status', () => {
    for (const status of STATUSES) expect(liveCard(sessionView({ status }), NOW).status).toBe(status);
  });

  it('never carry a title that is read as markup', () => {
    const card = liveCard(STATES['working, unknown price, hostile title'] ?? sessionView(), NOW);
    const [first] = card.blocks;
    expect(first).toMatchObject({ text: expect.stringContaining('\\[x\\](https://evil.test) \\<\\!channel\\> \\*\\*bold\\*\\*') });
    expect(JSON.stringify(card)).not.toContain('\u202e');
  });

  it('pin the merge button to the whole head SHA and ask before it', () => {
    const card = liveCard(STATES.mergeable ?? sessionView(), NOW);
    const row = card.blocks.find((block) => block.type === 'buttons');
    const merge = row?.type === 'buttons' ? row.buttons[0] : undefined;
    expect(merge?.id).toBe(`merge:app-7:${HEAD}`);
    expect(merge?.confirm?.text).toContain('+71 −12 in 3 files');
    expect(merge?.confirm?.text).toContain('3f9c2ab');
    expect(merge?.confirm?.text).toContain('@lee');
  });
});

describe('button ids', () => {
  it('come back as they were', () => {
    expect(parseButtonId(buttonId('merge', 'app-7', HEAD))).toEqual({ verb: 'merge', session: 'app-7', arg: HEAD });
    expect(parseButtonId(buttonId('stop', 'app-7'))).toEqual({ verb: 'stop', session: 'app-7', arg: null });
    expect(parseButtonId(buttonId('pick_project', null, 'd1'))).toEqual({ verb: 'pick_project', session: null, arg: 'd1' });
  });

  it('that ao never made mean nothing', () => {
    for (const id of ['', 'merge', 'toString:x', 'format:app-7', '::']) expect(parseButtonId(id)).toBeNull();
  });

  it('stay within 80 bytes for any request and option, and still find them', () => {
    const long = requestView({
      id: `toolu_${'x'.repeat(120)}`,
      options: [
        { id: 'y'.repeat(90), label: 'Yes', style: 'plain' },
        { id: 'n~o', label: 'No', style: 'plain' },
      ],
    });
    const card = requestCard(long, { id: 'abcdefghijklmnop-123456789' });
    const ids = card.blocks.flatMap((block) => (block.type === 'buttons' ? block.buttons.map((button) => button.id) : []));
    expect(Math.max(...ids.map((id) => new TextEncoder().encode(id).length))).toBeLessThanOrEqual(80);
    const found = ids.slice(0, 2).map((id) => findAnswer(parseButtonId(id)?.arg ?? '', [requestView({ id: 'other' }), long]));
    expect(found).toEqual([
      { request: long.id, option: 'y'.repeat(90) },
      { request: long.id, option: 'n~o' },
    ]);
  });
});
