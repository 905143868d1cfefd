import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FakeBotApi } from '../../test/fakes/bot-api.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { prView, requestView, sessionView } from '../../test/support/session-view.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { renderStatus } from '../commands/status-table.ts';
import { displayWidth } from '../lib/table.ts';
import { commandNames } from './program.ts';

const start = async () => {
  const dataDir = tempDir();
  return { dataDir, bot: await FakeBotApi.start(dataDir) };
};

test('ao status prints the table with whose turn it is', async () => {
  const { dataDir, bot } = await start();
  const red = sessionView({ status: 'ci_failed', pr: prView() });
  const asks = sessionView({
    id: 'app-9',
    status: 'needs_input',
    turn: 'human',
    issue: null,
    title: 'upgrade eslint',
    usd: 0.4,
    createdAt: sessionView().createdAt - 3 * 3_600_000,
  });
  bot.on('GET /api/sessions', { body: [red, asks] });
  const { code, out } = await runInTest(['status'], { dataDir });
  expect(code).toBe(0);
  expect(out).toBe(
    [
      'SESSION  STATUS          TURN   PR    CI   REVIEW  COST   AGE     TASK',
      'app-7    🔴 ci_failed    agent  #118  5/6  -       $1.84  34m     #42 Fix flaky login test',
      'app-9    ✋ needs_input  human  -     -    -       $0.40  3h 34m  "upgrade eslint"',
      '2 sessions, 1 waits for you.  ao show app-9',
    ].join('\n'),
  );
});

test('ao status asks for what was asked for, and says nothing of the rest', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions', { body: [] });
  const { out } = await runInTest(['status', 'web', '--all', '--turn', 'human'], { dataDir });
  expect(bot.seen[0]?.query).toEqual({ project: 'web', turn: 'human', all: '1' });
  expect(out).toBe('No sessions.  Start one: ao spawn "what to do"');
});

test('ao status --pr --cost says what the merge waits for, and the sum', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions', { body: [sessionView({ pr: prView() })] });
  const { out } = await runInTest(['status', '--pr', '--cost'], { dataDir });
  expect(out).toContain('  #118 feat/42-flaky-login  +64 -12  waits for: unit failed');
  expect(out).toContain('412k');
  expect(out).toContain('1 session, $1.84.');
});

test('untrusted titles cannot move the cursor or break the table', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions', {
    body: [sessionView({ title: 'a\u001b[2Jb\u001b]0;x\u0007\nc\u202e' })],
  });
  const { out } = await runInTest(['status'], { dataDir });
  expect(out.split('\n')[1]).toMatch(/#42 ab c$/);
});

test('colours appear only where they are wanted', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions', { body: [sessionView({ status: 'ci_failed' })] });
  expect((await runInTest(['status'], { dataDir })).out).not.toContain('\u001b');
  expect((await runInTest(['status'], { dataDir, color: true })).out).toContain(
    '\u001b[31mci_failed',
  );
});

test('with the bot down, status and show read the database and say so', async () => {
  const dataDir = tempDir();
  const offline = [sessionView(), sessionView({ id: 'app-8', stage: 'ended', status: 'merged' })];
  const status = await runInTest(['status'], { dataDir, offline });
  expect(status).toMatchObject({
    code: 0,
    err: 'The bot is not running; this is what the database says.  Start it: ao start',
  });
  expect(status.out).toContain('app-7');
  expect(status.out).not.toContain('app-8');
  expect((await runInTest(['show', 'app-8'], { dataDir, offline })).out).toContain(
    'app-8  Fix flaky login test',
  );
  expect(await runInTest(['show', 'app'], { dataDir, offline })).toMatchObject({
    code: 1,
    err: 'error: app could be app-7, app-8.  Say which.',
  });
});

test('a bot that crashed counts as down', async () => {
  const { dataDir, bot } = await start();
  await bot.stop();
  const { code, err } = await runInTest(['send', 'app-7', 'hello'], { dataDir });
  expect(code).toBe(3);
  expect(err).toBe(
    `error: the bot is not running (data directory ${dataDir}).  Start it: ao start`,
  );
});

