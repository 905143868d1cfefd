import type { PrView, RequestView, SessionView } from '../../src/commands/views.ts';

const DANA = { subject: 'web:local', name: 'dana' };
export const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;

/** A working session that began 34 min before NOW. */
export function sessionView(changes: Partial<SessionView> = {}): SessionView {
  return {
    id: 'app-7',
    project: 'app',
    role: 'worker',
    parent: null,
    task: { type: 'issue', issue: '42', title: 'Fix flaky login test', url: null },
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
    permissions: 'auto-edit',
    branch: 'feat/42-flaky-login',
    base: 'main',
    workspacePath: '/trees/app-7',
    startedBy: DANA,
    owner: DANA,
    createdAt: NOW - 34 * MINUTE,
    startedAt: NOW - 33 * MINUTE,
    endedAt: null,
    outcome: null,
    pr: null,
    prs: [],
    usd: 1.84,
    tokens: 412_000,
    usage: [],
    last: null,
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
    actions: ['stop', 'kill'],
    version: 1,
    ...changes,
  };
}

export function prView(changes: Partial<PrView> = {}): PrView {
  return {
    key: 'local:app#118',
    number: 118,
    title: 'Make login test wait',
    url: null,
    branch: 'feat/42-flaky-login',
    base: 'main',
    headSha: '3f9c2ab41d',
    draft: false,
    state: 'open',
    checks: { state: 'failing', sha: '3f9c2ab41d', passed: 5, total: 6, items: [] },
    review: { decision: 'none', approvedBy: [], openComments: 0 },
    mergeability: 'clean',
    waitsFor: ['unit failed'],
    waits: [],
    notes: [],
    answeredFrom: null,
    approvals: { by: [], needed: 1 },
    additions: 64,
    deletions: 12,
    changedFiles: 3,
    mergeSha: null,
    openedAt: NOW - MINUTE,
    ...changes,
  };
}

export function requestView(changes: Partial<RequestView> = {}): RequestView {
  return {
    id: 'r1',
    session: 'app-7',
    kind: 'question',
    title: 'The cookie is set in two places. Remove the legacy one?',
    text: '',
    askedAt: NOW - MINUTE,
    answer: null,
    freeText: true,
    options: [
      { id: 'remove', label: 'Remove it', style: 'primary' },
      { id: 'keep', label: 'Keep both', style: 'plain' },
    ],
    ...changes,
  };
}
