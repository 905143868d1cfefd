import { beforeEach, describe, expect, it } from 'vitest';
import {
  ADMIN,
  type FakeHttp,
  fakeHttp,
  ORCHESTRATOR,
  WORKER,
} from '../../test/fakes/fake-http-deps.ts';
import { sessionView } from '../../test/fakes/views.ts';
import { createRedact } from '../lib/redact.ts';
import { err, ok } from '../lib/result.ts';
import { createHttp, type Http } from './create-http.ts';

let world: FakeHttp;
let http: Http;

const sessions = [
  sessionView(),
  sessionView({ id: 'app-8' }),
  sessionView({ id: 'boss-1', role: 'orchestrator' }),
  sessionView({ id: 'app-9', parent: 'boss-1' }),
];

beforeEach(() => {
  world = fakeHttp({ sessions });
  http = createHttp(world.deps);
});

const send = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Response | Promise<Response> =>
  http.app.request(path, {
    method,
    headers: { host: 'localhost:3000', ...headers },
    ...(body === undefined ? {} : { body }),
  });
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Every route there is, from the table of the application itself: a new one is walked without being named here. */
const ROUTES = [
  ...new Set(
    createHttp(fakeHttp().deps)
      .app.routes.filter(
        ({ method, path }) => method !== 'ALL' && (path.startsWith('/api/') || path === '/metrics'),
      )
      .map(
        ({ method, path }) => `${method} ${path.replace(':name', 'unit').replace(':steer', 's1')}`,
      ),
  ),
].map((route) => route.split(' ') as [method: string, path: string]);

const READ_OWN = [
  'GET /api/sessions/:id',
  'GET /api/sessions/:id/steers',
  'GET /api/sessions/:id/events',
  'GET /api/sessions/:id/logs',
  'GET /api/sessions/:id/diff',
  'GET /api/sessions/:id/checks/unit/log',
  'GET /api/sessions/:id/threads',
];
const SPEAK_OWN = [
  'POST /api/sessions/:id/pr',
  'POST /api/sessions/:id/report',
  'POST /api/sessions/:id/hook',
  'POST /api/sessions/:id/gh',
];

/** Which routes get past sign-in and roles with this token for this session; what a route then says doesn't matter. */
async function passes(headers: Record<string, string>, id: string): Promise<readonly string[]> {
  const open: string[] = [];
  for (const [method, path] of ROUTES) {
    const response = await send(
      method,
      path.replace(':id', id),
      headers,
      method === 'POST' ? '{}' : undefined,
    );
    const refused = [401, 403, 429].includes(response.status);
    if (!refused) open.push(`${method} ${path}`);
    await response.body?.cancel();
  }
  return open;
}

