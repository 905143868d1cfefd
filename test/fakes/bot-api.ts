import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: http.IncomingHttpHeaders;
}

type Answer = { readonly status?: number; readonly body: unknown };

/** A bot as its clients see it: one token, JSON, problem documents, server-sent events. Strict about the token and the idempotency key. */
export class FakeBotApi {
  readonly token = 'test-token';
  readonly seen: SeenRequest[] = [];
  url = '';
  readonly #routes = new Map<string, (request: SeenRequest) => Answer>();
  readonly #streams = new Set<http.ServerResponse>();
  readonly #server = http.createServer((request, response) => void this.#handle(request, response));

  /** Listens on a free port and leaves bot.json and token in `dataDir`, as the bot does. */
  static async start(dataDir: string): Promise<FakeBotApi> {
    const fake = new FakeBotApi();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    const { port } = fake.#server.address() as AddressInfo;
    fake.url = `http://127.0.0.1:${port}`;
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(
      path.join(dataDir, 'bot.json'),
      JSON.stringify({ pid: process.pid, host: '127.0.0.1', port, url: fake.url }),
      { mode: 0o600 },
    );
    writeFileSync(path.join(dataDir, 'token'), `${fake.token}\n`, { mode: 0o600 });
    onTestFinished(() => fake.stop());
    return fake;
  }

  /** `GET /api/sessions` -> what it answers. */
  on(route: string, answer: Answer | ((request: SeenRequest) => Answer)): this {
    this.#routes.set(route, typeof answer === 'function' ? answer : () => answer);
    return this;
  }

  refuse(route: string, status: number, code: string, detail: string): this {
    return this.on(route, {
      status,
      body: { type: `errors#${code}`, title: code, status, detail, code },
    });
  }

  /** Sends an event to everybody who listens. */
  emit(type: string, data: unknown): void {
    for (const stream of this.#streams)
      stream.write(`event: ${type}\nid: 1\ndata: ${JSON.stringify(data)}\n\n`);
  }

  get listeners(): number {
    return this.#streams.size;
  }

  endStreams(): void {
    for (const stream of this.#streams) stream.end();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const method = request.method ?? 'GET';
    const seen: SeenRequest = {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? null : JSON.parse(text),
      headers: request.headers,
    };
    this.seen.push(seen);
    if (url.pathname.startsWith('/api/events')) return this.#openStream(request, response);
    const { status = 200, body } = this.#answer(seen);
    response
      .writeHead(status, {
        'content-type': status < 300 ? 'application/json' : 'application/problem+json',
      })
      .end(JSON.stringify(body));
  }

  #answer(request: SeenRequest): Answer {
    if (request.path === '/healthz') return { body: { ok: true } };
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return { status: 401, body: { title: 'Unauthorized', status: 401 } };
    if (request.method === 'POST' && request.headers['idempotency-key'] === undefined)
      return { status: 400, body: { status: 400, detail: 'no Idempotency-Key' } };
    const route = this.#routes.get(`${request.method} ${request.path}`);
    return route === undefined
      ? { status: 404, body: { status: 404, detail: `no route ${request.method} ${request.path}` } }
      : route(request);
  }

  #openStream(request: http.IncomingMessage, response: http.ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
    this.#streams.add(response);
    request.on('close', () => this.#streams.delete(response));
  }
}