test.each([
  ['an unknown command', ['spwan', '42'], '"ao spwan" isn\'t a command.  Did you mean  ao spawn ?'],
  [
    'a value that is none of those',
    ['cost', '7d'],
    "value '7d' is invalid for argument 'span'. Allowed choices are today, week, month.  See: ao cost --help",
  ],
  ['a missing argument', ['send'], "missing required argument 'session'.  See: ao send --help"],
  ['an unknown option', ['spawn', '42', '--agnt', 'x'], "unknown option '--agnt'"],
  [
    'a choice that is none',
    ['merge', 'app-7', '--method', 'octopus'],
    "argument 'octopus' is invalid",
  ],
  ['a bad number', ['logs', 'app-7', '-n', 'all'], 'a number of lines is 1 or more'],
  ['an empty message', ['send', 'app-7', ' '], 'the message is empty.'],
  [
    'issues and words',
    ['spawn', '42', 'and fix it'],
    'either issues or a task in words, not both.',
  ],
  ['no session to report for', ['report', 'done'], 'which session?'],
  ['a bad duration', ['snooze', 'app-7', 'soon'], '"soon" isn\'t a duration.'],
])('%s is a usage error in one line', async (_, argv, message) => {
  const { dataDir } = await start();
  const { code, err, out } = await runInTest(argv, { dataDir });
  expect(code).toBe(2);
  expect(err).toContain(`error: `);
  expect(err).toContain(message);
  expect(err.split('\n')).toHaveLength(1);
  expect(out).toBe('');
});

test('a refusal of the bot is one line with what to do, and exit code 1', async () => {
  const { dataDir, bot } = await start();
  bot
    .refuse(
      'POST /api/sessions/app-7/merge',
      409,
      'AO_GATE_CLOSED',
      'app-7 cannot be merged: unit failed.',
    )
    .on('GET /api/sessions/app-7', { body: sessionView() });
  expect(await runInTest(['merge', 'app-7'], { dataDir })).toMatchObject({
    code: 1,
    err: 'error: app-7 cannot be merged: unit failed.',
    out: '',
  });
});

test('a wrong token is said to be one', async () => {
  const { dataDir, bot } = await start();
  const { code, err } = await runInTest(['inbox'], {
    dataDir,
    env: { AO_URL: bot.url, AO_TOKEN: 'wrong' },
  });
  expect(code).toBe(1);
  expect(err).toContain('does not accept the token');
});

