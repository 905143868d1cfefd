import type { ThreadView } from '../../src/commands/view/review.ts';
import type {
  EventView,
  IssueView,
  PersonView,
  ProjectView,
  PrView,
  RequestView,
  SessionView,
} from '../../src/commands/views.ts';
import type { LedgerRow } from '../../src/domain/money/ledger.ts';
import type { Check } from '../../src/domain/session/facts.ts';
import type { Block, Button, ChatMessage } from '../../src/slots/chat.ts';

/** What the fake web API shows: two projects in the middle of a working day. Times hang on `now`. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const LOCAL: PersonView = { subject: 'web:local', name: 'dana' };
const LEE: PersonView = { subject: 'web:lee', name: 'lee' };

const check = (
  name: string,
  conclusion: Check['conclusion'],
  excerpt: string | null = null,
): Check => ({
  name,
  status: conclusion === null ? 'running' : 'completed',
  conclusion,
  url: null,
  required: name !== 'docs',
  excerpt,
  ref: name,
});

const UNIT_EXCERPT = `FAIL  test/login.test.ts > login > keeps the session over a reload
AssertionError: expected undefined to be 'dana' // Object.is equality

 ❯ test/login.test.ts:41:34
     39|   await page.reload();
     40|   const me = await api.me();
     41|   expect(me.name).toBe('dana');
       |                   ^

Test Files  1 failed | 23 passed (24)
     Tests  1 failed | 311 passed (312)`;

const GREEN = ['lint', 'types', 'unit', 'e2e', 'build', 'docs'];

function pullRequest(
  number: number,
  title: string,
  branch: string,
  over: Partial<PrView> = {},
): PrView {
  return {
    key: `local:app#${number}`,
    number,
    title,
    url: null,
    branch,
    base: 'main',
    headSha: '3f9c2ab8d1e7046b5a92c3f0e8d7b6a5c4f3e2d1',
    draft: false,
    state: 'open',
    checks: {
      state: 'passing',
      sha: '3f9c2ab8d1e7046b5a92c3f0e8d7b6a5c4f3e2d1',
      passed: 6,
      total: 6,
      items: GREEN.map((name) => check(name, 'success')),
    },
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
    openedAt: 0,
    ...over,
  };
}

type Seed = Partial<SessionView> &
  Pick<SessionView, 'id' | 'title' | 'status' | 'turn' | 'turnText'> & { readonly ago: number };

function session(now: number, { ago, ...seed }: Seed): SessionView {
  const createdAt = now - ago;
  return {
    project: seed.id.slice(0, seed.id.lastIndexOf('-')),
    role: 'worker',
    parent: null,
    task: { type: 'prompt', text: seed.title },
    issue: null,
    stage: 'running',
    handovers: [],
    usageByAgent: [],
    agent: 'claude-code',
    model: 'sonnet',
    program: { version: '2.1.332', untried: null },
    permissions: 'auto-edit',
    branch: `feat/${seed.title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 32)}`,
    base: 'main',
    workspacePath: `/home/dana/.ao/worktrees/${seed.id}`,
    startedBy: LOCAL,
    owner: LOCAL,
    createdAt,
    startedAt: createdAt + 2_000,
    endedAt: null,
    outcome: null,
    pr: null,
    prs: seed.pr ? [seed.pr] : [],
    usd: 0.4,
    tokens: 88_000,
    usage: [
      {
        model: 'claude-sonnet-4-5',
        inputTokens: 31_000,
        outputTokens: 9_400,
        cacheReadTokens: 41_000,
        cacheWriteTokens: 6_600,
        usd: seed.usd ?? 0.4,
      },
    ],
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
    actions: ['stop', 'interrupt', 'pause', 'kill', 'done', 'diff', 'terminal', 'logs', 'mute'],
    version: 1,
    ...seed,
  };
}

const issue = (id: string, title: string): Pick<SessionView, 'issue' | 'title' | 'task'> => ({
  issue: `#${id}`,
  title,
  task: { type: 'issue', issue: id, title, url: null },
});

const question = (now: number): RequestView => ({
  id: 'r1',
  session: 'app-9',
  kind: 'question',
  title: 'The session cookie is set in two places. Remove the legacy one?',
  text: 'src/auth/login.ts:41 sets `sid`, and src/legacy/session.ts:12 sets it again with another path. Only the second survives a reload.',
  options: [
    { id: 'remove', label: 'Remove it', style: 'primary' },
    { id: 'keep', label: 'Keep both', style: 'plain' },
  ],
  freeText: true,
  askedAt: now - 12 * MINUTE,
  answer: null,
});

const permission = (now: number): RequestView => ({
  id: 'r2',
  session: 'api-4',
  kind: 'permission',
  title: 'Run a command in the worktree',
  text: 'rm -rf node_modules && npm ci',
  options: [
    { id: 'once', label: 'Allow once', style: 'primary' },
    { id: 'always', label: 'Always here', style: 'plain' },
    { id: 'deny', label: 'Deny', style: 'danger' },
  ],
  freeText: false,
  askedAt: now - 3 * MINUTE,
  answer: null,
});

export function sessionFixtures(now: number): SessionView[] {
  return [
    session(now, {
      id: 'app-7',
      ...issue('42', 'Fix flaky login test'),
      status: 'ci_failed',
      turn: 'agent',
      turnText: "agent's turn · attempt 1 of 2",
      ago: 34 * MINUTE,
      usd: 1.84,
      tokens: 412_000,
      ciRounds: 1,
      branch: 'feat/42-flaky-login',
      last: 'Reproducing the failure with --repeat 50',
      pr: pullRequest(118, 'Make login test wait for the session cookie', 'feat/42-flaky-login', {
        openedAt: now - 12 * MINUTE,
        changedFiles: 5,
        checks: {
          state: 'failing',
          sha: '3f9c2ab8d1e7046b5a92c3f0e8d7b6a5c4f3e2d1',
          passed: 5,
          total: 6,
          items: GREEN.map((name) =>
            name === 'unit' ? check(name, 'failure', UNIT_EXCERPT) : check(name, 'success'),
          ),
        },
        waitsFor: ['The check unit failed on 3f9c2ab.'],
      }),
      steers: [
        {
          id: 's2',
          kind: 'human',
          reaction: null,
          author: LOCAL,
          text: 'Please also look at the logout test, it fails on Mondays.',
          files: [],
          state: 'queued',
          position: 1,
          attempts: 0,
          reason: null,
          createdAt: now - 40_000,
          acceptedAt: null,
        },
      ],
    }),
    session(now, {
      id: 'app-5',
      ...issue('38', 'Keep the table header visible while scrolling'),
      status: 'mergeable',
      turn: 'human',
      turnText: 'your turn: approve the merge',
      ago: 71 * MINUTE,
      usd: 2.31,
      tokens: 530_000,
      ciRounds: 2,
      reviewRounds: 1,
      branch: 'feat/38-sticky-header',
      pr: pullRequest(
        117,
        'Keep the table header visible while scrolling',
        'feat/38-sticky-header',
        {
          additions: 71,
          openedAt: now - 50 * MINUTE,
          review: { decision: 'approved', approvedBy: ['lee'], openComments: 0 },
        },
      ),
      actions: ['merge', 'request_changes', 'diff', 'terminal', 'kill', 'done', 'mute'],
    }),
    session(now, {
      id: 'app-9',
      title: 'upgrade eslint',
      status: 'needs_input',
      turn: 'human',
      turnText: 'your turn: answer a question',
      ago: 3 * HOUR,
      usd: 0.4,
      branch: 'feat/upgrade-eslint',
      last: 'Waiting for an answer',
      openRequests: [question(now)],
    }),
    session(now, {
      id: 'api-4',
      project: 'api',
      ...issue('9', 'Answer 429 with Retry-After when the limiter trips'),
      status: 'needs_input',
      turn: 'human',
      turnText: 'your turn: allow a command',
      ago: 22 * MINUTE,
      agent: 'codex',
      model: 'gpt-5',
      usd: 0.77,
      openRequests: [permission(now)],
      startedBy: LEE,
    }),
    session(now, {
      id: 'app-10',
      ...issue('44', 'Show relative times in the activity feed'),
      status: 'working',
      turn: 'agent',
      turnText: "agent's turn",
      ago: 6 * MINUTE,
      usd: 0.21,
      tokens: 39_000,
      last: 'Editing src/feed/relative-time.ts',
    }),
    session(now, {
      id: 'api-6',
      project: 'api',
      ...issue('12', 'Drop support for the v1 token format'),
      status: 'stuck',
      turn: 'human',
      turnText: 'your turn: no activity for 10 min',
      ago: 48 * MINUTE,
      agent: 'codex',
      model: 'gpt-5',
      usd: 0.93,
      last: 'Waiting for lock…',
      escalations: [
        { key: 'agent-stuck', at: now - 4 * MINUTE, acknowledgedBy: null, snoozedUntil: null },
      ],
    }),
    session(now, {
      id: 'app-8',
      ...issue('40', 'Paginate the audit log'),
      status: 'pr_open',
      turn: 'ci',
      turnText: 'CI runs: 4 of 6 done',
      ago: 25 * MINUTE,
      usd: 1.12,
      tokens: 240_000,
      pr: pullRequest(119, 'Paginate the audit log', 'feat/40-audit-pages', {
        additions: 188,
        deletions: 41,
        changedFiles: 9,
        openedAt: now - 3 * MINUTE,
        checks: {
          state: 'pending',
          sha: 'aa81f02c',
          passed: 4,
          total: 6,
          items: GREEN.map((name, at) => check(name, at < 4 ? 'success' : null)),
        },
        mergeability: 'blocked',
        waitsFor: ['Checks are still running.'],
      }),
    }),
    session(now, {
      id: 'app-11',
      ...issue('45', 'Dark theme for printed invoices'),
      status: 'queued',
      turn: 'nobody',
      turnText: 'queued, place 1',
      stage: 'queued',
      ago: 2 * MINUTE,
      usd: null,
      tokens: 0,
      usage: [],
      startedAt: null,
      workspacePath: null,
      queue: { position: 1, reason: '4 of 4 sessions of this project are running' },
      actions: ['start', 'kill'],
    }),
    session(now, {
      id: 'api-5',
      project: 'api',
      title: 'Write an upgrade guide from the changelog',
      status: 'limited',
      turn: 'nobody',
      turnText: 'usage limit, resumes at 17:00',
      ago: 80 * MINUTE,
      usd: 3.02,
      tokens: 702_000,
      limitedUntil: now + 52 * MINUTE,
      last: 'Usage limit reached',
    }),
    session(now, {
      id: 'app-6',
      ...issue('36', 'Sort projects by last activity'),
      status: 'merged',
      turn: 'nobody',
      turnText: 'merged by @dana',
      stage: 'ended',
      ago: 4 * HOUR,
      endedAt: now - 3.1 * HOUR,
      usd: 2.4,
      tokens: 566_000,
      ciRounds: 1,
      outcome: { cause: 'merged', by: LOCAL, reason: null },
      pr: pullRequest(116, 'Sort projects by last activity', 'feat/36-sort', {
        state: 'merged',
        mergeSha: '9d01e77c',
        additions: 22,
        deletions: 8,
      }),
      snapshotRef: 'refs/ao/snapshots/app-6',
      undoUntil: now + 6 * 24 * HOUR,
      actions: ['restore', 'diff'],
      workspacePath: null,
    }),
    session(now, {
      id: 'app-4',
      title: 'try the new bundler',
      status: 'killed',
      turn: 'nobody',
      turnText: 'killed by @lee',
      stage: 'ended',
      ago: 6 * HOUR,
      endedAt: now - 5.2 * HOUR,
      usd: 0.18,
      tokens: 20_000,
      outcome: { cause: 'killed', by: LEE, reason: 'not worth it yet' },
      snapshotRef: 'refs/ao/snapshots/app-4',
      undoUntil: now + 6 * 24 * HOUR,
      actions: ['undo', 'restore'],
      workspacePath: null,
    }),
  ];
}

const button = (
  id: string,
  label: string,
  style: Button['style'] = 'plain',
  more: Partial<Button> = {},
): Button => ({ id, label, style, ...more });
const post = (text: string, ...blocks: Block[]): ChatMessage => ({
  kind: 'post',
  text,
  blocks: [{ type: 'text', text }, ...blocks],
});
const speech = (text: string): ChatMessage => ({
  kind: 'agent',
  text,
  blocks: [{ type: 'text', text }],
});

type ThreadLine = { readonly ago: number } & (
  | { readonly post: ChatMessage }
  | { readonly person: PersonView; readonly text: string; readonly reactions?: readonly string[] }
);

/** What was said in the thread of app-7, oldest first. */
export const THREAD: readonly ThreadLine[] = [
  {
    ago: 33.8 * MINUTE,
    post: post(
      '🌱 Started on main at `1c44d0e`. Worktree ready in 0.4 s, agent took the task after 1.1 s.',
    ),
  },
  {
    ago: 29 * MINUTE,
    post: speech(
      'I can reproduce it: **1 of 50** runs fails. The test reads `me` before the session cookie is set.\n\nWhat I will do:\n\n1. wait for the cookie in `login()` instead of in every test\n2. drop the fixed `sleep(300)`\n\n```ts\nawait expect.poll(() => context.cookies()).toContainEqual(\n  expect.objectContaining({ name: \'sid\' }),\n);\n```\n\nSee [the issue](https://example.com/issues/42) for the history. <img src=x onerror="alert(1)"> [odd link](javascript:alert(1))',
    ),
  },
  {
    ago: 27 * MINUTE,
    person: LOCAL,
    text: 'Good. Keep the public API of `login()` as it is.',
    reactions: ['✅'],
  },
  {
    ago: 12 * MINUTE,
    post: post(
      '📬 PR #118 opened: “Make login test wait for the session cookie” (+64 −12, 3 files).',
      {
        type: 'buttons',
        buttons: [button('diff:app-7', 'Diff'), button('open_pr:app-7', 'Open PR')],
      },
    ),
  },
  {
    ago: 9 * MINUTE,
    post: post(
      '🔁 e2e failed on `3f9c2ab` with a network error and was rerun once. Nobody was woken.',
    ),
  },
  {
    ago: 6 * MINUTE,
    post: post(
      '🔴 unit failed on `3f9c2ab` (attempt 1 of 2, sent to the agent):',
      { type: 'code', title: 'unit · login.test.ts', text: UNIT_EXCERPT, folded: true },
      {
        type: 'buttons',
        buttons: [
          button('check_log:app-7:unit', 'Full log'),
          button('rerun:app-7', 'Rerun'),
          button('stop:app-7', 'Stop'),
        ],
      },
    ),
  },
  {
    ago: 4 * MINUTE,
    post: speech(
      'The failure is a real one: `reload()` drops the cookie because `path` is `/login`. Setting it to `/`.\n\n| file | change |\n|---|---|\n| `src/auth/login.ts` | cookie path `/` |\n| `test/login.test.ts` | waits for the cookie |',
    ),
  },
  { ago: 2 * MINUTE, person: LEE, text: 'Is the cookie HttpOnly after that?', reactions: ['⚠️'] },
  {
    ago: 40_000,
    person: LOCAL,
    text: 'Please also look at the logout test, it fails on Mondays.',
    reactions: ['👀'],
  },
];

