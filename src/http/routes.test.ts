import { beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, type FakeHttp, fakeHttp, WORKER } from '../../test/fakes/fake-http-deps.ts';
import {
  issueView,
  projectView,
  requestView,
  sessionView,
  steerView,
} from '../../test/fakes/views.ts';
import type { AnyUseCase } from '../commands/use-case.ts';
import { useCases } from '../commands/use-cases/index.ts';
import { ownKey } from '../lib/own-key.ts';
import { whisperId } from '../slots/message-store.ts';
import { createHttp } from './create-http.ts';
import type { Api } from './endpoint.ts';

let world: FakeHttp;
let app: Api;

beforeEach(() => {
  world = fakeHttp({ issues: [issueView()], projects: [projectView()] });
  app = createHttp(world.deps).app;
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  token = ADMIN,
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const response = await app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': SENT_KEY,
      host: 'localhost:3000',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    json: text === '' ? null : JSON.parse(text),
    headers: response.headers,
  };
}

/** As the caller's own: the same header sent by somebody else is another key. */
const SENT_KEY = 'k-1';
const KEY = ownKey('web:local', SENT_KEY);

const did = (): unknown => world.fake.calls.map((one) => [one.method, ...one.args.slice(1)]);

describe('reading', () => {
  it.each([
    ['/api/sessions', [{ id: 'app-7' }]],
    ['/api/sessions?status=killed', []],
    ['/api/sessions/app-7', { id: 'app-7', status: 'working' }],
    ['/api/sessions/7', { id: 'app-7' }],
    ['/api/sessions/app-7/steers', []],
    ['/api/sessions/app-7/threads', []],
    ['/api/sessions/app-7/events?after=0&limit=5', []],
    ['/api/sessions/app-7/logs?lines=10', { text: 'line one\nline two', live: true }],
    ['/api/sessions/app-7/diff', { files: 1, additions: 2 }],
    ['/api/sessions/app-7/checks/unit%20tests/log', { text: 'expected 1, got 2' }],
    ['/api/sessions/app-7/attach', { argv: ['tmux', '-L', 'ao', 'attach', '-t', 'app-7'] }],
    ['/api/inbox', []],
    ['/api/issues?project=app&text=login&state=all', [{ id: '42' }]],
    ['/api/projects', [{ id: 'app' }]],
    ['/api/cost?by=agent', { by: 'agent' }],
    ['/api/quota', { accounts: [], agents: [], unknown: [] }],
    ['/api/me', { subject: 'web:local', version: '0.1.0', demo: true }],
    ['/api/chat/channels', [{ id: 'general' }]],
    ['/api/chat/channels/general/messages', []],
    ['/api/chat/threads/t1/messages?limit=10', []],
  ])('GET %s', async (path, expected) => {
    const { status, json } = await call('GET', path);
    expect(status).toBe(200);
    if (Array.isArray(expected)) expect(json).toHaveLength(expected.length);
    expect(json).toMatchObject(expected);
  });

  it("shows no private message of somebody else's", async () => {
    for (const reader of ['web:somebody', 'web:local'])
      world.deps.messages.insert({
        id: whisperId(reader, 'w'),
        channel: 'general',
        thread: null,
        session: null,
        key: null,
        author: { subject: 'system:ao', name: 'ao', bot: true },
        text: reader,
        message: null,
        at: 1,
      });
    expect((await call('GET', '/api/chat/channels/general/messages')).json).toMatchObject([
      { text: 'web:local' },
    ]);
  });

  it('shows the messages of a thread, oldest first', async () => {
    for (const id of ['m1', 'm2'])
      world.deps.messages.insert({
        id,
        channel: 'general',
        thread: 'm1',
        session: 'app-7',
        key: null,
        author: { subject: 'web:local', name: 'you', bot: false },
        text: id,
        message: null,
        at: 1,
      });
    expect((await call('GET', '/api/chat/threads/m1/messages')).json).toMatchObject([
      { id: 'm1' },
      { id: 'm2' },
    ]);
    expect((await call('GET', '/api/chat/channels/general/messages')).json).toMatchObject([
      { id: 'm1' },
    ]);
  });
});

