import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Hosted, serveGit } from '../git-http.ts';
import type { Commits } from './commits.ts';
import { openContract } from './contract.ts';
import { createGraph, openSchema } from './graph.ts';
import { answerRest, type RestAnswer } from './rest.ts';
import { createWorld, type FakeFork, type World } from './world.ts';

export interface FakeOptions {
  readonly owner?: string;
  readonly name?: string;
  readonly commits: Commits;
  /** Bare repository served by git over HTTP at `/<owner>/<name>.git`; forks are served at theirs. */
  readonly bare?: string;
  readonly token?: string;
  readonly viewer?: string;
  readonly now?: () => number;
  readonly limits?: { readonly core: number; readonly graphql: number };
}

export interface Fault {
  /** Method and path, or `graphql`. */
  readonly match: RegExp;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly hang?: boolean;
  /** How often; 1 by default. */
  times?: number;
}

export interface FakeGitHub {
  readonly url: string;
  readonly world: World;
  /** Requests as `GET /path 200`, in order. */
  readonly log: string[];
  /** What GitHub's own descriptions say is wrong with requests to it and with answers of the fake. */
  readonly violations: string[];
  readonly meter: { core: number; graphql: number; unchanged: number; requests: number };
  /** Tokens that are let in. */
  readonly tokens: Set<string>;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Ends the hour. */
  renewLimits(): void;
  setLimits(limits: { readonly core?: number; readonly graphql?: number }): void;
  /** Sends each event to `url`, signed. Returns how to stop. */
  hook(url: string, secret: string): void;
  /** Deliveries that were answered, with their status. */
  readonly deliveries: Array<{ readonly event: string; readonly status: number }>;
  redeliver(): Promise<void>;
  close(): Promise<void>;
}

interface Limit {
  limit: number;
  used: number;
  resetAt: number;
}