test.each([
  [
    'spawn by issue',
    ['spawn', '#42', '43', '--agent', 'codex', '--plan'],
    'POST /api/sessions',
    { issues: ['42', '43'], text: null, agent: 'codex', plan: true },
  ],
  [
    'spawn by words',
    ['spawn', 'make', 'login', 'stable'],
    'POST /api/sessions',
    { issues: [], text: 'make login stable' },
  ],
  [
    'send',
    ['send', 'app-7', 'try', 'again', '--now'],
    'POST /api/sessions/app-7/message',
    { text: 'try again', now: true },
  ],
  [
    'send from stdin',
    ['send', 'app-7', '-'],
    'POST /api/sessions/app-7/message',
    { text: 'from\nstdin', now: false },
  ],
  [
    'interrupt',
    ['interrupt', 'app-7', 'stop', 'that'],
    'POST /api/sessions/app-7/interrupt',
    { text: 'stop that' },
  ],
  [
    'kill',
    ['kill', 'app-7', 'not', 'needed'],
    'POST /api/sessions/app-7/kill',
    { reason: 'not needed' },
  ],
  ['undo', ['undo', 'app-7'], 'POST /api/sessions/app-7/undo', {}],
  [
    'restore',
    ['restore', 'app-7', 'go on'],
    'POST /api/sessions/app-7/restore',
    { message: 'go on' },
  ],
  ['pause', ['pause', 'app-7'], 'POST /api/sessions/app-7/pause', {}],
  ['resume', ['resume', 'app-7'], 'POST /api/sessions/app-7/resume', {}],
  ['done', ['done', 'app-7'], 'POST /api/sessions/app-7/done', {}],
  [
    'comment',
    ['comment', 'app-7', 't1', 'not', 'now'],
    'POST /api/sessions/app-7/comment',
    { thread: 't1', text: 'not now' },
  ],
  ['resolve', ['resolve', 'app-7', 't1'], 'POST /api/sessions/app-7/resolve', { thread: 't1' }],
  ['rerun', ['rerun', 'app-7'], 'POST /api/sessions/app-7/rerun', {}],
  ['ack', ['ack', 'app-7', 'ci-failed'], 'POST /api/sessions/app-7/ack', { key: 'ci-failed' }],
  [
    'snooze',
    ['snooze', 'app-7', '2h', 'ci-failed'],
    'POST /api/sessions/app-7/snooze',
    { key: 'ci-failed', minutes: 120 },
  ],
  ['mute', ['mute', 'app-7'], 'POST /api/sessions/app-7/mute', { muted: true }],
  ['unmute', ['unmute', 'app-7'], 'POST /api/sessions/app-7/mute', { muted: false }],
  [
    'merge, pinned to the head that was seen',
    ['merge', 'app-7', '--method', 'rebase'],
    'POST /api/sessions/app-7/merge',
    { sha: '3f9c2ab41d', method: 'rebase' },
  ],
  [
    'approve',
    ['review', 'app-7', 'approve'],
    'POST /api/sessions/app-7/review',
    { decision: 'approve', text: '', sha: '3f9c2ab41d' },
  ],
  [
    'request changes',
    ['review', 'app-7', 'request-changes', 'use', 'await', '--file', 'a.ts', '--line', '4'],
    'POST /api/sessions/app-7/review',
    { decision: 'request_changes', text: 'use await', file: 'a.ts', line: 4, sha: '3f9c2ab41d' },
  ],
  [
    'answer with an option by its label',
    ['answer', 'app-7', 'remove', 'it'],
    'POST /api/sessions/app-7/answer',
    { request: 'r1', option: 'remove', text: null },
  ],
  [
    'answer in own words',
    ['answer', 'app-7', 'ask', 'Lee'],
    'POST /api/sessions/app-7/answer',
    { request: 'r1', option: null, text: 'ask Lee' },
  ],
  [
    'adopt',
    ['adopt', '118', '--project', 'app'],
    'POST /api/sessions/adopt',
    { pr: '118', project: 'app' },
  ],
  [
    'handoff to an agent',
    ['handoff', 'app-7', 'codex', 'mind', 'the', 'tests'],
    'POST /api/sessions/app-7/handoff',
    { agent: 'codex', words: 'mind the tests' },
  ],
  [
    'handoff',
    ['handoff', 'app-7', 'slack:T1:U2', '--name', 'lee'],
    'POST /api/sessions/app-7/handoff',
    { to: { subject: 'slack:T1:U2', name: 'lee' } },
  ],
  [
    'pr create',
    ['pr', 'create', '--session', 'app-7', '--title', 'T', '--body', '-', '--draft'],
    'POST /api/sessions/app-7/pr',
    { title: 'T', body: 'from\nstdin', draft: true },
  ],
  [
    'report',
    ['report', 'blocked', 'no', 'network', '--session', 'app-7'],
    'POST /api/sessions/app-7/report',
    { state: 'blocked', note: 'no network' },
  ],
])('%s sends what the API takes', async (_, argv, route, body) => {
  const { dataDir, bot } = await start();
  const session = sessionView({ pr: prView(), openRequests: [requestView()] });
  bot.on('GET /api/sessions/app-7', { body: session });
  const steer = {
    id: 's1',
    kind: 'human',
    reaction: null,
    author: session.owner,
    text: '',
    files: [],
    state: 'queued',
    position: 2,
    attempts: 0,
    reason: null,
    createdAt: 0,
    acceptedAt: null,
  };
  const answer =
    route === 'POST /api/sessions'
      ? [{ issue: null, session, refusal: null }]
      : route.endsWith('/message')
        ? steer
        : session;
  bot.on(route, { body: answer });
  const { code, err, out } = await runInTest(argv, { dataDir, input: 'from\nstdin\n' });
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('app-7');
  expect(bot.seen.findLast((request) => request.method === 'POST')).toMatchObject({
    path: route.split(' ')[1],
    body,
  });
});

