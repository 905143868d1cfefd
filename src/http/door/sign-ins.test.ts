/** What a browser needs to be let in, and how it is let out again. */
import { beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ADMIN, type FakeHttp, fakeHttp } from '../../../test/fakes/fake-http-deps.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { until } from '../../../test/support/until.ts';
import { createHttp, type Http } from '../create-http.ts';
import { listen } from '../listen.ts';

const DAY = 86_400_000;
const ORIGIN = 'http://localhost:3000';
let world: FakeHttp;
let http: Http;
let clock: ReturnType<typeof manualClock>;

beforeEach(() => {
  clock = manualClock();
  world = fakeHttp({}, { clock });
  http = createHttp(world.deps);
});

type Headers = Record<string, string>;
const send = (method: string, path: string, headers: Headers = {}, of = http) =>
  of.app.request(path, { method, headers: { host: 'localhost:3000', ...headers } });
const bearer = { authorization: `Bearer ${ADMIN}` };

/** What the page has after the link was opened. */
async function signIn(path = http.loginPath()): Promise<{ cookie: string; key: string }> {
  const response = await send('GET', path);
  expect(response.status).toBe(303);
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { cookie, key: (response.headers.get('location') ?? '').replace('/#key=', '') };
}
const asPage = ({ cookie, key }: { cookie: string; key: string }): Headers => ({
  cookie,
  'x-ao-page-key': key,
  origin: ORIGIN,
});
const me = async (headers: Headers, of = http): Promise<number> =>
  (await send('GET', '/api/me', headers, of)).status;