export const digest = (): ChatMessage =>
  post(
    '**ao, Friday 20 Nov**\n\nMerged 6 · opened 3 · failed 1 · waiting on people 2',
    {
      type: 'fields',
      fields: [
        { name: 'Today', value: '$14.20' },
        { name: 'This month', value: '$211 of $400' },
        { name: 'Per merged PR', value: '$2.37' },
        { name: 'Longest human wait', value: '3 h 10 min' },
      ],
    },
    { type: 'divider' },
    {
      type: 'table',
      columns: ['Agent', 'Sessions', 'Cost'],
      rows: [
        ['claude-code', '7', '$11.02'],
        ['codex', '3', '$3.18'],
      ],
    },
  );

export const projectFixtures: readonly ProjectView[] = [
  {
    id: 'app',
    name: 'app',
    path: '/home/dana/src/app',
    defaultBranch: 'main',
    agent: 'claude-code',
    sessions: 8,
    live: 6,
  },
  {
    id: 'api',
    name: 'api',
    path: '/home/dana/src/api',
    defaultBranch: 'main',
    agent: 'codex',
    sessions: 3,
    live: 3,
  },
];

const ISSUES: ReadonlyArray<
  readonly [string, string, string, readonly string[], string | null, string | null]
> = [
  ['app', '42', 'Fix flaky login test', ['bug', 'ci'], 'dana', 'app-7'],
  ['app', '38', 'Keep the table header visible while scrolling', ['ui'], null, 'app-5'],
  ['app', '44', 'Show relative times in the activity feed', ['ui'], 'dana', 'app-10'],
  ['app', '46', 'Export the cost ledger as CSV', ['feature'], null, null],
  ['app', '47', 'The invite mail links to the old domain', ['bug'], 'lee', null],
  ['app', '48', 'Document the reaction keys', ['docs', 'good first issue'], null, null],
  ['api', '9', 'Answer 429 with Retry-After when the limiter trips', ['bug'], null, 'api-4'],
  ['api', '13', 'Cache the permission lookup per request', ['performance'], null, null],
  ['api', '14', 'Refuse tokens without an expiry', ['security'], 'dana', null],
];

