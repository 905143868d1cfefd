/** Middleware before any route: headers, Host, Origin, sign-in, body size. Everything fails closed. */

import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import { type Auth, COOKIE, PAGE_KEY, type Principal } from './door/auth.ts';
import type { Door } from './door/door.ts';
import type { Env } from './env.ts';
import { problem } from './problem.ts';

const MEGABYTE = 1_048_576;

const CSP = [
  "default-src 'self'",
  "script-src 'self'",
  // xterm.js places its cells with inline styles.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CSP,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export const strictHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  // What the API says is of this moment and of this person.
  if (c.req.path.startsWith('/api/') && !c.res.headers.has('cache-control'))
    c.header('cache-control', 'no-store');
};

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Against DNS rebinding: a page elsewhere can make a browser call 127.0.0.1, but not with our name. Probes have no name. */
export function knownHost(hosts: readonly string[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.path === '/healthz' || c.req.path === '/readyz') return next();
    const name = hostName(hostOf(c));
    if (LOOPBACK.has(name) || hosts.includes(name)) return next();
    return problem(
      c,
      421,
      'AO_HOST',
      `ao is not known as "${name.slice(0, 100)}". Use localhost, or set publicUrl in ao.yaml.`,
    );
  };
}

const hostOf = (c: Context): string => c.req.header('host') ?? new URL(c.req.url).host;

const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '');

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Unsafe methods and sockets: a browser must come from our own page. Programs send a bearer token and no Origin. Behind a proxy
 * that signs people in (`proxyHeader`) every request carries a token, so there the Origin is always needed.
 */
export const ownOrigin =
  (proxyHeader: string | null): MiddlewareHandler<Env> =>
  async (c, next) => {
    const socket = c.req.header('upgrade') !== undefined;
    if ((SAFE.has(c.req.method) && !socket) || c.req.path.startsWith('/webhooks/')) return next();
    const origin = c.req.header('origin');
    // Without a cookie there is nothing a foreign page could abuse; a wrong or missing token is told by the sign-in.
    const byCookie =
      c.req.header('authorization') === undefined && getCookie(c, COOKIE) !== undefined;
    const byProxy = proxyHeader !== null && c.req.header(proxyHeader) !== undefined;
    if (origin === undefined ? !byCookie && !byProxy : isOwn(origin, hostOf(c))) return next();
    return problem(c, 403, 'AO_ORIGIN', 'The request did not come from the page of ao.');
  };

/** The Host was checked before, so our own origin is whatever has that host and port. */
function isOwn(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.host === new URL(`${url.protocol}//${host}`).host
  );
}

/** Sets `principal`, or answers 401; 429 when the source was refused too often. */
export function signedIn(
  auth: Auth,
  door: Door,
  proxyHeader: string | null,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = principalOf(c, auth, proxyHeader);
    if (principal !== null) {
      c.set('principal', principal);
      c.set('stillIn', () => auth.stillIn(principal));
      return next();
    }
    c.header('www-authenticate', 'Bearer realm="ao"');
    return door.turnAway(c, triedToken(c) ? 'a wrong token' : 'no token', {
      status: 401,
      code: 'AO_UNAUTHENTICATED',
      detail:
        'No valid token. Send the token of the data directory, or open the page with: ao open',
    });
  };
}

function principalOf(c: Context<Env>, auth: Auth, proxyHeader: string | null): Principal | null {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
    return token === undefined
      ? null
      : auth.bearer(token, proxyHeader === null ? null : (c.req.header(proxyHeader) ?? null));
  }
  const cookie = getCookie(c, COOKIE);
  if (cookie === undefined) return null;
  // A socket can't send a header; a ticket in any other address would end in a history.
  const ticket = c.req.header('upgrade') === undefined ? undefined : c.req.query('ticket');
  return auth.cookie(
    cookie,
    ticket === undefined
      ? { type: 'key', key: c.req.header(PAGE_KEY) ?? '' }
      : { type: 'ticket', ticket },
  );
}

const triedToken = (c: Context): boolean =>
  c.req.header('authorization') !== undefined || getCookie(c, COOKIE) !== undefined;

export const limitBody = (megabytes: number): MiddlewareHandler =>
  bodyLimit({
    maxSize: megabytes * MEGABYTE,
    onError: (c) => problem(c, 413, 'AO_BODY_TOO_LARGE', `At most ${megabytes} MB.`),
  });
