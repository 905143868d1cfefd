import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../../support/until.ts';
import type { Json } from './block-kit.ts';
import { type ApiSettings, answerCall } from './web-api.ts';
import { BOT_USER, createWorkspace, type FakeMessage, TEAM, type Workspace } from './workspace.ts';

export const BOT_TOKEN = 'xoxb-fake-bot-token';
export const APP_TOKEN = 'xapp-fake-app-token';
export const SIGNING_SECRET = 'fake-signing-secret';

/** As of the manifest; a test takes some away. */
const ALL_SCOPES =
  'app_mentions:read channels:history channels:read chat:write commands files:read files:write groups:history groups:read im:history im:write reactions:write usergroups:read users:read'.split(
    ' ',
  );

interface Fault {
  readonly method: string;
  readonly channel: string | null;
  times: number;
  /** The call is carried out; `lost`: the connection is cut instead of an answer, `silent`: no answer ever comes. */
  readonly kind:
    | { readonly type: 'limit'; readonly seconds: number }
    | { readonly type: 'error'; readonly error: string }
    | { readonly type: 'http'; readonly status: number }
    | { readonly type: 'lost' | 'silent' };
}

export interface SlackCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly outcome: string;
}

export interface Acked {
  /** What the ack carried. */
  readonly payload: Json;
  /** From sending to ack, ms. */
  readonly ms: number;
  readonly attempts: number;
}

export interface FakeSlack {
  readonly url: string;
  readonly apiUrl: string;
  readonly workspace: Workspace;
  readonly calls: readonly SlackCall[];
  /** What ao sent that Slack would not take. Tests assert that it is empty. */
  readonly problems: string[];
  readonly scopes: Set<string>;
  readonly settings: ApiSettings;
  /** How long each Web API call takes, ms. */
  latency: number;
  /** What Slack gives ao for an ack, ms: 3 s. */
  ackTimeout: number;
  tokens: { bot: string; app: string };
  fault(fault: Omit<Fault, 'channel' | 'times'> & { channel?: string; times?: number }): void;
  connected(): Promise<void>;
  sockets(): number;
  /** As Slack does about every hour. */
  refresh(): void;
  /** Cuts every connection. */
  drop(): void;
  /** Nothing answers any more, or again. */
  outage(on: boolean): void;
  trigger(user: string, id?: string): string;
  /** Delivers until it is acked, at most three times, as Slack does; `attempt` starts above 0 for a redelivery. */
  event(event: Json, options?: { id?: string; attempt?: number }): Promise<Acked>;
  slash(command: {
    user: string;
    channel: string;
    text: string;
    trigger?: string;
    name?: string;
    team?: string;
  }): Promise<Acked>;
  interactive(payload: Json): Promise<Acked>;
  /** For HTTP mode: sends the same things as signed requests to this address instead. */
  viaHttp(address: string | null): void;
  close(): Promise<void>;
}