export const issueFixtures: readonly IssueView[] = ISSUES.map(
  ([project, id, title, labels, assignee, at]) => ({
    project,
    id,
    title,
    state: 'open',
    labels,
    assignee,
    url: null,
    session: at,
  }),
);

export function eventFixtures(now: number): Array<Omit<EventView, 'seq'>> {
  const by = { subject: 'web:local', name: 'dana', via: 'web' } as never;
  const line = (ago: number, event: EventView['event'], text: string): Omit<EventView, 'seq'> => ({
    session: 'app-7',
    project: 'app',
    at: now - ago,
    event,
    text,
  });
  return [
    line(34 * MINUTE, { type: 'session.spawned', by }, 'Started by @dana on issue #42.'),
    line(
      33.9 * MINUTE,
      { type: 'workspace.created', path: '/home/dana/.ao/worktrees/app-7', tookMs: 400 },
      'Worktree ready in 0.4 s.',
    ),
    line(
      33.8 * MINUTE,
      {
        type: 'session.started',
        base: 'main',
        baseSha: '1c44d0e',
        workspaceMs: 400,
        promptMs: 1100,
      },
      'Started on main at 1c44d0e, agent took the task after 1.1 s.',
    ),
    line(
      33.8 * MINUTE,
      { type: 'session.status', from: 'spawning', to: 'working', because: 'session.started' },
      'spawning → working',
    ),
    line(29 * MINUTE, { type: 'agent.turn_ended', text: null }, 'The agent ended its turn.'),
    line(27 * MINUTE, { type: 'steer.accepted', steer: 's1' }, 'Message of @dana accepted.'),
    line(12 * MINUTE, { type: 'pr.opened', pr: 'local:app#118' }, 'PR #118 opened.'),
    line(
      9 * MINUTE,
      { type: 'checks.rerun', pr: 'local:app#118', sha: '3f9c2ab', names: ['e2e'], by },
      'e2e rerun: it looked like a network error.',
    ),
    line(
      6 * MINUTE,
      {
        type: 'checks.failed',
        pr: 'local:app#118',
        sha: '3f9c2ab',
        failing: [],
        attempt: 1,
        retries: 2,
        sent: true,
      },
      'unit failed on 3f9c2ab, attempt 1 of 2.',
    ),
    line(
      6 * MINUTE,
      { type: 'session.status', from: 'pr_open', to: 'ci_failed', because: 'checks.failed' },
      'pr_open → ci_failed',
    ),
    line(40_000, { type: 'steer.queued', steer: 's2', by }, 'Message of @dana queued.'),
  ];
}