describe('doing', () => {
  it.each([
    [
      'message',
      { text: 'hi', now: true },
      ['send', 'app-7', { text: 'hi', files: [], now: true, source: null, key: KEY }],
    ],
    ['steers/s1/edit', { text: 'better' }, ['editSteer', 'app-7', 's1', 'better']],
    ['steers/s1/remove', {}, ['removeSteer', 'app-7', 's1']],
    ['steers/s1/retry', undefined, ['retrySteer', 'app-7', 's1']],
    ['steers/s1/now', undefined, ['sendSteerNow', 'app-7', 's1']],
    [
      'answer',
      { request: 'r1', option: 'keep' },
      ['answer', 'app-7', 'r1', { option: 'keep', text: null }],
    ],
    ['answer', { text: 'both' }, ['answer', 'app-7', null, { option: null, text: 'both' }]],
    ['interrupt', { text: 'stop that' }, ['interrupt', 'app-7', 'stop that']],
    ['kill', { reason: 'wrong' }, ['kill', 'app-7', 'wrong']],
    ['pause', undefined, ['pause', 'app-7', null]],
    ['undo', undefined, ['undo', 'app-7']],
    ['resume', undefined, ['resume', 'app-7']],
    ['done', undefined, ['done', 'app-7']],
    ['rerun', undefined, ['rerun', 'app-7']],
    ['restore', { message: 'go on' }, ['restore', 'app-7', 'go on']],
    [
      'merge',
      { sha: 'abc', base: 'stage', method: 'rebase' },
      ['merge', 'app-7', { sha: 'abc', base: 'stage', method: 'rebase' }],
    ],
    [
      'review',
      { decision: 'request_changes', text: 'x', file: 'a.ts', line: 3 },
      [
        'review',
        'app-7',
        {
          decision: 'request_changes',
          text: 'x',
          file: 'a.ts',
          line: 3,
          sha: null,
          base: null,
          comments: [],
          key: KEY,
        },
      ],
    ],
    [
      'comment',
      { thread: 't1', text: 'x' },
      ['replyThread', 'app-7', { thread: 't1', text: 'x', key: KEY }],
    ],
    ['resolve', { thread: 'all' }, ['resolveThread', 'app-7', 'all']],
    ['ack', {}, ['acknowledge', 'app-7', null]],
    ['snooze', { key: 'ci-failed', minutes: 15 }, ['snooze', 'app-7', 'ci-failed', 15]],
    [
      'reaction',
      { key: 'ci-failed' },
      ['runReaction', 'app-7', 'ci-failed', { sha: null, base: null }],
    ],
    ['mute', { muted: false }, ['mute', 'app-7', false]],
    [
      'pr',
      { title: 'Fix', body: 'Why' },
      ['createPullRequest', 'app-7', { title: 'Fix', body: 'Why', draft: false, base: null }],
    ],
    [
      'report',
      { state: 'blocked', note: 'password' },
      ['report', 'app-7', { state: 'blocked', note: 'password' }],
    ],
  ])('POST %s', async (verb, body, expected) => {
    const { status } = await call('POST', `/api/sessions/app-7/${verb}`, body);
    expect(status).toBe(200);
    expect(did()).toEqual([expected]);
  });

  it('spawns under the idempotency key', async () => {
    const { json } = await call('POST', '/api/sessions', { issues: ['1', '42'], agent: 'codex' });
    expect(json).toMatchObject([
      { issue: '1', session: { id: 'app-1' } },
      { issue: '42', refusal: { code: 'AO_ISSUE_TAKEN' } },
    ]);
    expect(did()).toEqual([
      [
        'spawn',
        {
          project: null,
          channel: null,
          issues: ['1', '42'],
          text: null,
          agent: 'codex',
          model: null,
          base: null,
          prompt: null,
          plan: false,
          again: false,
          key: KEY,
        },
      ],
    ]);
  });

  it('adopts', async () => {
    expect((await call('POST', '/api/sessions/adopt', { pr: '118' })).status).toBe(200);
    expect(did()).toEqual([
      ['adopt', { project: null, channel: null, pr: '118', agent: null, key: KEY }],
    ]);
  });

  it('takes what the page does as the person of the token, whatever the body says', async () => {
    const { json } = await call('POST', '/api/chat/inputs', {
      type: 'reply',
      delivery: 'd1',
      channel: 'general',
      thread: 't1',
      text: 'hi',
      user: { subject: 'web:evil' },
    });
    expect(json).toMatchObject({ whisper: { text: 'done' } });
    expect(world.inputs).toMatchObject([
      {
        type: 'reply',
        delivery: 'd1',
        user: { subject: 'web:local', bot: false, external: false },
        text: 'hi',
      },
    ]);
    for (const body of [
      { type: 'command', thread: null, text: 'status' },
      { type: 'edit', thread: 't1', message: 'm1', text: 'x' },
      { type: 'delete', thread: 't1', message: 'm1' },
      { type: 'action', thread: null, message: 'm1', action: 'stop:app-7', value: null },
      { type: 'form', thread: null, form: 'spawn_form:', values: { text: 'x' } },
    ]) {
      expect(
        (await call('POST', '/api/chat/inputs', { delivery: 'd', channel: 'general', ...body }))
          .status,
        body.type,
      ).toBe(200);
    }
    expect(world.inputs.map((input) => input.type)).toEqual([
      'reply',
      'command',
      'edit',
      'delete',
      'action',
      'form',
    ]);
  });

  it("hands an agent's hook on as it came, only from the agent", async () => {
    expect(
      (await call('POST', '/api/sessions/app-7/hook', { hook_event_name: 'Stop' }, WORKER)).json,
    ).toEqual({ continue: true });
    expect(world.hooks).toEqual([{ session: 'app-7', body: { hook_event_name: 'Stop' } }]);
    expect((await call('POST', '/api/sessions/app-7/hook', {})).status).toBe(403);
  });
});

