/** The HTTP application, built without being started. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { refusalOf } from '../commands/parts.ts';
import type { ApiDocument } from '../lib/mcp/tools.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import { PluginError } from '../slots/errors.ts';
import type { HttpDeps } from './deps.ts';
import { saneAddress } from './door/address.ts';
import { COOKIE, createAuth } from './door/auth.ts';
import { createDoor, type Door, UNKNOWN_ADDRESS } from './door/door.ts';
import { createFailureLimit } from './door/failure-limit.ts';
import { LARGEST, webhookGate } from './door/webhook-gate.ts';
import type { Api } from './endpoint.ts';
import type { Env } from './env.ts';
import { addEventStream } from './event-stream.ts';
import { knownHost, limitBody, ownOrigin, signedIn, strictHeaders } from './guards.ts';
import { servePage } from './page-files.ts';
import { problem, refusalProblem } from './problem.ts';
import { agentsOnlyTheirOwn, personsWithARole } from './roles.ts';
import { addAccessRoutes } from './routes/access-routes.ts';
import { addChatRoutes } from './routes/chat-routes.ts';
import { addControlRoutes } from './routes/control-routes.ts';
import { addDoctorRoutes } from './routes/doctor-routes.ts';
import { addMcpRoute } from './routes/mcp-route.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addSignInRoutes } from './routes/sign-in-routes.ts';
import { addTeamRoutes } from './routes/team-routes.ts';
import { addUseCaseRoutes } from './routes/use-case-routes.ts';
import { addTerminal } from './terminal.ts';

export interface Http {
  readonly app: Api;
  /** Path that signs one browser in, once, within 15 minutes: what `ao start` prints. */
  loginPath(): string;
  /** Writes to the audit log what was counted at the door; to be called once nobody can come in any more. */
  stop(): void;
}

export function createHttp(deps: HttpDeps): Http {
  const auth = createAuth(deps.tokens, deps.admin, { clock: deps.clock, store: deps.signIns });
  const door = createDoor(deps);
  const app: Api = new OpenAPIHono<Env>();

  app.onError((error, c) => {
    // What a plugin says is no bug of ao: people get its words.
    if (error instanceof PluginError) return refusalProblem(c, refusalOf(error));
    deps.logger.error({ err: error, path: c.req.path }, 'request failed');
    const storage = storageProblem(error);
    if (storage !== null) return problem(c, 503, 'AO_STORAGE', storage);
    return problem(
      c,
      500,
      'AO_INTERNAL',
      'ao failed to answer; the log says why. Try again, and report it if it stays.',
    );
  });
  app.notFound((c) => {
    const detail = `There is no ${c.req.method} ${c.req.path.slice(0, 200)}.`;
    return c.get('principal') === undefined
      ? door.turnAway(c, UNKNOWN_ADDRESS, { status: 404, code: 'AO_NOT_FOUND', detail })
      : problem(c, 404, 'AO_NOT_FOUND', detail);
  });

  const proxyHeader = deps.tokens.proxy?.header ?? null;
  app.use('*', async (c, next) => {
    c.set('redact', deps.redact);
    return next();
  });
  app.use(
    '*',
    strictHeaders,
    saneAddress(door),
    knownHost(deps.settings.hosts),
    ownOrigin(proxyHeader),
  );
  app.use('/webhooks/*', webhookGate(deps.webhooks, door), limitBody(LARGEST));
  const signIn = signedIn(auth, door, proxyHeader);
  const refused = refusals(deps);
  app.use(
    '/api/*',
    signIn,
    agentsOnlyTheirOwn(app, deps.commands, refused),
    personsWithARole(deps.commands, refused),
    limitBody(1),
  );
  app.use('/metrics', signIn, adminOnly);

  addHealth(app, deps);
  addSignInRoutes(app, deps, auth, door);
  addWebhooks(app, deps, door);
  addSessionRoutes(app, deps);
  addUseCaseRoutes(app, deps);
  addControlRoutes(app, deps);
  addTeamRoutes(app, deps);
  addChatRoutes(app, deps);
  addAccessRoutes(app, deps);
  addDoctorRoutes(app, deps);
  addEventStream(app, deps);
  addTerminal(app, deps);
  const document = openApi(deps.settings.version);
  addOpenApi(app, document);
  addMcpRoute(app, deps, () => app.getOpenAPI31Document(document) as unknown as ApiDocument);
  app.use('*', servePage(deps.settings.pageDir));

  return {
    app,
    loginPath: () => `/login?token=${auth.issueCode().code}`,
    stop: () => door.flush(),
  };
}

const adminOnly: MiddlewareHandler<Env> = async (c, next) =>
  c.get('principal').kind === 'admin'
    ? next()
    : problem(c, 403, 'AO_ACCESS_DENIED', 'Only the admin token may read this.');

function addHealth(app: Api, deps: HttpDeps): void {
  // The process is up: nothing is looked at, so that a slow database never gets it killed.
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', async (c) => {
    const parts = await deps.readiness();
    const ready = parts.every((part) => part.ok);
    // Without a token anybody may ask: names and yes or no, no details.
    return c.json({ ready, parts: parts.map(({ name, ok }) => ({ name, ok })) }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) =>
    c.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType }),
  );
}

/** Rows for what a token may not do; an agent that goes on trying does not fill the log. */
function refusals(deps: HttpDeps): (c: Context<Env>, why: string) => void {
  const few = createFailureLimit(deps.clock);
  return (c, why) => {
    const { actor } = c.get('principal');
    if (few.failed(actor.subject) !== null) return;
    const action = `${c.req.method} ${c.req.path.slice(0, 100)}`;
    deps.audit({
      subject: actor.subject,
      via: actor.via,
      action,
      session: null,
      detail: why,
      allowed: false,
    });
  };
}

function addWebhooks(app: Api, deps: HttpDeps, door: Door): void {
  app.post('/webhooks/:name', async (c) => {
    // Known, signed somehow, and with room for it: the gate looked before.
    const name = c.req.param('name') ?? '';
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { status, detail } = await deps.webhooks.receive({ name, headers: c.req.header(), body });
    if (status === 401)
      return door.turnAway(c, 'a webhook with a wrong signature', {
        status,
        code: 'AO_WEBHOOK_REFUSED',
        detail,
      });
    return status >= 400
      ? problem(c, status, 'AO_WEBHOOK_REFUSED', detail)
      : c.text(`${detail}\n`, status);
  });
}

const openApi = (version: string) => ({
  openapi: '3.1.0',
  info: {
    title: 'ao',
    version,
    description:
      'Runs fleets of AI coding agents. Errors are RFC 9457 problem documents; ids of sessions may be unambiguous prefixes; POSTs take Idempotency-Key.',
  },
});

function addOpenApi(app: Api, document: ReturnType<typeof openApi>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: COOKIE,
  });
  for (const [path, summary] of [
    ['/healthz', 'The process is up'],
    ['/readyz', 'The bot can do its job'],
    ['/metrics', 'Prometheus metrics'],
    ['/openapi.json', 'This document'],
  ] as const) {
    app.openAPIRegistry.registerPath({
      method: 'get',
      path,
      summary,
      tags: ['operate'],
      responses: { 200: { description: summary } },
    });
  }
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/webhooks/{name}',
    summary: 'Deliveries of a forge',
    tags: ['operate'],
    responses: { 202: { description: 'Taken' }, 404: { description: 'Not configured' } },
  });
  app.doc31('/openapi.json', document);
}
