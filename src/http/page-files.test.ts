import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import { createHttp } from './create-http.ts';
import type { Api } from './endpoint.ts';

let root: string;
let app: Api;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ao-page-'));
  mkdirSync(join(root, 'page', 'assets'), { recursive: true });
  writeFileSync(join(root, 'page', 'index.html'), '<title>ao</title>');
  writeFileSync(join(root, 'page', 'assets', 'app-1a2b.js'), 'run()');
  writeFileSync(join(root, 'secret.txt'), 'TOP-SECRET');
  const world = fakeHttp();
  app = createHttp({
    ...world.deps,
    settings: { ...world.deps.settings, pageDir: join(root, 'page') },
  }).app;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}): Response | Promise<Response> =>
  app.request(path, { headers: { host: 'localhost', ...headers } });

describe('the page', () => {
  it('is never cached without asking', async () => {
    const response = await get('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe('<title>ao</title>');
    expect((await get('/', { 'if-none-match': response.headers.get('etag') ?? '' })).status).toBe(
      304,
    );
  });

  it.each([
    ['/inbox', '/#/inbox'],
    ['/sessions/app-7', '/#/board/s/app-7'],
    ['//evil.example/x', '/#//evil.example/x'],
  ])('%s leads to the place in the app', async (path, place) => {
    const response = await app.request(`http://localhost${path}`, {
      headers: { host: 'localhost' },
    });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(place);
  });

  it.each([
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8', true],
    ['*', true],
    ['gzip;q=0', false],
    ['identity, *;q=0', false],
    ['br', false],
    ['', false],
  ])('is sent packed to those who take it: %j', async (accepted, isPacked) => {
    const script = 'run();\n'.repeat(400);
    writeFileSync(join(root, 'page', 'assets', 'app-1a2b.js'), script);
    const path = '/assets/app-1a2b.js';
    const response = await get(path, { 'accept-encoding': accepted });
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-encoding')).toBe(isPacked ? 'gzip' : null);
    expect((isPacked ? gunzipSync(body) : body).toString()).toBe(script);
    expect(body.length < 200).toBe(isPacked);
    expect(response.headers.get('vary')).toContain('accept-encoding');
    const etag = response.headers.get('etag') ?? '';
    const again = { 'accept-encoding': accepted, 'if-none-match': etag };
    expect((await get(path, again)).status).toBe(304);
    // The tag of the one is not that of the other.
    const other = { 'accept-encoding': isPacked ? '' : 'gzip', 'if-none-match': etag };
    expect((await get(path, other)).status).toBe(200);
  });

  it('hashed assets are kept for ever', async () => {
    const response = await get('/assets/app-1a2b.js');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    '/assets/old-hash.js',
    '/favicon.ico',
    '/api/unknown',
    '/webhooks/x',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
  ])('%s is not the app', async (path) => {
    const response = await get(path);
    expect(response.status).toBeGreaterThanOrEqual(401);
    expect(await response.text()).not.toContain('TOP-SECRET');
  });

  it('that was never built says how to build it', async () => {
    const response = await createHttp(fakeHttp().deps).app.request('/', {
      headers: { host: 'localhost' },
    });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});
