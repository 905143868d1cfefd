/** View models with sensible values, for tests that need a few of them to differ. */
import type { DigestView } from '../../src/commands/view/digest.ts';
import type {
  IssueView,
  ProjectView,
  PrView,
  RequestView,
  SessionView,
  SteerView,
} from '../../src/commands/views.ts';

/** 2026-11-20 14:00 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 14, 0, 0);
export const MINUTE = 60_000;
export const HEAD = '3f9c2ab0000000000000000000000000000000aa';

export const DANA = { subject: 'web:dana', name: 'dana' } as const;
export const LEE = { subject: 'web:lee', name: 'lee' } as const;

export function prView(over: Partial<PrView> = {}): PrView {
  return {
    key: 'local:app#118',
    number: 118,
    title: 'Make login test wait for the session cookie',
    url: 'https://forge.test/app/pull/118',
    branch: 'feat/42-flaky-login',
    base: 'main',
    headSha: HEAD,
    draft: false,
    state: 'open',
    checks: { state: 'passing', sha: HEAD, passed: 6, total: 6, items: [] },
    review: { decision: 'none', approvedBy: [], openComments: 0 },
    mergeability: 'clean',
    waitsFor: [],
    waits: [],
    notes: [],
    answeredFrom: null,
    approvals: { by: [], needed: 1 },
    additions: 64,
    deletions: 12,
    changedFiles: 3,
    mergeSha: null,
    openedAt: NOW - 10 * MINUTE,
    ...over,
  };
}

export function sessionView(over: Partial<SessionView> = {}): SessionView {
  const pr = over.pr ?? null;
  return {
    id: 'app-7',
    project: 'app',
    role: 'worker',
    parent: null,
    task: {
      type: 'issue',
      issue: '42',
      title: 'Fix flaky login test',
      url: 'https://forge.test/app/issues/42',
    },
    title: 'Fix flaky login test',
    issue: '#42',
    status: 'working',
    turn: 'agent',
    turnText: "agent's turn",
    stage: 'running',
    handovers: [],
    usageByAgent: [],
    agent: 'claude-code',
    program: { version: '2.1.332', untried: null },
    model: 'sonnet',
    permissions: 'default',
    branch: 'feat/42-flaky-login',
    base: 'main',
    workspacePath: '/data/worktrees/app-7',
    startedBy: DANA,
    owner: DANA,
    createdAt: NOW - 34 * MINUTE,
    startedAt: NOW - 33 * MINUTE,
    endedAt: null,
    outcome: null,
    pr,
    prs: pr === null ? [] : [pr],
    usd: 1.84,
    tokens: 412_000,
    usage: [],
    last: 'Reproducing the failure with --repeat 50',
    ciRounds: 0,
    reviewRounds: 0,
    queue: null,
    paused: null,
    limitedUntil: null,
    retry: null,
    troubles: [],
    mergeFailure: null,
    escalations: [],
    openRequests: [],
    steers: [],
    snapshotRef: null,
    undoUntil: null,
    muted: false,
    actions: ['stop', 'interrupt', 'pause', 'diff', 'terminal', 'logs', 'done', 'kill', 'mute'],
    version: 1,
    ...over,
  };
}

export function requestView(over: Partial<RequestView> = {}): RequestView {
  return {
    id: 'r1',
    session: 'app-7',
    kind: 'question',
    title: 'The cookie is set in two places. Remove the legacy one?',
    text: '',
    options: [
      { id: 'remove', label: 'Remove it', style: 'primary' },
      { id: 'keep', label: 'Keep both', style: 'plain' },
    ],
    freeText: true,
    askedAt: NOW - MINUTE,
    answer: null,
    ...over,
  };
}

export function steerView(over: Partial<SteerView> = {}): SteerView {
  return {
    id: 's1',
    kind: 'human',
    reaction: null,
    author: DANA,
    text: 'use the new cookie',
    files: [],
    state: 'queued',
    position: 1,
    attempts: 0,
    reason: null,
    createdAt: NOW,
    acceptedAt: null,
    ...over,
  };
}

export const issueView = (over: Partial<IssueView> = {}): IssueView => ({
  project: 'app',
  id: '42',
  title: 'Fix flaky login test',
  state: 'open',
  labels: ['bug'],
  assignee: null,
  url: null,
  session: null,
  ...over,
});

export const projectView = (over: Partial<ProjectView> = {}): ProjectView => ({
  id: 'app',
  name: 'App',
  path: '/repo/app',
  defaultBranch: 'main',
  agent: 'claude-code',
  sessions: 3,
  live: 1,
  ...over,
});

/** A day on which nothing happened. */
export const digestView = (change: Partial<DigestView> = {}): DigestView => ({
  from: NOW - 24 * 3_600_000,
  to: NOW,
  timezone: 'UTC',
  day: '2026-11-20',
  merged: [],
  opened: [],
  failed: [],
  waiting: [],
  cost: {
    todayUsd: 0,
    yesterdayUsd: 0,
    monthUsd: 0,
    monthBudgetUsd: null,
    perMergedUsd: null,
    byAgent: [],
    byProject: [],
    byModel: [],
    unpriced: [],
  },
  ciRounds: 0,
  flakyReruns: 0,
  longestWait: null,
  quota: [],
  series: { days: ['2026-11-20'], parts: [] },
  quiet: true,
  ...change,
});