describe('tokens and routes', () => {
  it('all of them are walked', () => {
    expect(ROUTES.length).toBeGreaterThan(45);
    expect(ROUTES.map(([, path]) => path)).toEqual(
      expect.arrayContaining([
        '/api/events',
        '/api/sessions/:id/terminal',
        '/api/audit',
        '/metrics',
      ]),
    );
  });

  // threat: somebody on the network, or a page, asks the HTTP API without a token | every route but the probes, the page's files, one-time links and signed webhooks is refused
  it('without a token nothing answers', async () => {
    expect(await passes({}, 'app-7')).toEqual([]);
  });

  it('a wrong token opens nothing', async () => {
    for (const wrong of ['x', `${ADMIN}x`, ADMIN.slice(1), 'undefined', ''])
      expect(await passes(bearer(wrong), 'app-7'), wrong).toEqual([]);
  });

  it('the admin token opens all but the hook of an agent', async () => {
    const all = ROUTES.map(([method, path]) => `${method} ${path}`);
    expect(await passes(bearer(ADMIN), 'app-7')).toEqual(
      all.filter((route) => route !== 'POST /api/sessions/:id/hook'),
    );
  });

  it("an agent's token reads its own session, opens its pull request, reports and hooks", async () => {
    expect([...(await passes(bearer(WORKER), 'app-7'))].sort()).toEqual(
      [...READ_OWN, ...SPEAK_OWN].sort(),
    );
  });

  // threat: an agent asks for another session with its own token | refused, by a walk of the route table
  it("an agent's token opens nothing of another session", async () => {
    expect(await passes(bearer(WORKER), 'app-8')).toEqual([]);
  });

  // threat: an agent writes a path that climbs | refused
  it("an agent's token can't reach its own session by a trick of the path", async () => {
    for (const path of [
      '/api/sessions/app-7/../app-8',
      '/api/sessions/%61pp-8',
      '/api//sessions/app-7',
      '/api/sessions/app-7/',
      '/api/sessions/app-7%2Fkill',
      '/api/sessions/%zz',
    ]) {
      const response = await send('GET', path, bearer(WORKER));
      expect([400, 403, 404], path).toContain(response.status);
    }
  });

  it('an orchestrator also starts sessions, and reads and steers those it started', async () => {
    const lists = ['GET /api/sessions', 'GET /api/status', 'POST /api/sessions'];
    expect([...(await passes(bearer(ORCHESTRATOR), 'boss-1'))].sort()).toEqual(
      [...lists, ...READ_OWN, ...SPEAK_OWN].sort(),
    );
    const child = [
      ...READ_OWN.filter((route) => !route.endsWith('/threads')),
      'POST /api/sessions/:id/message',
    ];
    expect([...(await passes(bearer(ORCHESTRATOR), 'app-9'))].sort()).toEqual(
      [...lists, ...child].sort(),
    );
    expect([...(await passes(bearer(ORCHESTRATOR), 'app-8'))].sort()).toEqual(lists);
  });

  it('an orchestrator sees only its own sessions in the list', async () => {
    const response = await send('GET', '/api/sessions', bearer(ORCHESTRATOR));
    expect(((await response.json()) as Array<{ id: string }>).map((session) => session.id)).toEqual(
      ['boss-1', 'app-9'],
    );
  });

  it('probes and the webhook door need no token', async () => {
    expect((await send('GET', '/healthz')).status).toBe(200);
    const ready = await send('GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.text()).not.toContain('secret path');
  });
});

describe('somebody a reverse proxy signed in', () => {
  const PROXY = 'proxy-token-0123456789abcdef';
  const denied = { code: 'AO_ACCESS_DENIED', message: 'You have no role in ao.' };
  const signedIn = (name: string | null): Record<string, string> => ({
    ...bearer(PROXY),
    origin: 'http://localhost:3000',
    ...(name === null ? {} : { 'x-user': name }),
  });
  const behindProxy = (mayView: () => typeof denied | null): void => {
    const refusal = mayView();
    http = createHttp({
      ...world.deps,
      commands: {
        ...world.deps.commands,
        may: () => (refusal === null ? ok(null) : err(refusal)),
      },
      tokens: { ...world.deps.tokens, proxy: { token: PROXY, header: 'x-user' } },
    });
  };

  it('is that person, and no admin of the machine', async () => {
    behindProxy(() => null);
    expect(await (await send('GET', '/api/me', signedIn('Dana@acme.test'))).json()).toMatchObject({
      subject: 'proxy:Dana@acme.test',
    });
    const never = [
      'POST /api/login',
      'POST /api/logout',
      'POST /api/ticket',
      'GET /metrics',
      'POST /api/sessions/:id/hook',
    ];
    const all = ROUTES.map(([method, path]) => `${method} ${path}`);
    expect(await passes(signedIn('dana'), 'app-7')).toEqual(
      all.filter((route) => !never.includes(route)),
    );
  });

  it('without a role sees nothing, and that is written down', async () => {
    behindProxy(() => denied);
    expect(await passes(signedIn('mallory'), 'app-7')).toEqual([]);
    expect(world.audited[0]).toMatchObject({
      subject: 'proxy:mallory',
      allowed: false,
      detail: 'You have no role in ao.',
    });
  });

  it.each([null, '', 'a b', 'dana, admin', 'web:local', 'x'.repeat(201), 'slack:T1:U1'])(
    'named %j opens nothing: the proxy alone is nobody',
    async (name) => {
      behindProxy(() => null);
      expect(await passes(signedIn(name), 'app-7')).toEqual([]);
    },
  );

  it('the header counts only with the token of the proxy', async () => {
    behindProxy(() => null);
    expect(await passes({ 'x-user': 'dana', origin: 'http://localhost:3000' }, 'app-7')).toEqual(
      [],
    );
    expect(
      await (await send('GET', '/api/me', { ...bearer(ADMIN), 'x-user': 'dana' })).json(),
    ).toMatchObject({ subject: 'web:local' });
    expect((await send('GET', '/api/me', { ...bearer(WORKER), 'x-user': 'dana' })).status).toBe(
      403,
    );
    http = createHttp(world.deps);
    expect(await passes(signedIn('dana'), 'app-7')).toEqual([]);
  });

  it('must come from the page: the proxy adds its token to whatever a browser sends', async () => {
    behindProxy(() => null);
    const write = async (origin: string | null): Promise<number> => {
      const { origin: _, ...rest } = signedIn('dana');
      return (
        await send('POST', '/api/sessions/app-7/pause', {
          ...rest,
          ...(origin === null ? {} : { origin }),
        })
      ).status;
    };
    expect([
      await write(null),
      await write('https://evil.test'),
      await write('http://localhost:3000'),
    ]).toEqual([403, 403, 200]);
  });
});

describe('the audit log', () => {
  it('has what an agent may not do, as long as there is little of it', async () => {
    for (let attempt = 0; attempt < 30; attempt += 1)
      await send('POST', '/api/sessions/app-7/kill', bearer(WORKER), '{}');
    expect(world.audited.filter((row) => row.subject === 'agent:app-7')).toHaveLength(20);
    expect(world.audited.at(-1)).toMatchObject({
      action: 'POST /api/sessions/app-7/kill',
      allowed: false,
    });
  });

  it('has who signed in, who made a link for it, and who was at the door without a signature', async () => {
    await send('POST', '/api/login', bearer(ADMIN));
    await send('GET', http.loginPath());
    await send('GET', '/login?token=used');
    await send('POST', '/webhooks/github', { 'x-hub-signature-256': 'bad' }, '{}');
    http.stop();
    expect(world.audited.map((row) => [row.action, row.allowed])).toEqual([
      ['sign-in link', true],
      ['sign in', true],
      ['at the door', false],
      ['at the door', false],
    ]);
    expect(world.audited.slice(2).map((row) => row.detail)).toEqual([
      'a used or unknown link, from unknown: /login',
      '1 more from unknown within a minute: 1 × a webhook with a wrong signature',
    ]);
  });
});

describe('what is answered', () => {
  it('has no secret in it: views, problems, and what is streamed', async () => {
    const secret = 'hunter2-hunter2';
    world = fakeHttp(
      { sessions: [sessionView({ title: `use ${secret}` })] },
      { redact: createRedact([secret]) },
    );
    http = createHttp(world.deps);
    world.fake.refuse('kill', 'AO_STATE', `no: ${secret}`);
    const answers = [
      await send('GET', '/api/sessions', bearer(ADMIN)),
      await send('POST', '/api/sessions/app-7/kill', bearer(ADMIN), '{}'),
      await send('GET', `/api/${secret}`, bearer(ADMIN)),
    ];
    for (const answer of answers) {
      const text = await answer.text();
      expect(text).toContain('[redacted]');
      expect(text).not.toContain(secret);
    }
  });
});

describe('guessing', () => {
  it('is slowed down, while the right token still works', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 22; attempt += 1)
      statuses.push((await send('GET', '/api/me', bearer('wrong'))).status);
    expect(statuses.slice(0, 20).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await send('GET', '/api/me', bearer('wrong'))).headers.get('retry-after')).toBe('60');
    expect((await send('GET', '/api/me', bearer(ADMIN))).status).toBe(200);
  });
});