describe('problems', () => {
  it.each([
    ['AO_SESSION_UNKNOWN', 404],
    ['AO_ACCESS_DENIED', 403],
    ['AO_STATE', 409],
    ['AO_BAD_REQUEST', 400],
    ['AO_UNSUPPORTED', 501],
    ['AO_UPSTREAM', 502],
  ] as const)('%s is a %i problem document', async (code, expected) => {
    world.fake.refuse('kill', code, 'Why and what to do.');
    const { status, json, headers } = await call('POST', '/api/sessions/app-7/kill');
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json).toEqual({
      type: `urn:ao:error:${code}`,
      title: expect.any(String),
      status: expected,
      detail: 'Why and what to do.',
      code,
    });
  });

  it.each([
    [
      { projectId: 'app', issue: 42 },
      { project: 'app', issues: ['42'], text: null, prompt: null },
    ],
    [
      { projectId: 'app', issue: '42', title: 'Quickly' },
      { project: 'app', issues: ['42'], text: null, prompt: 'Quickly' },
    ],
    [{ title: 'fix it' }, { project: null, issues: [], text: 'fix it', prompt: null }],
  ])('POST /api/sessions takes the body of other orchestrators: %j', async (body, request) => {
    expect((await call('POST', '/api/sessions', body)).status).toBe(200);
    expect(did()).toEqual([['spawn', expect.objectContaining(request)]]);
  });

  it.each([
    ['/api/sessions', {}, /give issues or a text/],
    ['/api/sessions', '{not json', /not JSON/],
    [
      '/api/sessions',
      { issues: ['1'], agnet: 'codex' },
      /body\.agnet: unknown key, did you mean agent\?/,
    ],
    ['/api/sessions', { prompt: 'x', taks: 'y' }, /body\.taks: unknown key/],
    ['/api/sessions/app-7/kill', { force: true }, /body\.force: unknown key/],
    ['/api/sessions/app-7/message', {}, /body\.text/],
    ['/api/sessions/app-7/answer', { option: 'a', text: 'b' }, /option or a text/],
    ['/api/sessions/app-7/merge', { method: 'octopus' }, /body\.method/],
    ['/api/chat/inputs', { type: 'nonsense' }, /body/],
  ])('POST %s with %j is refused and nothing is done', async (path, body, detail) => {
    const { status, json } = await call('POST', path, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'AO_BAD_REQUEST', detail: expect.stringMatching(detail) });
    expect(world.fake.calls).toEqual([]);
  });

  it('an unknown session and an unknown route are 404', async () => {
    expect((await call('GET', '/api/sessions/nope')).json).toMatchObject({
      status: 404,
      code: 'AO_SESSION_UNKNOWN',
    });
    expect((await call('GET', '/api/nope')).json).toMatchObject({
      status: 404,
      code: 'AO_NOT_FOUND',
    });
  });

  it('a bug is logged, and tells nothing', async () => {
    const broken = fakeHttp(
      {},
      {
        channels: () => {
          throw new Error('secret detail');
        },
      },
    );
    app = createHttp(broken.deps).app;
    const { status, json } = await call('GET', '/api/chat/channels');
    expect(status).toBe(500);
    expect(JSON.stringify(json)).not.toContain('secret detail');
    expect(broken.logged.join()).toContain('secret detail');
  });
});

describe('/openapi.json', () => {
  it('has every route of the use cases and every other', async () => {
    const { json } = await call('GET', '/openapi.json');
    const document = json as {
      paths: Record<string, Record<string, { responses: object }>>;
      components: { schemas: object };
    };
    const has = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(has.length).toBeGreaterThan(60);
    expect(has).toEqual(expect.arrayContaining([...expectedRoutes()]));
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Session', 'Event', 'Message', 'Problem', 'Steer']),
    );
  });
});

/** What the catalogue of use cases describes, and what no use case is behind. */
const expectedRoutes = (): readonly string[] => [
  ...(useCases as readonly AnyUseCase[]).flatMap(({ http }) =>
    http === undefined
      ? []
      : [`${http.method.toUpperCase()} ${http.path.replace(/:(\w+)/g, '{$1}')}`],
  ),
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/api/events', '/login'].map(
    (path) => `GET ${path}`,
  ),
  'GET /api/sessions/{id}/terminal',
  'POST /webhooks/{name}',
];

describe('views pass their own schemas', () => {
  it('a session with everything in it', async () => {
    const { Session } = await import('../commands/schemas/session-schema.ts');
    const full = sessionView({
      openRequests: [requestView()],
      steers: [steerView()],
      usage: [
        {
          model: 'm',
          inputTokens: 1,
          outputTokens: 1,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          usd: null,
        },
      ],
    });
    expect(Session.parse(full)).toEqual(full);
  });
});