/** Six weeks of a small team: more in the week than at its end, one model without a price. */
export function ledgerFixtures(now: number): readonly LedgerRow[] {
  const days = Array.from({ length: 45 }, (_, at) =>
    new Date(now - (44 - at) * 24 * HOUR).toISOString().slice(0, 10),
  );
  return days.flatMap((day, at) => {
    const weekend = [6, 0].includes(new Date(day).getUTCDay());
    const busy = weekend ? 0.12 : 0.6 + ((at * 37) % 11) / 11;
    const row = (n: number, agent: string, model: string, usd: number | null): LedgerRow => ({
      session: `${at % 3 === 0 ? 'api' : 'app'}-${Math.floor(at / 3) * 2 + n}`,
      day,
      model,
      agent,
      project: at % 3 === 0 ? 'api' : 'app',
      issue: n === 2 ? null : String(40 + at),
      pr: at % 4 === 0 ? null : `local:${at % 3 === 0 ? 'api' : 'app'}#${100 + at}`,
      starter: at % 2 === 0 ? 'web:local' : 'slack:T1:U2',
      starterName: at % 2 === 0 ? 'dana' : 'lee',
      inputTokens: Math.round((usd ?? 2) * 22_000),
      outputTokens: Math.round((usd ?? 2) * 9_000),
      cacheReadTokens: Math.round((usd ?? 2) * 160_000),
      cacheWriteTokens: Math.round((usd ?? 2) * 19_000),
      unpricedTokens: usd === null ? 420_000 : 0,
      usd,
    });
    return [
      row(1, 'claude-code', 'claude-sonnet-4-5', 5.2 * busy),
      ...(weekend ? [] : [row(1, 'claude-code', 'claude-haiku-4-5', 0.7 * busy)]),
      ...(at % 2 === 0 ? [row(2, 'codex', 'gpt-5-codex', 2.6 * busy)] : []),
      ...(at % 5 === 0 ? [row(3, 'opencode', 'claude-sonnet-4-5', 1.4 * busy)] : []),
      ...(at % 9 === 0 ? [row(3, 'aider', 'local-qwen', null)] : []),
    ];
  });
}

