/** Everybody who is not let in is counted, and leaves few rows and little memory. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, type FakeHttp, fakeHttp } from '../../../test/fakes/fake-http-deps.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { until } from '../../../test/support/until.ts';
import { createHttp, type Http } from '../create-http.ts';
import { type Listening, listen } from '../listen.ts';
import { networkOf } from './source.ts';

let world: FakeHttp;
let http: Http;
let clock: ReturnType<typeof manualClock>;
let server: Listening | null = null;

beforeEach(() => {
  clock = manualClock();
  world = fakeHttp({}, { clock });
  http = createHttp(world.deps);
});
afterEach(async () => {
  await server?.close();
  server = null;
});

const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  http.app.request(path, {
    method,
    headers: {
      host: 'localhost:3000',
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
const signed = { 'x-hub-signature-256': 'bad' };
const details = (): readonly string[] => world.audited.map((row) => row.detail);

describe('a flood', () => {
  // threat: somebody floods the door with webhooks, tokens, links or addresses that are wrong | after 20 in a minute refused unread, two rows in the audit log
  it.each<readonly [string, () => Response | Promise<Response>, number]>([
    ['webhooks without a signature', () => send('POST', '/webhooks/github', {}, '{}'), 401],
    ['webhooks with a wrong one', () => send('POST', '/webhooks/github', signed, '{}'), 401],
    ['webhooks of no name', () => send('POST', '/webhooks/x', signed, '{}'), 404],
    ['wrong tokens', () => send('GET', '/api/me', { authorization: 'Bearer x' }), 401],
    ['no token', () => send('GET', '/api/me'), 401],
    ['unknown links', () => send('GET', '/login?token=x'), 401],
    ['malformed addresses', () => send('GET', '/x%0d%0ay'), 400],
  ])('of %s is slowed down and leaves two rows', async (_, one, status) => {
    const statuses: number[] = [];
    for (let n = 0; n < 500; n += 1) statuses.push((await one()).status);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(status));
    expect(new Set(statuses.slice(20))).toEqual(new Set([429]));
    expect(world.audited).toHaveLength(1);
    clock.advance(60_000);
    expect(world.audited).toHaveLength(2);
    expect(details()[1]).toMatch(/^499 more from unknown within a minute: 499 × /);
    expect(world.logged).toEqual([]);
    expect(world.deliveries.length).toBeLessThanOrEqual(500);
  });

  it('is one flood, whatever it is made of', async () => {
    for (let n = 0; n < 7; n += 1) {
      await send('GET', '/api/me', { authorization: 'Bearer x' });
      await send('POST', '/webhooks/github', {}, '{}');
      await send('GET', '/no/such.php');
    }
    expect((await send('GET', '/login?token=x')).status).toBe(429);
    expect((await send('GET', '/also.php')).status).toBe(429);
    const refused = await send('GET', '/api/me');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    // What is right is never held up.
    expect((await send('GET', '/api/me', { authorization: `Bearer ${ADMIN}` })).status).toBe(200);
    expect((await send('GET', '/healthz')).status).toBe(200);
    const good = { 'x-hub-signature-256': 'good' };
    expect((await send('POST', '/webhooks/github', good, '{}')).status).toBe(202);
    clock.advance(60_000);
    expect((await send('GET', '/api/me')).status).toBe(401);
    expect(details()[1]).toContain('a wrong token');
    expect(details()[1]).toContain('a webhook without a signature');
  });

  it('is written down to the end when the bot stops', async () => {
    for (let n = 0; n < 3; n += 1) await send('GET', '/api/me');
    http.stop();
    expect(details()).toEqual([
      'no token, from unknown: /api/me',
      '2 more from unknown within a minute: 2 × no token',
    ]);
  });
});

describe('an address that is none', () => {
  // threat: an address with line breaks or broken escapes | 400, and no line in the log
  it.each([
    '/x%0d%0ay',
    '/%00',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/',
    '/sessions/%0aSet-Cookie:x',
    '/api/sessions/%0d',
    '/assets/%e0%a4',
    '/webhooks/%0a',
    '/login%00?token=x',
    '/%7f',
    '/%C2%85',
  ])('%s is answered with 400, without a line in the log', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
      const response = await send(method, path, { origin: 'http://localhost:3000' });
      expect([method, response.status]).toEqual([method, 400]);
    }
    expect(world.logged).toEqual([]);
  });

  it.each(['/日本', '/ü', '/%E6%97%A5', '/a b', '/sessions/app-7', "/it's", '/%25'])(
    '%s is one, and leads to the page',
    async (path) => {
      http = createHttp({
        ...world.deps,
        settings: { ...world.deps.settings, pageDir: import.meta.dirname },
      });
      const response = await send('GET', path);
      expect(response.status).toBe(302);
      expect(response.headers.get('location')).toMatch(/^\/#\/[\x21-\x7e]*$/);
      expect(world.logged).toEqual([]);
    },
  );

  it('over a socket: what is no HTTP is refused, and nothing is logged', async () => {
    server = await listen(http.app, { port: 0, host: '127.0.0.1' });
    const raw = (request: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(server?.port ?? 0, '127.0.0.1', () => socket.write(request));
        let answer = '';
        socket.on('data', (data: Buffer) => {
          answer += data.toString();
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', () => resolve(answer));
      });
    const end = 'Connection: close\r\n\r\n';
    for (const request of [
      `GET /x%0d%0ay HTTP/1.1\r\nHost: localhost\r\n${end}`,
      `GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n${end}`,
      `GET http://evil.test/%0a HTTP/1.1\r\nHost: localhost\r\n${end}`,
      `GET //evil.test/%zz HTTP/1.1\r\nHost: localhost\r\n${end}`,
      `GET / HTTP/1.1\r\nHost: [\r\n${end}`,
      `GET / HTTP/1.1\r\nHost: a b\r\n${end}`,
      `GET / HTTP/1.1\r\n${end}`,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: \u0001\r\n${end}`,
    ])
      expect((await raw(request)).split('\r\n')[0], JSON.stringify(request)).toMatch(
        /^HTTP\/1\.1 4\d\d /,
      );
    expect(world.logged).toEqual([]);
  });
});

describe('large deliveries', () => {
  const LARGE = 23 * 1_048_576;
  const post = (headers: Record<string, string>, size = LARGE) =>
    send('POST', '/webhooks/github', { 'content-length': String(size), ...headers }, 'x');

  // threat: many large bodies at once | two are read at a time
  it('come in two at a time, while small ones still find room', async () => {
    const waiting: Array<() => void> = [];
    world = fakeHttp(
      {},
      {
        clock,
        webhooks: {
          ...world.deps.webhooks,
          receive: async () => {
            await new Promise<void>((resolve) => waiting.push(resolve));
            return { status: 202, detail: 'taken' };
          },
        },
      },
    );
    http = createHttp(world.deps);
    const sent = Array.from({ length: 40 }, () => post(signed));
    await until(() => waiting.length === 2);
    const small = send('POST', '/webhooks/github', { ...signed, 'content-length': '2' }, '{}');
    await until(() => waiting.length === 3);
    for (const go of waiting) go();
    const statuses = (await Promise.all(sent)).map((response) => response.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(2);
    expect(statuses.filter((status) => status === 503)).toHaveLength(38);
    expect((await small).status).toBe(202);
    // Room is given back.
    const next = post(signed);
    await until(() => waiting.length === 4);
    waiting.at(-1)?.();
    expect((await next).status).toBe(202);
  });

  it('are not read when nothing is signed, or after many refused ones', async () => {
    let read = 0;
    const body = () =>
      new ReadableStream({
        pull(controller) {
          read += 1;
          controller.enqueue(new Uint8Array(1_048_576));
        },
      });
    const stream = async (headers: Record<string, string>): Promise<number> =>
      (
        await http.app.request('/webhooks/github', {
          method: 'POST',
          headers: { host: 'localhost', 'transfer-encoding': 'chunked', ...headers },
          body: body(),
          duplex: 'half',
        } as RequestInit)
      ).status;
    // A stream fills its own queue by one before anybody reads.
    expect(await stream({})).toBe(401);
    expect(read).toBeLessThanOrEqual(1);
    for (let n = 0; n < 20; n += 1) await send('GET', '/api/me');
    read = 0;
    expect(await stream(signed)).toBe(429);
    expect(read).toBeLessThanOrEqual(1);
  });
});

describe('a source', () => {
  it.each([
    ['10.0.0.7', '10.0.0.7'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::1', '::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