export async function startFakeGitHub(options: FakeOptions): Promise<FakeGitHub> {
  const viewer = options.viewer ?? 'ao-bot';
  const now = options.now ?? Date.now;
  const world = createWorld({
    owner: options.owner ?? 'acme',
    name: options.name ?? 'app',
    commits: options.commits,
    viewer,
    now,
  });
  const contract = openContract();
  const graph = createGraph(openSchema(), world);
  const log: string[] = [];
  const violations: string[] = [];
  const faults: Fault[] = [];
  const hooks: Array<{ url: string; secret: string }> = [];
  const deliveries: FakeGitHub['deliveries'] = [];
  const meter = { core: 0, graphql: 0, unchanged: 0, requests: 0 };
  const tokens = new Set([options.token ?? 'ghp_test', 'ghs_77']);
  const limits: Record<'core' | 'graphql', Limit> = {
    core: { limit: options.limits?.core ?? 5_000, used: 0, resetAt: now() + 3_600_000 },
    graphql: { limit: options.limits?.graphql ?? 5_000, used: 0, resetAt: now() + 3_600_000 },
  };
  let last: { event: string; id: string; body: string } | null = null;
  let url = '';

  const rateHeaders = (resource: 'core' | 'graphql'): Record<string, string> => {
    const { limit, used, resetAt } = limits[resource];
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-used': String(used),
      'x-ratelimit-remaining': String(Math.max(0, limit - used)),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1_000)),
      'x-ratelimit-resource': resource,
    };
  };
  const spend = (resource: 'core' | 'graphql', points: number): boolean => {
    const limit = limits[resource];
    if (limit.resetAt <= now()) Object.assign(limit, { used: 0, resetAt: now() + 3_600_000 });
    if (limit.used >= limit.limit) return false;
    limit.used += points;
    meter[resource] += points;
    return true;
  };
  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, {
      ...(text === ''
        ? {}
        : {
            'content-type':
              typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8',
          }),
      ...headers,
    });
    response.end(text);
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
    if (options.bare !== undefined && /\.git\//.test(at.pathname))
      return serveGit(request, response, at, hostedBy(world, options.bare, tokens));
    if (at.pathname.startsWith('/api/v3/')) at.pathname = at.pathname.slice('/api/v3'.length);
    // Where GitHub sends those who ask by a former name.
    at.pathname = at.pathname.replace(/^\/repositories\/1(?=\/|$)/, `/repos/${world.slug()}`);
    const resource = at.pathname.endsWith('/graphql') ? 'graphql' : 'core';
    const text = await readBody(request);
    const entry = resource === 'graphql' ? 'graphql' : `${request.method} ${at.pathname}`;
    const note = (status: number): void => void log.push(`${entry}${at.search} ${status}`);
    meter.requests += 1;
    if (/\/blob\/\d+$/.test(at.pathname)) {
      if (request.headers.authorization !== undefined && new URL(url).host !== request.headers.host)
        violations.push('a token was sent to where logs lie');
      return send(
        response,
        200,
        [...world.runs.values()]
          .flat()
          .find((run) => run.id === Number(at.pathname.split('/').at(-1)))?.log ?? '',
      );
    }
    const fault = faultFor(entry);
    if (fault !== null) {
      note(fault.status);
      if (fault.hang === true) return;
      return send(
        response,
        fault.status,
        { message: fault.message ?? 'fault' },
        { ...rateHeaders(resource), ...fault.headers },
      );
    }
    const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || (!tokens.has(token) && !/^eyJ/.test(token))) {
      note(401);
      return send(response, 401, { message: 'Bad credentials' });
    }
    if (resource === 'graphql') return answerGraph(text, response, note);
    answerCore(request, response, at, text, note);
  };

  const answerGraph = async (
    text: string,
    response: ServerResponse,
    note: (status: number) => void,
  ): Promise<void> => {
    const { query, variables } = JSON.parse(text) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    if (limits.graphql.used >= limits.graphql.limit && limits.graphql.resetAt > now()) {
      note(200);
      return send(
        response,
        200,
        { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
        rateHeaders('graphql'),
      );
    }
    const answer = await graph(query, variables ?? {}, viewer);
    violations.push(...answer.violations);
    spend('graphql', answer.cost);
    note(200);
    send(response, 200, answer.body, rateHeaders('graphql'));
  };

  const answerCore = (
    request: IncomingMessage,
    response: ServerResponse,
    at: URL,
    text: string,
    note: (status: number) => void,
  ): unknown => {
    const finish = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      note(status);
      send(response, status, body, { ...rateHeaders('core'), ...headers });
    };
    const found = contract.match(request.method ?? 'GET', at.pathname);
    if (found === null) {
      violations.push(
        `ao calls ${request.method} ${at.pathname}, which the contract does not have`,
      );
      return finish(404, { message: 'Not Found' });
    }
    const slug =
      found.params.owner === undefined
        ? world.slug()
        : `${found.params.owner}/${found.params.repo ?? ''}`;
    const ofFork = world.forks.has(slug);
    if ((!world.isNamed(slug) && !ofFork) || world.hidden)
      return finish(404, { message: 'Not Found' });
    if (!ofFork && slug.toLowerCase() !== world.slug().toLowerCase())
      return finish(
        request.method === 'GET' ? 301 : 307,
        { message: 'Moved Permanently' },
        {
          location: `${url}${at.pathname.replace(`/repos/${slug}`, '/repositories/1')}${at.search}`,
        },
      );
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
    violations.push(...contract.requestErrors(found.operation, at.searchParams, body));
    const answer: RestAnswer = answerRest(world, {
      key: `${found.operation.method} ${found.operation.path}`,
      params: found.params,
      query: at.searchParams,
      body: body ?? {},
      accept: String(request.headers.accept ?? ''),
      viewer,
      url: `${url}${at.pathname}`,
    });
    if (answer.location !== undefined) {
      spend('core', 1);
      return finish(answer.status, undefined, { location: answer.location });
    }
    const checked =
      answer.text === undefined
        ? contract.response(found.operation, answer.status, answer.body)
        : { body: answer.text, errors: [] };
    violations.push(...checked.errors);
    const etag = `W/"${createHash('sha1')
      .update(JSON.stringify(checked.body) ?? '')
      .digest('hex')}"`;
    if (request.method === 'GET' && request.headers['if-none-match'] === etag) {
      meter.unchanged += 1;
      return finish(304, undefined, { etag });
    }
    if (!spend('core', 1))
      return finish(403, { message: 'API rate limit exceeded for user ID 1.' });
    return finish(answer.status, answer.status === 204 ? undefined : checked.body, {
      ...(request.method === 'GET' ? { etag } : {}),
      ...(answer.link === undefined ? {} : { link: answer.link }),
    });
  };

  const deliver = async (
    hook: { url: string; secret: string },
    event: string,
    id: string,
    body: string,
  ): Promise<void> => {
    const signature = `sha256=${createHmac('sha256', hook.secret).update(body).digest('hex')}`;
    const answer = await fetch(hook.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': id,
        'x-hub-signature-256': signature,
        'user-agent': 'GitHub-Hookshot/fake',
      },
    }).catch(() => null);
    deliveries.push({ event, status: answer?.status ?? 0 });
  };
  world.onEvent((event, payload) => {
    const body = JSON.stringify({
      ...payload,
      repository: { full_name: world.slug(), node_id: 'R_1' },
      sender: { login: viewer },
    });
    last = { event, id: randomUUID(), body };
    const { id } = last;
    for (const hook of hooks) void deliver(hook, event, id, body);
  });

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      violations.push(`the fake failed: ${String(error)}`);
      if (!response.headersSent) send(response, 500, { message: String(error) });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    world,
    log,
    violations,
    meter,
    tokens,
    deliveries,
    fault: (fault) => void faults.push({ ...fault }),
    clearFaults: () => void faults.splice(0),
    renewLimits() {
      for (const limit of Object.values(limits))
        Object.assign(limit, { used: 0, resetAt: now() + 3_600_000 });
    },
    setLimits(more) {
      for (const name of ['core', 'graphql'] as const)
        limits[name].limit = more[name] ?? limits[name].limit;
    },
    hook: (to, secret) => void hooks.push({ url: to, secret }),
    async redeliver() {
      if (last !== null)
        for (const hook of hooks) await deliver(hook, last.event, last.id, last.body);
    },
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

const hostedBy = (world: World, bare: string, tokens: ReadonlySet<string>): Hosted => ({
  tokens,
  pushed: () => world.pushed('*'),
  at(path) {
    const fork = world.forks.get(path);
    return fork === undefined
      ? { bare, mayPush: true }
      : { bare: fork.bare ?? bare, mayPush: mayPush(world, fork) };
  },
});

/** Into a fork only its people push, or ours where a pull request from it lets them. */
const mayPush = (world: World, fork: FakeFork): boolean =>
  fork.viewerPermission !== 'READ' ||
  [...world.pulls.values()].some(
    (one) =>
      one.state === 'OPEN' &&
      one.maintainerCanModify &&
      world.forks.get(one.headRepository ?? '') === fork,
  );
