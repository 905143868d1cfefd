/** A browser's way in and out: the one-time link, the cookie with the page's key, tickets for sockets, signing out. */
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Time } from '../../commands/schemas/session-schema.ts';
import { err, ok } from '../../lib/result.ts';
import type { HttpDeps } from '../deps.ts';
import { type Auth, COOKIE } from '../door/auth.ts';
import type { Door } from '../door/door.ts';
import { remoteAddress } from '../door/source.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import type { Env } from '../env.ts';

export function addSignInRoutes(app: Api, deps: HttpDeps, auth: Auth, door: Door): void {
  addLogin(app, deps, auth, door);

  addEndpoint(app, {
    method: 'post',
    path: '/api/login',
    tag: 'team',
    summary: 'A link that signs a browser in, once, within 15 minutes',
    body: z.object({}),
    response: z
      .object({ path: z.string().openapi({ example: '/login?token=…' }), expiresAt: Time })
      .openapi('LoginLink'),
    uses: null,
    run: ({ actor }) => {
      audit(deps, actor, 'sign-in link', '');
      const { code, expiresAt } = auth.issueCode();
      return ok({ path: `/login?token=${code}`, expiresAt });
    },
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/ticket',
    tag: 'team',
    summary: 'For the page: a ticket that opens one socket (`?ticket=`), once, within 30 seconds',
    body: z.object({}),
    response: z.object({ ticket: z.string() }).openapi('Ticket'),
    uses: null,
    run: ({ principal }) =>
      principal.kind === 'admin' && principal.signIn !== null
        ? ok({ ticket: auth.ticket(principal.signIn) })
        : err({
            code: 'AO_BAD_REQUEST',
            message:
              'Only a browser that is signed in needs a ticket; a token opens sockets by itself.',
          }),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/logout',
    tag: 'team',
    summary: 'Signs this browser out; with `everywhere`, every browser',
    body: z.object({ everywhere: z.boolean().default(false) }),
    response: z.object({ signedOut: z.enum(['this browser', 'every browser']) }),
    uses: null,
    run: ({ actor, principal, body }) => {
      const signIn = principal.kind === 'admin' ? principal.signIn : null;
      if (body.everywhere) auth.signOutAll();
      else if (signIn !== null) auth.signOut(signIn);
      else
        return err({
          code: 'AO_BAD_REQUEST',
          message: "This isn't a signed-in browser. To sign every browser out, say everywhere.",
        });
      const signedOut = body.everywhere ? 'every browser' : 'this browser';
      audit(deps, actor, 'sign out', signedOut);
      return ok({ signedOut } as const);
    },
  });
}

function audit(
  deps: HttpDeps,
  { subject, via }: HttpDeps['admin'],
  action: string,
  detail: string,
): void {
  deps.audit({ subject, via, action, session: null, detail, allowed: true });
}

function addLogin(app: Api, deps: HttpDeps, auth: Auth, door: Door): void {
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/login',
    summary: 'Signs a browser in with a one-time token',
    tags: ['operate'],
    responses: { 303: { description: 'Signed in' }, 401: { description: 'Used or too old' } },
  });
  app.get('/login', (c) => {
    c.header('cache-control', 'no-store');
    // Chats look at links with HEAD, browsers fetch ahead what somebody may want: neither uses the link up.
    if (c.req.method === 'HEAD' || isPrefetch(c)) return c.body(null, 204);
    const signIn = auth.redeem(c.req.query('token') ?? '');
    if (signIn === null) {
      const wait = door.counts(c, 'a used or unknown link');
      if (wait !== null) c.header('retry-after', String(wait));
      // A browser that signed in opens the same link again: the page, which has the other half of the proof, shows whether it still is.
      if (wait === null && getCookie(c, COOKIE) !== undefined) return c.redirect('/', 303);
      return c.text(
        'This link was used or is too old. Get a new one with: ao open\n',
        wait === null ? 401 : 429,
      );
    }
    audit(deps, deps.admin, 'sign in', `a browser, from ${remoteAddress(c)}`);
    setCookie(c, COOKIE, signIn.cookie, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: signIn.maxAge,
      secure: isSecure(c),
    });
    // What follows the # never leaves the browser; the page keeps it where only its own origin reads.
    return c.redirect(`/#key=${signIn.key}`, 303);
  });
}

const isPrefetch = (c: Context<Env>): boolean =>
  /prefetch|prerender|preview/i.test(
    `${c.req.header('sec-purpose') ?? ''} ${c.req.header('purpose') ?? ''}`,
  );

const isSecure = (c: Context<Env>): boolean =>
  new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