describe('the Host header', () => {
  it.each([
    ['localhost:3000', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:3000', 200],
    ['AO.example.test', 200],
    ['evil.test', 421],
    ['localhost.evil.test', 421],
    ['127.0.0.1.evil.test:3000', 421],
  ])('%s is answered with %i', async (host, status) => {
    expect((await send('GET', '/api/me', { ...bearer(ADMIN), host })).status).toBe(status);
  });

  it('does not matter to probes, which have none of our names', async () => {
    expect((await send('GET', '/healthz', { host: '10.1.2.3:3000' })).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/api/me', '/healthz', '/nope', '/api/nope', '/'])(
    '%s has strict headers',
    async (path) => {
      const { headers } = await send('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain("script-src 'self' 'unsafe");
    },
  );
});

describe('body size', () => {
  const post = (
    path: string,
    size: number,
    headers: Record<string, string>,
  ): Response | Promise<Response> =>
    send('POST', path, { 'content-length': String(size), ...headers }, 'x'.repeat(size));

  it('is at most 1 MB for the API', async () => {
    expect((await post('/api/sessions/app-7/message', 1_048_577, bearer(ADMIN))).status).toBe(413);
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array(1_048_577));
        controller.close();
      },
    });
    const response = await http.app.request('/api/sessions/app-7/message', {
      method: 'POST',
      headers: { host: 'localhost', 'transfer-encoding': 'chunked', ...bearer(ADMIN) },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('is at most 25 MB for webhooks', async () => {
    expect(
      (await post('/webhooks/github', 2_000_000, { 'x-hub-signature-256': 'good' })).status,
    ).toBe(202);
    expect(
      (await post('/webhooks/github', 26_214_400, { 'x-hub-signature-256': 'good' })).status,
    ).toBe(202);
    const before = world.deliveries.length;
    expect(
      (await post('/webhooks/github', 26_214_401, { 'x-hub-signature-256': 'good' })).status,
    ).toBe(413);
    expect(world.deliveries).toHaveLength(before);
  });

  it('is counted while it comes in where no length is said: nothing of what is too long is looked at', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_048_576;
        controller.enqueue(new Uint8Array(1_048_576));
        if (sent > 100 * 1_048_576) controller.close();
      },
    });
    const before = world.deliveries.length;
    const response = await http.app.request('/webhooks/github', {
      method: 'POST',
      headers: { host: 'localhost', 'transfer-encoding': 'chunked', 'x-hub-signature-256': 'good' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(40 * 1_048_576);
    expect(world.deliveries).toHaveLength(before);
  });
});

describe('webhooks', () => {
  it('get the bytes and headers as they came', async () => {
    const response = await send(
      'POST',
      '/webhooks/github',
      { 'x-hub-signature-256': 'good', 'x-github-delivery': 'g1' },
      '{ "a":1 }\n',
    );
    expect(response.status).toBe(202);
    expect(world.deliveries).toMatchObject([
      { name: 'github', headers: { 'x-github-delivery': 'g1' }, body: '{ "a":1 }\n' },
    ]);
  });

  it('with a wrong signature are refused, and unknown ones are not there', async () => {
    expect((await send('POST', '/webhooks/github', {}, '{}')).status).toBe(401);
    expect((await send('POST', '/webhooks/gitlab', {}, '{}')).status).toBe(404);
  });
});

describe('/metrics', () => {
  it('has sessions, outbox, dispatch time, loop lag and memory', async () => {
    world.deps.metrics.observeDispatch(0.002);
    const text = await (await send('GET', '/metrics', bearer(ADMIN))).text();
    expect(text).toContain('ao_sessions{status="working"} 2');
    expect(text).toContain('ao_outbox_depth{lane="app-7",state="pending"} 3');
    expect(text).toContain('ao_dispatch_seconds_count 1');
    expect(text).toMatch(/nodejs_eventloop_lag_seconds \d/);
    expect(text).toMatch(/process_resident_memory_bytes \d{6,}/);
  });
});