test('one refused issue does not hide the session of the other', async () => {
  const { dataDir, bot } = await start();
  const refusal = {
    code: 'AO_ISSUE_TAKEN',
    message:
      'issue #42 already has app-7 (working).  Open it: ao show app-7.  Spawn another: ao spawn 42 --again',
  };
  bot.on('POST /api/sessions', {
    body: [
      { issue: '42', session: null, refusal },
      { issue: '43', session: sessionView({ id: 'app-8' }), refusal: null },
    ],
  });
  const { code, out, err } = await runInTest(['spawn', '42', '43'], { dataDir });
  expect({ code, err }).toEqual({ code: 1, err: `error: ${refusal.message}` });
  expect(out).toContain('app-8');
});

test('in the environment of an agent, its own session, token and address are used', async () => {
  const { dataDir, bot } = await start();
  bot.on('POST /api/sessions/app-7/pr', {
    body: sessionView({ pr: prView({ url: 'http://bot/pr/118' }) }),
  });
  const env = { AO_SESSION: 'app-7', AO_TOKEN: bot.token, AO_URL: bot.url };
  const { code, out } = await runInTest(['pr', 'create', '--title', 'T', '--body', 'B'], {
    dataDir: tempDir(),
    env,
  });
  expect({ code, out }).toEqual({
    code: 0,
    out: 'Pull request #118 of app-7 is open: http://bot/pr/118',
  });
  expect(dataDir).toBeDefined();
});

test('what an agent asks for again, because the connection broke off, is the same request', async () => {
  const dataDir = tempDir();
  const keys: unknown[] = [];
  const server = http.createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    if (keys.length === 1) request.socket.destroy();
    else response.end(JSON.stringify([{ issue: null, session: sessionView(), refusal: null }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const env = {
    AO_SESSION: 'app-1',
    AO_TOKEN: 't',
    AO_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  expect((await runInTest(['spawn', 'look around'], { dataDir, env })).code).toBe(0);
  expect(keys).toEqual([expect.any(String), keys[0]]);
});

test('ao attach runs the command line the runtime gives, read-only when asked', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions/app-7/attach', {
    body: { argv: ['tmux', 'attach'], readOnlyArgv: ['tmux', 'attach', '-r'] },
  });
  expect(
    (await runInTest(['attach', 'app-7', '--read-only'], { dataDir, interactive: true })).executed,
  ).toEqual([['tmux', 'attach', '-r']]);
  expect(await runInTest(['attach', 'app-7'], { dataDir })).toMatchObject({
    code: 1,
    err: "error: this isn't a terminal.  In one: tmux attach",
    executed: [],
  });
});

test('ao logs -f prints only what is new, until the runtime ends', async () => {
  const { dataDir, bot } = await start();
  const screens = [
    { text: 'a\nb\n', live: true },
    { text: 'b\nc\n', live: true },
    { text: 'b\nc\nd\n', live: false },
  ];
  bot.on('GET /api/sessions/app-7/logs', () => ({ body: screens.shift() }));
  const { out } = await runInTest(['logs', 'app-7', '-f'], { dataDir });
  expect(out.split('\n')).toEqual(['a', 'b', 'c', 'd']);
});

test('ao logs --check is the log of a check', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions/app-7/checks/unit%20tests/log', {
    body: { name: 'unit tests', text: 'boom\n' },
  });
  expect(
    (await runInTest(['logs', '--check', 'unit tests'], { dataDir, env: { AO_SESSION: 'app-7' } }))
      .out,
  ).toBe('boom');
});

test('ao status --watch prints again when a session changes, and ends with the bot', async () => {
  const { dataDir, bot } = await start();
  let status: 'working' | 'merged' = 'working';
  bot.on('GET /api/sessions', () => ({ body: [sessionView({ status })] }));
  const { out } = await runInTest(['status', '--watch'], {
    dataDir,
    onOut: (text) => {
      if (text.includes('merged')) return bot.endStreams();
      status = 'merged';
      const announce = (): void => {
        if (bot.listeners === 0) setImmediate(announce);
        else bot.emit('session', sessionView({ status }));
      };
      announce();
    },
  });
  expect(out).toMatch(/working[\s\S]*merged/);
});