describe('a sign-in link', () => {
  it('works once, with a cookie no script can read, and a key that no server sees', async () => {
    const path = http.loginPath();
    const first = await send('GET', path);
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toMatch(/^\/#key=[\w-]{43}$/);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^ao_session=v2\./);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain('Max-Age=604800');
    expect(cookie).not.toContain(ADMIN);
    const second = await send('GET', path);
    expect(second.status).toBe(401);
    expect(second.headers.get('set-cookie')).toBeNull();
  });

  // threat: a chat or a browser fetches a one-time link ahead | it isn't used up
  it('is not used up by those who only look: HEAD, and a browser that fetches ahead', async () => {
    const path = http.loginPath();
    for (const [method, headers] of [
      ['HEAD', {}],
      ['GET', { 'sec-purpose': 'prefetch' }],
      ['GET', { 'sec-purpose': 'prefetch;prerender' }],
      ['GET', { purpose: 'prefetch' }],
    ] as const) {
      const response = await send(method, path, headers);
      expect([response.status, response.headers.get('set-cookie')]).toEqual([204, null]);
    }
    await signIn(path);
  });

  it('is what the CLI asks for, and never the admin token itself', async () => {
    const response = await send('POST', '/api/login', bearer);
    await signIn(((await response.json()) as { path: string }).path);
    expect((await send('GET', `/login?token=${ADMIN}`)).status).toBe(401);
  });

  it('opens the page again in the browser that used it, and is refused to others', async () => {
    const path = http.loginPath();
    const page = await signIn(path);
    const again = await send('GET', path, { cookie: page.cookie });
    expect([again.status, again.headers.get('location')]).toEqual([303, '/']);
    expect((await send('GET', path)).status).toBe(401);
  });

  it('is worth nothing after 15 minutes', async () => {
    const path = http.loginPath();
    clock.advance(15 * 60_000);
    expect((await send('GET', path)).status).toBe(401);
  });
});

describe('a signed-in browser', () => {
  it('needs both halves: the cookie goes to every port of this host', async () => {
    const page = await signIn();
    const other = await signIn();
    expect(await me(asPage(page))).toBe(200);
    expect(await me({ cookie: page.cookie })).toBe(401);
    expect(await me({ cookie: page.cookie, 'x-ao-page-key': other.key })).toBe(401);
    expect(await me({ cookie: page.cookie, 'x-ao-page-key': '' })).toBe(401);
    expect(await me({ 'x-ao-page-key': page.key })).toBe(401);
    expect(await me({ authorization: `Bearer ${page.key}` })).toBe(401);
  });

  // threat: a page on another port of the host gets the cookie of the browser | it opens nothing without the page's key
  it('finds nothing else open to the cookie alone: not one route, by no method', async () => {
    const { cookie } = await signIn();
    const routes = http.app.routes.filter(
      ({ method, path }) => method !== 'ALL' && (path.startsWith('/api/') || path === '/metrics'),
    );
    expect(routes.length).toBeGreaterThan(45);
    for (const { method, path } of routes)
      for (const headers of [{ cookie }, { cookie, origin: ORIGIN }]) {
        const at = path.replace(':id', 'app-7').replace(/:\w+/, 'x');
        expect([401, 403, 429], `${method} ${path}`).toContain(
          (await send(method, at, headers)).status,
        );
      }
    expect(world.fake.calls).toEqual([]);
  });

  it('writes only from the page itself', async () => {
    const { cookie, key } = await signIn();
    const write = async (headers: Headers): Promise<number> =>
      (
        await send('POST', '/api/sessions/app-7/pause', {
          cookie,
          'x-ao-page-key': key,
          ...headers,
        })
      ).status;
    expect(await write({})).toBe(403);
    for (const origin of ['https://evil.test', 'http://localhost:9999', 'null'])
      expect(await write({ origin }), origin).toBe(403);
    expect(await write({ origin: ORIGIN })).toBe(200);
    expect(world.fake.calls).toHaveLength(1);
  });

  it('stays in over a restart of the bot, but not with a new token or a changed cookie', async () => {
    const page = await signIn();
    expect(await me(asPage(page), createHttp(world.deps))).toBe(200);
    const renewed = createHttp({
      ...world.deps,
      tokens: { ...world.deps.tokens, admin: 'new' },
    });
    expect(await me(asPage(page), renewed)).toBe(401);
    const later = page.cookie.replace(/v2\.(\d+)/, (_, since) => `v2.${Number(since) + DAY}`);
    expect(await me(asPage({ ...page, cookie: later }))).toBe(401);
  });

  it('is signed out by time after seven days', async () => {
    const page = await signIn();
    clock.advance(7 * DAY - 1);
    expect(await me(asPage(page))).toBe(200);
    clock.advance(1);
    expect(await me(asPage(page))).toBe(401);
  });

  it('signs itself out, for good, and no other', async () => {
    const page = await signIn();
    const other = await signIn();
    expect((await send('POST', '/api/logout', asPage(page))).status).toBe(200);
    expect(await me(asPage(page))).toBe(401);
    expect(await me(asPage(page), createHttp(world.deps))).toBe(401);
    expect(await me(asPage(other))).toBe(200);
    expect(world.audited).toContainEqual(
      expect.objectContaining({ action: 'sign out', detail: 'this browser', allowed: true }),
    );
  });

  it('is signed out with all others by whoever has the token, even within one millisecond', async () => {
    const pages = [await signIn(), await signIn()];
    const everywhere = (headers: Headers) =>
      http.app.request('/api/logout', {
        method: 'POST',
        headers: { host: 'localhost:3000', ...headers },
        body: '{"everywhere":true}',
      });
    expect((await everywhere(bearer)).status).toBe(200);
    for (const page of pages) expect(await me(asPage(page))).toBe(401);
    const again = await signIn();
    expect(await me(asPage(again))).toBe(200);
    expect((await send('POST', '/api/logout', bearer)).status).toBe(400);
  });
});

describe('a socket of the page', () => {
  it('opens with a ticket, once and soon, and closes when the browser is signed out', async () => {
    world = fakeHttp({ attach: { argv: ['cat'], readOnlyArgv: ['cat'] } }, { clock });
    http = createHttp(world.deps);
    const server = await listen(http.app, { port: 0, host: '127.0.0.1' });
    const own = { host: `127.0.0.1:${server.port}`, origin: `http://127.0.0.1:${server.port}` };
    const page = await signIn();
    const headers = { ...asPage(page), ...own };
    const ticket = async (): Promise<string> =>
      ((await (await send('POST', '/api/ticket', headers)).json()) as { ticket: string }).ticket;
    const open = (query: string): Promise<WebSocket | number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(
          `ws://127.0.0.1:${server.port}/api/sessions/app-7/terminal?mode=write${query}`,
          { headers: { cookie: page.cookie, origin: own.origin } },
        );
        socket.once('open', () => resolve(socket));
        socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      });
    try {
      expect(await open('')).toBe(401);
      expect(await open('&ticket=made-up')).toBe(401);
      const old = await ticket();
      clock.advance(30_000);
      expect(await open(`&ticket=${old}`)).toBe(401);
      const good = await ticket();
      const socket = await open(`&ticket=${good}`);
      if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
      expect(await open(`&ticket=${good}`)).toBe(401);
      expect(await me({ cookie: page.cookie, 'x-ao-page-key': await ticket() })).toBe(401);
      expect((await send('GET', `/api/me?ticket=${await ticket()}`, page)).status).toBe(401);
      let closed = '';
      socket.once('close', (_, reason) => {
        closed = reason.toString();
      });
      await send('POST', '/api/logout', headers);
      await until(() => {
        if (closed === '') socket.send(Buffer.from('x\n'));
        world.commit('event', {});
        return closed !== '';
      });
      expect(closed).toBe('signed out');
    } finally {
      await server.close();
    }
  });
});

describe('the event stream of a browser that is signed out', () => {
  it('ends before the next change is sent', async () => {
    const page = await signIn();
    const response = await send('GET', '/api/events', asPage(page));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await send('POST', '/api/logout', asPage(page));
    world.commit('session', { id: 'secret' });
    const rest: string[] = [];
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest.push(Buffer.from(part.value).toString());
    expect(rest.join('')).not.toContain('secret');
  });
});

// threat: a person whose right was taken away by a changed configuration has a page open | its stream ends before the next change
it('the event stream of a person who lost the right ends before the next change is sent', async () => {
  const page = await signIn();
  const response = await send('GET', '/api/events', asPage(page));
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  world.fake.refuse('may', 'AO_ACCESS_DENIED', 'You may not.');
  world.commit('session', { id: 'secret' });
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read())
    rest += Buffer.from(part.value).toString();
  expect(rest).not.toContain('secret');
});
