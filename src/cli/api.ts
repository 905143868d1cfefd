import type { IncomingMessage } from 'node:http';
import { type BotAddress, notRunning } from './bot-address.ts';
import { CliError, EXIT } from './cli-error.ts';

// Importing node:http as a module namespace loads all of it, fetch included: 40 ms that `ao status` would pay.
const http = process.getBuiltinModule('node:http');

export interface Api {
  readonly address: BotAddress;
  get<T>(path: string, query?: Query): Promise<T>;
  /** One page of a list, and the path of the next one; null: there is none. */
  page<T>(path: string): Promise<{ readonly items: readonly T[]; readonly next: string | null }>;
  /** Carries a fresh Idempotency-Key: a request that is sent once is done once. */
  post<T>(path: string, body?: object): Promise<T>;
  /** Server-sent events from now on, until `signal` ends them or the bot goes away. */
  events(
    onEvent: (event: { type: string; data: unknown }) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** RFC 9457 */
interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
}

const TIMEOUT = 60_000;
/** How long `ao` in an agent's session waits for a bot that is down, ms. */
const AGENT_PATIENCE = 60_000;

/** Thin client of the HTTP API. Every failure is a CliError. `timeout` in ms. */
export function createApi(address: BotAddress, timeout = TIMEOUT): Api {
  const request = (
    method: string,
    path: string,
    body: object | undefined,
    key: string,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const call = http.request(
        new URL(path, address.url),
        { method, headers: headersOf(address, payload, key), agent: false, timeout },
        (response) => {
          collect(response).then(
            (text) =>
              isOk(response)
                ? resolve({ text, next: nextOf(response) })
                : reject(refusal(response, text, address)),
            reject,
          );
        },
      );
      call.on('timeout', () =>
        call.destroy(
          new CliError(`the bot did not answer within ${timeout / 1000} s. Look at its log.`),
        ),
      );
      call.on('error', (error) => reject(connectionError(error, address)));
      call.end(payload);
    });

  /** An agent's own command must not fail because the bot is just being restarted. */
  const patiently = async (method: string, path: string, body?: object): Promise<Answer> => {
    // One key for all tries: an answer that was lost on the way must not be done a second time.
    const key = crypto.randomUUID();
    const deadline = Date.now() + (address.session === null ? 0 : AGENT_PATIENCE);
    for (;;) {
      try {
        return await request(method, path, body, key);
      } catch (error) {
        if (!isAway(error) || Date.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  };

  return {
    address,
    get: async (path, query) => JSON.parse((await patiently('GET', withQuery(path, query))).text),
    async page(path) {
      const { text, next } = await patiently('GET', path);
      return { items: JSON.parse(text), next };
    },
    post: async (path, body = {}) =>
      JSON.parse((await patiently('POST', path, body)).text || 'null'),
    events: (onEvent, signal) => listen(address, onEvent, signal),
  };
}

function headersOf(
  address: BotAddress,
  payload?: string,
  key?: string,
): Record<string, string | number> {
  return {
    accept: 'application/json',
    ...(address.token === null ? {} : { authorization: `Bearer ${address.token}` }),
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    ...(payload === undefined || key === undefined ? {} : { 'idempotency-key': key }),
  };
}

function withQuery(path: string, query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  if (pairs.length === 0) return path;
  return `${path}?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value === true ? '1' : String(value))}`).join('&')}`;
}

interface Answer {
  readonly text: string;
  /** Path of the next page, from the header Link. */
  readonly next: string | null;
}

const nextOf = ({ headers }: IncomingMessage): string | null =>
  /<([^>]*)>; rel="next"/.exec(String(headers.link ?? ''))?.[1] ?? null;

const isOk = (response: IncomingMessage): boolean => (response.statusCode ?? 500) < 300;

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(response: IncomingMessage, text: string, address: BotAddress): CliError {
  const status = response.statusCode ?? 500;
  if (status === 401)
    return new CliError(
      `the bot at ${address.url} does not accept the token in ${address.dataDir}. Is it the data directory of that bot?`,
    );
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // Not a problem document: some proxy, or another program on this port.
  }
  return new CliError(
    problem.detail ?? problem.title ?? `${address.url} answered ${status}. Is that the bot?`,
  );
}

/** Nobody listens, or the connection broke off: what agents ask for may be asked again without harm. */
const isAway = (error: unknown): boolean =>
  error instanceof CliError &&
  (error.exitCode === EXIT.notRunning || error.message.includes('could not be reached'));

function connectionError(error: Error, address: BotAddress): CliError {
  if (error instanceof CliError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return notRunning(address.dataDir);
  return new CliError(`the bot at ${address.url} could not be reached: ${error.message}.`);
}

function listen(
  address: BotAddress,
  onEvent: (event: { type: string; data: unknown }) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...headersOf(address), accept: 'text/event-stream' };
    const call = http.request(
      new URL('/api/events', address.url),
      { headers, agent: false, signal },
      (response) => {
        if (!isOk(response)) {
          collect(response).then((text) => reject(refusal(response, text, address)), reject);
          return;
        }
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) deliver(block, onEvent);
        });
        response.on('end', resolve);
        response.on('error', (error) =>
          signal.aborted ? resolve() : reject(connectionError(error, address)),
        );
      },
    );
    call.on('error', (error) =>
      signal.aborted ? resolve() : reject(connectionError(error, address)),
    );
    call.end();
  });
}

function deliver(block: string, onEvent: (event: { type: string; data: unknown }) => void): void {
  const lines = block.split('\n');
  const field = (name: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart());
  const data = field('data').join('\n');
  if (data !== '') onEvent({ type: field('event')[0] ?? 'message', data: JSON.parse(data) });
}