test('every command prints JSON when asked', async () => {
  const { dataDir, bot } = await start();
  const session = sessionView({ pr: prView() });
  bot
    .on('GET /api/sessions', { body: [session] })
    .on('GET /api/sessions/app-7', { body: session })
    .on('GET /api/inbox', { body: [] })
    .on('GET /api/issues', { body: [] })
    .on('GET /api/projects', { body: [] })
    .on('GET /api/cost', {
      body: {
        from: '2026-11-01',
        to: '2026-11-21',
        timezone: 'UTC',
        by: 'project',
        rows: [],
        totalUsd: 0,
        totalTokens: 0,
        unpriced: [],
        series: { days: [], parts: [] },
      },
    })
    .on('GET /api/quota', { body: { accounts: [], agents: [], unknown: [] } })
    .on('GET /api/sessions/app-7/diff', {
      body: { stat: '', patch: '', additions: 0, deletions: 0, files: 0 },
    })
    .on('GET /api/sessions/app-7/logs', { body: { text: '', live: true } })
    .on('GET /api/me', { body: { subject: 'web:local', name: 'dana', version: '0', demo: false } })
    .on('POST /api/sessions/app-7/kill', { body: session });
  for (const argv of [
    ['status'],
    ['list'],
    ['show', 'app-7'],
    ['inbox'],
    ['issues'],
    ['projects'],
    ['cost'],
    ['quota'],
    ['diff', 'app-7'],
    ['logs', 'app-7'],
    ['pr', 'show', 'app-7'],
    ['kill', 'app-7'],
    ['plugin', 'list'],
    ['config', 'check'],
  ]) {
    const { code, out, err } = await runInTest([...argv, '--json'], { dataDir });
    expect({ argv, code, err }).toEqual({ argv, code: 0, err: '' });
    expect(() => JSON.parse(out)).not.toThrow();
  }
});

test('ao inbox says what to type', async () => {
  const { dataDir, bot } = await start();
  const item = {
    id: 'merge:app-7',
    kind: 'merge',
    session: 'app-7',
    project: 'app',
    owner: { subject: 'web:dana', name: 'dana' },
    title: 'Approve the merge',
    text: '',
    since: sessionView().createdAt,
    request: null,
    key: null,
    actions: [],
  };
  bot.on('GET /api/inbox', { body: [item] });
  expect((await runInTest(['inbox'], { dataDir })).out.split('\n')[1]).toBe(
    'app-7    merge  34 min ago  dana  ao merge app-7  Approve the merge',
  );
});

test('ao quota shows limits, who used them, and that polling slows down', async () => {
  const { dataDir, bot } = await start();
  const limit = {
    name: 'core',
    used: 4000,
    limit: 5000,
    remaining: 1000,
    resetAt: Date.now() + 600_000,
  };
  bot.on('GET /api/quota', {
    body: {
      accounts: [
        {
          account: 'ao-bot at github.com',
          projects: ['app'],
          limits: [limit],
          bot: [{ purpose: 'poll', requests: 9, points: 12, unchanged: 30 }],
          pace: { state: 'slow', factor: 3, until: null },
          peak: 0.8,
        },
      ],
      agents: [
        {
          session: 'app-7',
          reads: 5,
          cached: 7,
          unchanged: 2,
          writes: 1,
          failed: 0,
          limits: [],
          lastAt: 0,
        },
      ],
      unknown: [{ project: 'web', reason: 'The token is refused.' }],
    },
  });
  const { out } = await runInTest(['quota'], { dataDir });
  expect(out).toContain(
    'ao-bot at github.com (app), peak of the last 24 h 80 %.  Polling is 3 times slower',
  );
  expect(out).toMatch(/core +4k of 5k +1k/);
  expect(out).toMatch(/poll +12 +9 +30/);
  expect(out).toMatch(/app-7 +5 +7 +2 +1 +0/);
  expect(out).toContain('web: The token is refused.');
});

