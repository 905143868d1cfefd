import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { statusOf } from './failure.ts';
import { type Call, createForgeHttp, type Forge, nextQuery } from './http.ts';
import { momentOf, retryAfterMs } from './wait.ts';

const NOW = Date.UTC(2026, 2, 2, 9);

describe('what forges write about time', () => {
  it.each([
    ['2', 2_000],
    ['1.5', 1_500],
    ['0', 0],
    ['Mon, 02 Mar 2026 09:00:30 GMT', 30_000],
    ['Mon, 02 Mar 2026 08:00:00 GMT', 0],
    ['999999', 3_600_000],
    ['', null],
    [undefined, null],
    ['soon', null],
    ['-5', null],
  ])('Retry-After %j is a wait of %j ms', (value, wait) => {
    expect(retryAfterMs(value, NOW)).toBe(wait);
  });

  it.each([
    [String(NOW / 1_000 + 60), NOW + 60_000],
    [String(NOW + 60_000), NOW + 60_000],
    ['60', NOW + 60_000],
    ['2026-03-02T09:01Z', NOW + 60_000],
    ['never', null],
    [null, null],
  ])('a reset at %j is %j', (value, at) => {
    expect(momentOf(value, NOW)).toBe(at);
  });
});

it('takes the query of the next page and nothing else of its address', () => {
  expect(
    nextQuery('<https://elsewhere.test/steal?page=2&x[]=1&x[]=2,3>; rel="next", <a>; rel="last"'),
  ).toEqual({
    page: ['2'],
    'x[]': ['1', '2,3'],
  });
  expect(
    nextQuery('<https://a.test/?page=1>; rel="prev", <https://a.test/?page=9>; rel="last"'),
  ).toBeNull();
  expect(nextQuery(null)).toBeNull();
});