export const THREADS: readonly ThreadView[] = [
  {
    ref: 't1',
    id: '118-1',
    file: 'src/auth/login.ts',
    line: 44,
    resolved: false,
    comments: [
      { author: 'lee', own: false, body: 'Does this poll for ever?', at: 1_795_000_000_000 },
    ],
  },
];

export const PATCH = `diff --git a/src/auth/login.ts b/src/auth/login.ts
index 1b2c3d4..5e6f7a8 100644
--- a/src/auth/login.ts
+++ b/src/auth/login.ts
@@ -36,9 +36,14 @@ export async function login(page: Page, user: User): Promise<Session> {
   await page.fill('#name', user.name);
   await page.fill('#password', user.password);
   await page.click('text=Sign in');
-  await sleep(300);
-  return { user, cookie: null };
+  const cookie = await sessionCookie(page.context());
+  return { user, cookie };
 }
 
+/** Resolves when the server has set the session cookie; it is what every later request needs. */
+async function sessionCookie(context: BrowserContext): Promise<Cookie> {
+  return poll(async () => (await context.cookies()).find((cookie) => cookie.name === 'sid'));
+}
+
 export async function logout(page: Page): Promise<void> {
   await page.click('text=Sign out');
diff --git a/src/auth/cookie.ts b/src/auth/cookie.ts
new file mode 100644
index 0000000..9c1d2e3
--- /dev/null
+++ b/src/auth/cookie.ts
@@ -0,0 +1,7 @@
+import type { CookieOptions } from './types.ts';
+
+/** One place for the session cookie, so that a reload keeps it. */
+export const SESSION_COOKIE: CookieOptions = {
+  path: '/',
+  httpOnly: true,
+};
diff --git a/test/login.test.ts b/test/login.test.ts
index 2f3a4b5..6c7d8e9 100644
--- a/test/login.test.ts
+++ b/test/login.test.ts
@@ -35,8 +35,8 @@ describe('login', () => {
   it('keeps the session over a reload', async () => {
     await login(page, dana);
     await page.reload();
-    const me = await api.me();
-    expect(me.name).toBe('dana');
+    await expect.poll(async () => (await api.me()).name).toBe('dana');
   });
 });
diff --git a/assets/logo.png b/assets/logo.png
index 1111111..2222222 100644
Binary files a/assets/logo.png and b/assets/logo.png differ
diff --git a/package-lock.json b/package-lock.json
index aaaaaaa..bbbbbbb 100644
--- a/package-lock.json
+++ b/package-lock.json
@@ -1,420 +1,420 @@
${Array.from({ length: 420 }, (_, at) => `-    "version": "1.${at}.0",\n+    "version": "1.${at}.1",`).join('\n')}
`;
