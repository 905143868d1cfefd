/** One event of each type and a session they fit, for the golden texts and the screens of each platform. */
import type { SessionEvent } from '../../src/domain/session/event.ts';
import { type Actor, AO, subject } from '../../src/domain/session/ids.ts';
import {
  DANA,
  HEAD,
  LEE,
  MINUTE,
  NOW,
  prView,
  requestView,
  sessionView,
  steerView,
} from './views.ts';

const dana: Actor = { subject: subject(DANA.subject), name: 'dana', via: 'web' };
const lee: Actor = { subject: subject(LEE.subject), name: 'lee', via: 'web' };
const pr = 'local:app#118';
const check = {
  name: 'unit',
  status: 'completed',
  conclusion: 'failure',
  url: null,
  required: true,
  excerpt: 'FAIL login.test.ts\n  expected "ok"\n  received "timeout"',
  ref: null,
} as const;

export const EVENTFUL_SESSION = sessionView({
  pr: prView(),
  openRequests: [requestView()],
  steers: [steerView()],
  queue: { position: 2, reason: '8 of 8 sessions run' },
  ciRounds: 1,
  actions: [
    'stop',
    'rerun',
    'open_pr',
    'diff',
    'approve',
    'request_changes',
    'merge',
    'resume',
    'handoff',
    'undo',
    'restore',
    'done',
    'kill',
  ],
});