describe('against a server that misbehaves', () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  let handler: Handler;
  let seen: string[];
  let server: ReturnType<typeof createServer>;
  let other: ReturnType<typeof createServer>;
  const urlOf = (one: ReturnType<typeof createServer>): string =>
    `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
  const clock = fakeClock(NOW);

  const listening = (one: ReturnType<typeof createServer>): Promise<unknown> =>
    new Promise((resolve) => one.listen(0, '127.0.0.1', () => resolve(null)));

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
      handler(request, response);
    });
    other = createServer((request, response) => {
      seen.push(`other ${request.url} ${request.headers.authorization ?? '-'}`);
      response.end('a log from elsewhere');
    });
    await Promise.all([listening(server), listening(other)]);
  });
  afterEach(async () => {
    for (const one of [server, other]) {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    }
  });

  const open = (more: Partial<Forge> = {}) =>
    createForgeHttp(
      {
        name: 'Forge',
        code: 'FORGE',
        base: `${urlOf(server)}/api`,
        timeoutMs: 60_000,
        headers: () => ({ authorization: 'Bearer t' }),
        secret: 't',
        paced: ['calls'],
        limits: (headers) => {
          const remaining = Number(headers.get('ratelimit-remaining') ?? Number.NaN);
          return Number.isFinite(remaining)
            ? { calls: { limit: 100, remaining, used: 100 - remaining, resetAt: NOW + 60_000 } }
            : {};
        },
        refusal: ({ status, headers }, now) =>
          status === 429 ? (retryAfterMs(headers.get('retry-after'), now) ?? 60_000) : null,
        ...more,
      },
      pluginContext({ clock }),
    );
  const read: Call = { purpose: 'read', what: 'a thing', path: '/thing' };
  const write: Call = { ...read, purpose: 'write', method: 'POST', body: { a: 1 } };
  const thing = z.object({ id: z.number() });
  const answers = (status: number, body: string, headers: Record<string, string> = {}): void => {
    handler = (_request, response) => {
      response.writeHead(status, headers);
      response.end(body);
    };
  };

  it.each([
    [401, '{"message":"401 Unauthorized"}', 'auth', 'AO_FORGE_UNAUTHORIZED', /401 Unauthorized/],
    [
      403,
      '{"error":"insufficient_scope","error_description":"needs api"}',
      'rejected',
      'AO_FORGE_FORBIDDEN',
      /needs api/,
    ],
    [404, '{"message":"404 Not found"}', 'not_found', 'AO_FORGE_NOT_FOUND', /a thing/],
    [405, 'Method Not Allowed', 'rejected', 'AO_FORGE_REFUSED', /Method Not Allowed/],
    [
      409,
      '{"message":["SHA does not match HEAD of source branch"]}',
      'rejected',
      'AO_FORGE_REFUSED',
      /SHA does not match/,
    ],
    [
      422,
      '{"message":{"base":["no commits"],"title":["too long"]}}',
      'rejected',
      'AO_FORGE_REFUSED',
      /base no commits; title too long/,
    ],
    [502, '', 'transient', 'AO_FORGE_UNAVAILABLE', /502/],
    [503, '<html>down</html>', 'transient', 'AO_FORGE_UNAVAILABLE', /503/],
    [555, 'timed out', 'transient', 'AO_FORGE_UNAVAILABLE', /555/],
  ])('tells %i as what it means', async (status, body, kind, code, words) => {
    answers(status, body);
    const error = await open()
      .json(read, thing)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind, code, message: expect.stringMatching(words) });
    expect(statusOf(error)).toBe(status);
  });

  it('waits as long as a limit says, and sends nothing before', async () => {
    answers(429, 'Retry later', { 'retry-after': '30' });
    const http = open();
    const first = await http.json(read, thing).catch((thrown: unknown) => thrown);
    expect(first).toMatchObject({
      kind: 'transient',
      code: 'AO_FORGE_RATE_LIMIT',
      retryAfter: 30_000,
    });
    await expect(http.send(write)).rejects.toMatchObject({ retryAfter: 30_000 });
    expect(seen).toHaveLength(1);
  });

  it('leaves the last tenth of a limit to people', async () => {
    answers(200, '{"id":1}', { 'ratelimit-remaining': '9' });
    const http = open();
    await http.json(read, thing);
    await expect(http.json({ ...read, purpose: 'poll' }, thing)).rejects.toMatchObject({
      code: 'AO_FORGE_RATE_LIMIT',
    });
    expect(await http.json(read, thing)).toEqual({ id: 1 });
    expect(http.governor.usage()).toMatchObject({ read: { requests: 2 } });
  });

  it.each([
    ['a page of a proxy', '<html>Sign in</html>'],
    ['half an answer', '{"id":'],
    ['an answer without the part', '{"name":"x"}'],
    ['nothing', ''],
  ])('makes no fact of %s', async (_what, body) => {
    answers(200, body);
    await expect(open().json(read, thing)).rejects.toMatchObject({
      kind: 'transient',
      code: 'AO_FORGE_ANSWER',
    });
  });

  it('asks a question once more when the connection broke, and never repeats a change', async () => {
    let asked = 0;
    handler = (request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.end('{"id":1}');
    };
    expect(await open().json(read, thing)).toEqual({ id: 1 });
    asked = 0;
    handler = (request) => {
      asked += 1;
      request.socket.destroy();
    };
    await expect(open().send(write)).rejects.toMatchObject({
      kind: 'transient',
      code: 'AO_FORGE_LATE',
    });
    expect(asked).toBe(1);
  });

  it('gives up on an answer that never comes', async () => {
    handler = () => {};
    await expect(open({ timeoutMs: 50 }).json(read, thing)).rejects.toMatchObject({
      kind: 'transient',
      code: 'AO_FORGE_UNREACHABLE',
    });
    await expect(open({ timeoutMs: 50 }).send(write)).rejects.toMatchObject({
      code: 'AO_FORGE_LATE',
    });
    expect(seen).toHaveLength(2);
  });

  it('follows a redirect on the same server, gives its token to no other, and changes nothing by one', async () => {
    handler = (request, response) => {
      if (request.url === '/api/thing') response.writeHead(301, { location: '/api/new' }).end();
      else response.end('{"id":2}');
    };
    expect(await open().json(read, thing)).toEqual({ id: 2 });
    await expect(open().send(write)).rejects.toMatchObject({
      kind: 'rejected',
      code: 'AO_FORGE_REDIRECT',
    });
    answers(302, '', { location: `${urlOf(other)}/steal` });
    await expect(open().json(read, thing)).rejects.toMatchObject({ code: 'AO_FORGE_REDIRECT' });
    answers(302, '', { location: '/api/thing' });
    await expect(open().json(read, thing)).rejects.toMatchObject({ code: 'AO_FORGE_REDIRECT' });
    expect(seen.filter((line) => line.startsWith('other'))).toEqual([]);
  });

  it('fetches a file that is kept elsewhere without credentials', async () => {
    answers(307, '', { location: `${urlOf(other)}/log?sig=1` });
    expect(await open().text(read)).toBe('a log from elsewhere');
    expect(seen.at(-1)).toBe('other /log?sig=1 -');
  });

  it('reads the end of a long text and refuses a long answer', async () => {
    const long = 'x'.repeat(5 * 1_048_576);
    answers(200, `${long}the end`);
    const text = await open().text(read);
    expect(text).toHaveLength(4 * 1_048_576);
    expect(text.endsWith('xthe end')).toBe(true);
    answers(200, `[${`"${long}",`.repeat(7)}1]`);
    await expect(open().json(read, z.array(z.any()))).rejects.toMatchObject({
      code: 'AO_FORGE_TOO_LARGE',
    });
  });

  it('follows pages on its own address whatever server their links name, and says where it stopped', async () => {
    handler = (request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 1);
      response.writeHead(200, {
        link: `<http://proxy.invalid/api/thing?page=${page + 1}&size=2>; rel="next"`,
      });
      response.end(JSON.stringify([{ id: page }]));
    };
    expect(await open().pages(read, thing, 3)).toEqual({
      items: [{ id: 1 }, { id: 2 }, { id: 3 }],
      whole: false,
    });
    expect(seen.at(-1)).toBe('GET /api/thing?page=3&size=2 Bearer t');
  });

  it('asks with the ETag of the last answer', async () => {
    handler = (request, response) => {
      if (request.headers['if-none-match'] === 'W/"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: 'W/"1"' }).end('{"id":3}');
    };
    const http = open();
    expect(await http.conditional(read, thing)).toEqual({ changed: true, data: { id: 3 } });
    expect(await http.conditional(read, thing)).toEqual({ changed: false, data: { id: 3 } });
    expect(http.governor.usage()).toMatchObject({ read: { requests: 1, unchanged: 1 } });
  });
});
