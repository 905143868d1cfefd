import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveGit } from '../git-http.ts';
import type { Commits } from '../github/commits.ts';
import { answerGraph } from './graph.ts';
import { answerRest } from './rest.ts';
import { createWorld, type World } from './world.ts';

export interface Fault {
  /** Method and path below the API, or `graphql`. */
  readonly match: RegExp;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often; 1 by default. */
  times?: number;
}

export interface FakeGitLab {
  /** With the path the server is below. */
  readonly url: string;
  readonly world: World;
  readonly log: string[];
  /** What GitLab would not understand of what it was asked. */
  readonly violations: string[];
  /** Highest complexity of a query. */
  readonly meter: { complexity: number; calls: number };
  readonly deliveries: Array<{ readonly event: string; readonly status: number }>;
  fault(fault: Fault): void;
  /** Sends each event to `url`, proved by `secret`: signed where that is a signing token. */
  hook(url: string, secret: string): void;
  redeliver(): Promise<void>;
  close(): Promise<void>;
}

export interface FakeOptions {
  readonly path?: string;
  readonly commits: Commits;
  readonly bare: string;
  readonly token?: string;
  readonly viewer?: string;
  readonly now?: () => number;
  /** Path the server is below. */
  readonly below?: string;
  /** Calls a minute; 0: limits are off, and nothing is told of them. */
  readonly limit?: number;
}

const EVENTS: Readonly<Record<string, string>> = {
  merge_request: 'Merge Request Hook',
  note: 'Note Hook',
  pipeline: 'Pipeline Hook',
  push: 'Push Hook',
};

export async function startFakeGitLab(options: FakeOptions): Promise<FakeGitLab> {
  const now = options.now ?? Date.now;
  const viewer = options.viewer ?? 'project_4242_bot_ao';
  const world = createWorld({
    path: options.path ?? 'acme/app',
    commits: options.commits,
    viewer,
    now,
  });
  const token = options.token ?? 'glpat-test';
  const below = options.below ?? '/gitlab';
  const log: string[] = [];
  const violations: string[] = [];
  const faults: Fault[] = [];
  const meter = { complexity: 0, calls: 0 };
  const hooks: Array<{ readonly url: string; readonly secret: string }> = [];
  const deliveries: FakeGitLab['deliveries'] = [];
  let last: { readonly kind: string; readonly id: string; readonly body: string } | null = null;
  let url = '';

  const limitHeaders = (): Record<string, string> =>
    options.limit === 0
      ? {}
      : {
          'ratelimit-limit': String(options.limit ?? 2_000),
          'ratelimit-remaining': String(Math.max(0, (options.limit ?? 2_000) - meter.calls)),
          'ratelimit-reset': String(Math.ceil(now() / 1_000) + 60),
        };
  const send = (
    response: ServerResponse,
    status: number,
    body: string,
    headers: Record<string, string> = {},
  ) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...limitHeaders(),
      ...headers,
    });
    response.end(body);
  };
  const faultFor = (what: string): Fault | null => {
    const index = faults.findIndex((fault) => fault.match.test(what));
    const found = faults[index];
    if (found === undefined) return null;
    found.times = (found.times ?? 1) - 1;
    if (found.times <= 0) faults.splice(index, 1);
    return found;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new URL(request.url ?? '/', url);
    const path = at.pathname.startsWith(`${below}/`) ? at.pathname.slice(below.length) : '';
    if (/\.git\//.test(path)) {
      const git = new URL(at);
      git.pathname = path;
      return serveGit(request, response, git, {
        tokens: new Set([token]),
        pushed: () => world.sync(),
        at: (slug) => ({ bare: world.forks.get(slug)?.bare ?? options.bare, mayPush: true }),
      });
    }
    const text = await bodyOf(request);
    const isGraph = path === '/api/graphql';
    const api = path.replace(/^\/api\/v4/, '');
    const entry = isGraph ? 'graphql' : `${request.method} ${api}`;
    meter.calls += 1;
    const finish = (status: number, body: string, headers: Record<string, string> = {}): void => {
      log.push(`${entry}${at.search} ${status}`);
      send(response, status, body, headers);
    };
    const fault = faultFor(entry);
    if (fault !== null)
      return finish(fault.status, fault.body ?? '{"message":"fault"}', { ...fault.headers });
    if (request.headers.authorization !== `Bearer ${token}`)
      return finish(401, '{"message":"401 Unauthorized"}');
    if (isGraph) {
      const { query, variables = {} } = JSON.parse(text) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      const answer = await answerGraph(world, { query, variables, viewer, url });
      meter.complexity = Math.max(meter.complexity, answer.complexity);
      violations.push(...answer.violations);
      return finish(200, JSON.stringify(answer.body));
    }
    const project = /^\/projects\/([^/]+)(.*)$/.exec(api);
    const slug = decodeURIComponent(project?.[1] ?? '');
    if (project !== null && slug !== String(world.settings.id) && !world.forks.has(slug)) {
      if (!world.isNamed(slug)) return finish(404, '{"message":"404 Project Not Found"}');
      // Only questions are answered under a former path.
      if (slug.toLowerCase() !== world.path().toLowerCase())
        return request.method === 'GET'
          ? finish(301, '', {
              location: `${url}/api/v4/projects/${world.settings.id}${project[2]}${at.search}`,
            })
          : finish(405, '{"message":"Non GET methods are not allowed for moved projects"}');
    }
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const found = answerRest(world, {
      method: request.method ?? 'GET',
      path: api,
      query: at.searchParams,
      body,
      viewer,
      url,
    });
    if (found === null) {
      violations.push(`ao calls ${request.method} ${api}, which GitLab does not have`);
      return finish(404, '{"error":"404 Not Found"}');
    }
    const [answer, wrong] = found;
    violations.push(...wrong);
    finish(
      answer.status,
      answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)),
      answer.text === undefined ? {} : { 'content-type': 'text/plain' },
    );
  };

  const deliver = async (
    hook: { url: string; secret: string },
    kind: string,
    id: string,
    body: string,
  ) => {
    const answer = await fetch(hook.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-gitlab-event': EVENTS[kind] ?? kind,
        'x-gitlab-event-uuid': 'shared-by-what-caused-it',
        'idempotency-key': id,
        ...proofOf(hook.secret, id, body, now()),
      },
    }).catch(() => null);
    deliveries.push({ event: kind, status: answer?.status ?? 0 });
  };
  world.onEvent((kind, payload) => {
    const project = { id: world.settings.id, path_with_namespace: world.path() };
    const body = JSON.stringify({ object_kind: kind, project, ...payload });
    const id = randomUUID();
    last = { kind, id, body };
    for (const hook of hooks) void deliver(hook, kind, id, body);
  });

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      violations.push(`the fake failed: ${String(error)}`);
      if (!response.headersSent) send(response, 500, '{"message":"500 Internal Server Error"}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`;
  return {
    url,
    world,
    log,
    violations,
    meter,
    deliveries,
    fault: (fault) => void faults.push({ ...fault }),
    hook: (to, secret) => void hooks.push({ url: to, secret }),
    async redeliver() {
      if (last !== null)
        for (const hook of hooks) await deliver(hook, last.kind, last.id, last.body);
    },
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** The old secret token, or the signature of GitLab 19. */
export function proofOf(
  secret: string,
  id: string,
  body: string,
  at: number,
): Record<string, string> {
  if (!secret.startsWith('whsec_')) return { 'x-gitlab-token': secret };
  const time = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