/** A Slack on loopback: Web API, Socket Mode, redelivery, limits, outages. Answers as the reference says; checks what it is sent. */
export async function startFakeSlack(): Promise<FakeSlack> {
  const workspace = createWorkspace();
  const calls: SlackCall[] = [];
  const problems: string[] = [];
  const faults: Fault[] = [];
  const sockets = new Set<WebSocket>();
  /** Asked for a new connection. */
  const leaving = new WeakSet<object>();
  const acks = new Map<string, (payload: Json) => void>();
  const responses = new Map<string, { user: string; channel: string; left: number }>();
  const scopes = new Set(ALL_SCOPES);
  let down = false;
  let httpAddress: string | null = null;

  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy();
    receive(request, response).catch((error: unknown) => {
      problems.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (down || request.url?.startsWith('/link?ticket=') !== true) return void socket.destroy();
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.setMaxListeners(0);
      sockets.add(ws);
      ws.on('error', () => {});
      ws.on('close', () => sockets.delete(ws));
      ws.on('message', (data) => {
        const message = JSON.parse(String(data)) as { envelope_id: string; payload?: Json };
        acks.get(message.envelope_id)?.(message.payload ?? {});
      });
      ws.send(
        JSON.stringify({
          type: 'hello',
          num_connections: sockets.size,
          connection_info: { app_id: 'A0AO' },
          debug_info: { host: 'fake', approximate_connection_time: 18_060 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const settings: ApiSettings = {
    workspace,
    problems,
    scopes,
    triggers: new Map(),
    nativeStatus: false,
    origin: () => url,
  };

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = request.url ?? '/';
    if (path.startsWith('/respond/')) return respond(path, raw, response);
    if (path.startsWith('/upload/')) return upload(path, request, raw, response);
    if (path.startsWith('/files/')) return serveFile(path, request, response);
    const method = path.replace(/^\/api\//, '');
    const args = await readArgs(request, raw);
    if (fake.latency > 0) await new Promise((resolve) => setTimeout(resolve, fake.latency));
    const fault = faults.find(
      (one) =>
        one.times > 0 &&
        one.method === method &&
        (one.channel === null || one.channel === args.channel),
    );
    if (fault !== undefined) fault.times -= 1;
    const answer =
      fault === undefined || fault.kind.type === 'lost' || fault.kind.type === 'silent'
        ? answerFor(method, args, request.headers.authorization ?? '')
        : null;
    calls.push({
      method,
      args,
      at: Date.now(),
      outcome: fault === undefined ? String(answer?.error ?? 'ok') : fault.kind.type,
    });
    if (fault?.kind.type === 'lost') return void response.destroy();
    if (fault?.kind.type === 'silent') return;
    if (fault?.kind.type === 'limit') {
      response.writeHead(429, { 'retry-after': String(fault.kind.seconds) });
      return void response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
    }
    if (fault?.kind.type === 'http') return void response.writeHead(fault.kind.status).end('');
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-oauth-scopes': [...scopes].join(','),
    });
    response.end(
      JSON.stringify(
        fault?.kind.type === 'error' ? { ok: false, error: fault.kind.error } : answer,
      ),
    );
  };

  const answerFor = (
    method: string,
    args: Readonly<Record<string, unknown>>,
    authorization: string,
  ): Json => {
    const token = authorization.replace('Bearer ', '');
    if (method === 'apps.connections.open') {
      if (!token.startsWith('xapp-')) return { ok: false, error: 'not_allowed_token_type' };
      return token === fake.tokens.app
        ? { ok: true, url: `ws://127.0.0.1:${port}/link?ticket=${randomUUID()}` }
        : { ok: false, error: 'invalid_auth' };
    }
    if (token !== fake.tokens.bot)
      return { ok: false, error: token === BOT_TOKEN ? 'token_revoked' : 'invalid_auth' };
    return answerCall(settings, method, args);
  };

  const respond = (path: string, raw: Buffer, response: ServerResponse): void => {
    const place = responses.get(path);
    if (place === undefined || place.left === 0)
      return void response.writeHead(404).end('expired_url');
    place.left -= 1;
    const message = JSON.parse(String(raw)) as {
      text?: string;
      blocks?: Json[];
      response_type?: string;
    };
    if (message.response_type !== 'ephemeral')
      problems.push('an answer to response_url that everybody sees');
    workspace.add({
      ts: workspace.nextTs(),
      channel: place.channel,
      user: BOT_USER,
      text: message.text ?? '',
      blocks: message.blocks ?? [],
      ephemeralFor: place.user,
    });
    response.writeHead(200).end('ok');
  };

  const upload = async (
    path: string,
    request: IncomingMessage,
    raw: Buffer,
    response: ServerResponse,
  ): Promise<void> => {
    const file = workspace.files.get(path.slice('/upload/'.length));
    const type = request.headers['content-type'] ?? '';
    const form = type.startsWith('multipart/')
      ? await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData()
      : null;
    const part = form === null ? null : [...form.values()][0];
    if (file !== undefined)
      file.content =
        part instanceof Blob
          ? Buffer.from(await part.arrayBuffer())
          : part === null || part === undefined
            ? raw
            : Buffer.from(part);
    response.writeHead(200).end('OK');
  };

  const serveFile = (path: string, request: IncomingMessage, response: ServerResponse): void => {
    const file = workspace.files.get(path.slice('/files/'.length));
    if (file === undefined) return void response.writeHead(404).end();
    if (request.headers.authorization !== `Bearer ${fake.tokens.bot}`)
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html>Sign in</html>');
    response.writeHead(200, { 'content-type': file.mimetype }).end(file.content);
  };

  const deliver = async (
    type: 'events_api' | 'slash_commands' | 'interactive',
    payload: Json,
    attempt: number,
  ): Promise<Json | null> => {
    if (httpAddress !== null)
      return deliverHttp(httpAddress, type, payload, attempt, fake.ackTimeout);
    const open = [...sockets].filter((one) => one.readyState === one.OPEN);
    // One that was asked to make room is used only until there is another.
    const socket = open.find((one) => !leaving.has(one)) ?? open[0];
    if (socket === undefined) return null;
    const envelope = randomUUID();
    return new Promise((resolve) => {
      const done = (answer: Json | null): void => {
        clearTimeout(timer);
        acks.delete(envelope);
        socket.off('close', closed);
        resolve(answer);
      };
      const closed = (): void => done(null);
      const timer = setTimeout(() => done(null), fake.ackTimeout);
      socket.on('close', closed);
      acks.set(envelope, done);
      const retry =
        type === 'events_api'
          ? { retry_attempt: attempt, retry_reason: attempt === 0 ? '' : 'timeout' }
          : {};
      socket.send(
        JSON.stringify({
          envelope_id: envelope,
          type,
          payload,
          accepts_response_payload: type !== 'events_api',
          ...retry,
        }),
      );
    });
  };

  /** Sent again when nothing acks: events three times in all, everything else once, as Slack does. */
  const send = async (
    type: 'events_api' | 'slash_commands' | 'interactive',
    payload: Json,
    first = 0,
  ): Promise<Acked> => {
    const tries = type === 'events_api' ? 3 : 1;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      // One that is just being closed takes nothing more.
      if (httpAddress === null)
        await until(() => [...sockets].some((one) => one.readyState === one.OPEN), {
          what: 'a connection to deliver to',
          timeoutMs: 20_000,
        });
      const from = performance.now();
      const answer = await deliver(type, payload, first + attempt);
      if (answer !== null)
        return { payload: answer, ms: performance.now() - from, attempts: attempt + 1 };
    }
    throw new Error(`Slack got no ack for ${type} in 3 s`);
  };

  const fake: FakeSlack = {
    url,
    apiUrl: `${url}/api/`,
    workspace,
    calls,
    problems,
    scopes,
    settings,
    latency: 0,
    ackTimeout: 3_000,
    tokens: { bot: BOT_TOKEN, app: APP_TOKEN },
    fault: ({ method, kind, channel, times }) =>
      void faults.push({ method, kind, channel: channel ?? null, times: times ?? 1 }),
    connected: async () =>
      void (await until(() => sockets.size > 0, { what: 'a Socket Mode connection' })),
    sockets: () => sockets.size,
    refresh() {
      for (const socket of sockets) {
        leaving.add(socket);
        socket.send(
          JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }),
        );
      }
    },
    drop() {
      for (const socket of sockets) socket.terminate();
    },
    outage(on) {
      down = on;
      if (!on) return;
      fake.drop();
      server.closeAllConnections();
    },
    trigger(user, id = `${randomUUID()}.trigger`) {
      settings.triggers.set(id, { user, at: Date.now(), used: false });
      return id;
    },
    event: (event, options = {}) =>
      send(
        'events_api',
        {
          type: 'event_callback',
          team_id: TEAM,
          api_app_id: 'A0AO',
          event_id: options.id ?? `Ev${randomUUID()}`,
          event_time: Math.floor(Date.now() / 1000),
          authorizations: [{ team_id: TEAM, user_id: BOT_USER, is_bot: true }],
          event,
        },
        options.attempt ?? 0,
      ),
    slash({ user, channel, text, trigger, name, team }) {
      const path = `/respond/${randomUUID()}`;
      responses.set(path, { user, channel, left: 5 });
      return send('slash_commands', {
        token: 't',
        team_id: team ?? TEAM,
        team_domain: 'acme',
        channel_id: channel,
        channel_name: 'dev',
        user_id: user,
        user_name: user,
        command: name ?? '/ao',
        text,
        api_app_id: 'A0AO',
        is_enterprise_install: 'false',
        response_url: `${url}${path}`,
        trigger_id: trigger ?? fake.trigger(user),
      });
    },
    interactive(payload) {
      const path = `/respond/${randomUUID()}`;
      const user = (payload.user as { id: string }).id;
      responses.set(path, {
        user,
        channel: (payload.channel as { id: string } | undefined)?.id ?? '',
        left: 5,
      });
      return send('interactive', {
        token: 't',
        team: { id: TEAM, domain: 'acme' },
        api_app_id: 'A0AO',
        trigger_id: fake.trigger(user),
        response_url: `${url}${path}`,
        ...payload,
      });
    },
    viaHttp(address) {
      httpAddress = address;
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      wss.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

async function readArgs(
  request: IncomingMessage,
  raw: Buffer,
): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json'))
    return JSON.parse(String(raw)) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(new URLSearchParams(String(raw)));
}

/** As Slack signs it: v0=HMAC-SHA256 over version, time and raw body. */
export function signedHeaders(
  body: string,
  secret = SIGNING_SECRET,
  at = Math.floor(Date.now() / 1000),
): Record<string, string> {
  return {
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`,
  };
}

async function deliverHttp(
  address: string,
  type: 'events_api' | 'slash_commands' | 'interactive',
  payload: Json,
  attempt: number,
  timeout: number,
): Promise<Json | null> {
  const body =
    type === 'events_api'
      ? JSON.stringify(payload)
      : new URLSearchParams(
          type === 'interactive'
            ? { payload: JSON.stringify(payload) }
            : (payload as Record<string, string>),
        ).toString();
  const headers = {
    ...signedHeaders(body),
    'content-type':
      type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
    ...(attempt === 0
      ? {}
      : { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': 'http_timeout' }),
  };
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeout),
    });
    const answer = await response.text();
    return response.ok ? (answer.startsWith('{') ? (JSON.parse(answer) as Json) : {}) : null;
  } catch {
    return null;
  }
}

/** What a person's client shows of a thread: not deleted, and their own ephemeral messages. */
export const shownTo = (
  workspace: Workspace,
  channel: string,
  thread: string | null,
  user: string | null,
): readonly FakeMessage[] =>
  workspace.messages.filter(
    (message) =>
      message.channel === channel &&
      !message.deleted &&
      (message.ephemeralFor === undefined || message.ephemeralFor === user) &&
      (thread === null
        ? message.thread_ts === undefined
        : message.ts === thread || message.thread_ts === thread),
  );