test('ao threads lists what is open, and resolved ones when asked', async () => {
  const { dataDir, bot } = await start();
  const said = (author: string, body: string) => ({ author, own: false, body, at: 0 });
  bot.on('GET /api/sessions/app-7/threads', {
    body: [
      {
        ref: 't1',
        id: 'a',
        file: 'src/login.ts',
        line: 41,
        resolved: true,
        comments: [said('lee', 'done')],
      },
      {
        ref: 't2',
        id: 'b',
        file: null,
        line: null,
        resolved: false,
        comments: [said('lee', 'Is there a test?'), said('dana', 'And docs?')],
      },
    ],
  });
  expect((await runInTest(['threads', 'app-7'], { dataDir })).out).toMatch(
    /^THREAD +WHERE +BY +SAID\nt2 +- +dana +And docs\?$/,
  );
  expect((await runInTest(['threads', 'app-7', '--all'], { dataDir })).out).toMatch(
    /t1 \(resolved\) +src\/login.ts:41 +lee +done/,
  );
});

test('ao --help has its commands under headings, in 80 columns', async () => {
  const { code, out } = await runInTest(['--help'], { dataDir: tempDir() });
  expect(code).toBe(0);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const name of commandNames) expect(out).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
  expect(out.indexOf('\nSessions:')).toBeGreaterThan(out.indexOf('\nStart:'));
});

test('ao status fits 80 columns: a task can be told from another, and no line is longer', () => {
  const sessions = (['changes_requested', 'review_pending', 'needs_input'] as const).map(
    (status, at) =>
      sessionView({
        id: `backend-api-${at + 1}`,
        status,
        title: 'Paginate the audit log without losing the place of the reader',
        pr: { ...prView(), review: { ...prView().review, decision: 'changes_requested' } },
        usd: 12.4,
      }),
  );
  for (const columns of [80, 100, 200]) {
    const shape = { now: sessionView().createdAt + 60_000, columns, color: false };
    const lines = renderStatus(sessions, {}, shape).split('\n');
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    expect(lines[1]).toContain('#42 Paginate the');
  }
  const wide = renderStatus(sessions, {}, { now: 0, columns: 200, color: false });
  expect(wide).toContain('  changes requested  ');
});

test('ao api calls what is asked for, with the token, and prints what came', async () => {
  const { dataDir, bot } = await start();
  bot.on('GET /api/sessions', { body: [{ id: 'app-7' }] });
  bot.on('POST /api/sessions/app-7/message', { body: { id: 's1' } });
  const read = await runInTest(['api', 'get', 'sessions?all=1'], { dataDir });
  expect(JSON.parse(read.out)).toEqual([{ id: 'app-7' }]);
  expect(bot.seen[0]).toMatchObject({ query: { all: '1' } });
  const body = '{"text": "hello"}';
  const sent = await runInTest(['api', 'POST', '/api/sessions/app-7/message', '-d', '-'], {
    dataDir,
    input: body,
  });
  expect(JSON.parse(sent.out)).toEqual({ id: 's1' });
  expect(bot.seen[1]).toMatchObject({ body: { text: 'hello' } });
});

test.each([
  ['another host', ['api', 'GET', 'http://evil.example/x'], 'a path of the bot'],
  ['another host without a scheme', ['api', 'GET', '//evil.example/x'], 'a path of the bot'],
  ['a method that is not there', ['api', 'DELETE', '/api/sessions'], 'has no DELETE'],
  ['a body for a GET', ['api', 'GET', '/api/sessions', '-d', '{}'], 'carries no body'],
  ['a body that is none', ['api', 'POST', '/api/sessions', '-d', '{'], "isn't JSON"],
  ['a body that is no object', ['api', 'POST', '/api/sessions', '-d', '7'], 'JSON object'],
])('ao api refuses %s and sends nothing', async (_what, argv, words) => {
  const { dataDir, bot } = await start();
  const { code, err } = await runInTest(argv, { dataDir });
  expect(code).not.toBe(0);
  expect(err).toContain(words);
  expect(bot.seen).toEqual([]);
});
