/** Sessions in every state a card can show, for the golden texts and the screens of each platform. */
import type { SessionView } from '../../src/commands/views.ts';
import { DANA, HEAD, LEE, MINUTE, NOW, prView, requestView, sessionView } from './views.ts';

const failing = prView({
  checks: {
    state: 'failing',
    sha: HEAD,
    passed: 5,
    total: 6,
    items: [
      {
        name: 'unit',
        status: 'completed',
        conclusion: 'failure',
        url: null,
        required: true,
        excerpt: null,
        ref: null,
      },
    ],
  },
});
const green = prView({
  additions: 71,
  review: { decision: 'approved', approvedBy: ['lee'], openComments: 0 },
});
const merged = prView({ state: 'merged', mergeSha: '9d01e77000000000000000000000000000000000' });

export const CARD_STATES: Readonly<Record<string, SessionView>> = {
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
  needs_input: sessionView({
    status: 'needs_input',
    turn: 'human',
    turnText: 'your turn: answer the question',
    openRequests: [requestView()],
  }),
  stuck: sessionView({ status: 'stuck', turnText: 'no activity for 10 min' }),
  'spawning, tried again': sessionView({
    status: 'spawning',
    retry: {
      effect: 'create_workspace',
      reason: 'git fetch failed: Could not resolve host: example.org',
      until: NOW + 15_000,
    },
  }),
  limited: sessionView({ status: 'limited', turn: 'nobody', limitedUntil: NOW + 180 * MINUTE }),
  paused: sessionView({
    status: 'paused',
    paused: { by: LEE, reason: 'the budget of this month is used up' },
    actions: ['resume', 'kill'],
  }),
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
    pr: prView({
      review: { decision: 'changes_requested', approvedBy: [], openComments: 2 },
      mergeability: 'conflicting',
    }),
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

export const PERMISSION = requestView({
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
export const ANSWER = {
  by: DANA,
  text: 'Allow once',
  where: 'chat',
  state: 'delivered',
  at: NOW - 48_000,
} as const;