/** One of each type: a new type does not compile without its line here. */
const BY_TYPE: {
  readonly [T in SessionEvent['type']]: Omit<Extract<SessionEvent, { type: T }>, 'type'>;
} = {
  'session.spawned': { by: dana },
  'session.queued': { reason: '8 of 8 sessions run' },
  'session.admitted': {},
  'session.started': { base: 'main', baseSha: '1c44d0e7', workspaceMs: 400, promptMs: 1100 },
  'session.status': { from: 'working', to: 'pr_open', because: 'PR #118 opened' },
  'session.ended': { cause: 'killed', by: dana, reason: 'wrong issue' },
  'session.undone': { by: dana },
  'session.restored': { by: dana },
  'session.paused': { by: dana, reason: 'lunch' },
  'session.resumed': { by: dana },
  'session.handed_over': { by: dana, to: lee },
  'session.agent_changed': { by: dana, from: 'claude-code', to: 'codex', waiting: 1 },
  'session.taken_over': { agent: 'codex', promptMs: 1200 },
  'session.recovered': { what: 'ao was started again; the agent went on meanwhile.' },
  'session.muted': { by: dana, muted: true },
  'workspace.created': { path: '/data/worktrees/app-7', tookMs: 400 },
  'workspace.removed': { snapshotRef: 'refs/ao/app-7' },
  'workspace.restored': { path: '/data/worktrees/app-7' },
  'workspace.trouble': {
    troubles: [{ kind: 'key', file: '/src/app/.git/config', key: 'filter.h.clean' }],
  },
  'runtime.started': { launch: 2, resumed: true },
  'runtime.exited': { exitCode: 1, gone: false, output: null },
  'agent.turn_ended': { text: 'Done. The test waits for the **session cookie** now.' },
  'agent.tool': { summary: 'edited login.ts' },
  'agent.blocked': { text: 'API Error: 529 overloaded' },
  'agent.unreadable': {
    problem: {
      kind: 'not_a_file',
      path: '/data/agents/app-7/events.jsonl',
      found: 'a named pipe',
    },
  },
  'agent.limited': { resetAt: NOW + 180 * MINUTE, offers: ['codex'] },
  'agent.interrupted': { by: dana },
  'agent.reported': { state: 'blocked', note: 'needs the staging password' },
  'steer.queued': { steer: 's1', by: dana },
  'steer.typed': { steer: 's1' },
  'steer.accepted': { steer: 's1' },
  'steer.failed': { steer: 's1', reason: 'no proof after 3 tries' },
  'steer.removed': { steer: 's1', by: dana },
  'steer.edited': { steer: 's1', by: dana },
  'steer.as_words': { steer: 's1', command: '/compact', typed: '\\/compact now' },
  'request.opened': { request: 'r1' },
  'request.answered': { request: 'r1', by: dana, where: 'chat' },
  'request.failed': { request: 'r1', reason: 'the dialog was gone' },
  'pr.opened': { pr },
  'pr.foreign': { pr, from: 'mallory/app', readOnly: null },
  'pr.pushed': { pr, sha: HEAD },
  'branch.pushed': {
    pr,
    sha: HEAD,
    commits: [{ sha: HEAD, author: 'Kim', title: 'Fix the typo' }],
    taken: true,
  },
  'pr.base_changed': { pr, from: 'stage', to: 'main' },
  'base.moved': { pr, base: 'main', from: '1f0c9d1', to: HEAD, kind: 'has-work' },
  'pr.closed': { pr },
  'pr.reopened': { pr },
  'pr.merged': { pr, mergeSha: '9d01e770', by: 'dana', base: 'main' },
  'forge.unreachable': { reason: 'GitHub refused the token. Give ao a new one' },
  'forge.moved': { from: 'acme/app', to: 'acme/application' },
  'forge.back': { since: NOW - 12 * MINUTE },
  'pr.mergeability': { pr, to: 'conflicting' },
  'checks.passed': { pr, sha: HEAD, total: 6 },
  'checks.failed': { pr, sha: HEAD, failing: [check], attempt: 1, retries: 2, sent: true },
  'checks.rerun': { pr, sha: HEAD, names: ['e2e'], by: AO },
  'checks.not_run': {
    pr,
    sha: HEAD,
    reasons: [
      "e2e did not run: the account's minutes for checks are used up.",
      'An admin of the account adds minutes or waits until they are renewed, then presses Rerun checks.',
    ],
    elsewhere: null,
  },
  'pr.ready': { pr },
  'review.answered': {
    pr,
    from: 'b'.repeat(40),
    sha: HEAD,
    by: ['lee'],
    to: ['slack:T1:U2'],
  },
  'review.approved': { pr, by: ['lee'] },
  'review.changes_requested': {
    pr,
    comments: ['c1', 'c2'],
    by: ['lee'],
    sent: true,
    places: [
      { thread: 't1', id: 'PRRT_1', file: 'src/login.ts', line: 41 },
      { thread: 't2', id: 'PRRT_2', file: 'src/login.ts', line: 77 },
    ],
    remarks: [
      {
        by: 'lee',
        file: 'src/login.ts',
        line: 41,
        text: 'This waits for ever when the *token* is gone.',
      },
      { by: 'lee', file: null, line: null, text: 'Please add a test.\n\nThen it is fine.' },
    ],
  },
  'review.replied': {
    pr,
    place: { thread: 't1', id: 'PRRT_1', file: 'src/login.ts', line: 41 },
    by: dana,
  },
  'review.resolved': {
    pr,
    places: [{ thread: 't1', id: 'PRRT_1', file: 'src/login.ts', line: 41 }],
    by: null,
    sha: HEAD,
  },
  'merge.queued': { pr, sha: HEAD, note: null },
  'merge.ready': { pr, sha: HEAD },
  'merge.approved': { pr, sha: HEAD, by: dana, waits: ['1 of 2 approvals.'] },
  'merge.approvals_void': { pr, sha: HEAD, by: ['dana'] },
  'merge.started': { pr, sha: HEAD, by: dana },
  'merge.failed': { pr, sha: HEAD, reason: '1 approval missing', retryAt: NOW + 5 * MINUTE },
  'reaction.fired': {
    key: 'merge-conflicts',
    action: 'send-to-agent',
    attempt: 1,
    retries: 2,
    text: 'Rebase on main',
    priority: 'warning',
  },
  'reaction.offered': { key: 'agent-limited', action: 'resume', text: 'Continue with codex now?' },
  'reaction.ended': { key: 'ci-failed', attempts: 2 },
  'escalation.raised': {
    key: 'agent-stuck',
    reason: 'stuck',
    text: 'No activity for 10 min in the middle of a turn. Last line: "Waiting for lock…"',
    rung: 0,
    to: dana,
  },
  'escalation.acknowledged': { key: 'agent-stuck', by: dana },
  'escalation.snoozed': { key: 'agent-stuck', by: dana, until: NOW + 30 * MINUTE },
  'effect.failed': { effect: 'create_workspace', reason: 'the disk is full' },
  'effect.retried': {
    effect: 'create_workspace',
    reason: 'git fetch failed: Could not resolve host: example.org',
    until: NOW + 15_000,
  },
  'input.refused': { what: 'merge', by: lee, reason: 'the policy asks for someone else' },
};

export const EVENTS: readonly SessionEvent[] = Object.entries(BY_TYPE).map(
  ([type, rest]) => ({ type, ...rest }) as SessionEvent,
);

export const EVENT_PARTS = { check, pr, dana } as const;
