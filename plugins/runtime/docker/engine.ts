import { Agent, request } from 'node:http';
import { PluginError, rejected, transient } from '../../../src/slots/errors.ts';

/** The engine's HTTP API over its socket; no program is started for a call. */
export interface Engine {
  /** Answer as JSON; null where it has none. Throws `not_found` on 404, `rejected` on other refusals, `transient` when it can't be reached. */
  call<T>(
    method: string,
    path: string,
    body?: unknown,
    options?: { timeoutMs?: number },
  ): Promise<T>;
  /** A program in a running container; what comes is framed by the engine. */
  upgrade(path: string, body: unknown): Promise<import('node:net').Socket>;
}

/** The oldest that all engines in use speak. */
const API = '/v1.41';
const TIMEOUT_MS = 20_000;

export function dockerEngine(socketPath: string): Engine {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const begin = (method: string, path: string, body: unknown, more: Record<string, string>) => {
    const text = body === undefined ? null : JSON.stringify(body);
    const asked = request({
      socketPath,
      agent: Object.keys(more).length === 0 ? agent : false,
      method,
      path: `${API}${path}`,
      headers: {
        host: 'docker',
        ...(text === null
          ? { 'content-length': '0' }
          : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text)}` }),
        ...more,
      },
    });
    if (text !== null) asked.write(text);
    return asked;
  };
  return {
    call: (method, path, body, options) =>
      new Promise((resolve, reject) => {
        const asked = begin(method, path, body, {});
        const timeoutMs = options?.timeoutMs ?? TIMEOUT_MS;
        asked.setTimeout(timeoutMs, () => asked.destroy(new Error(`no answer in ${timeoutMs} ms`)));
        asked.on('error', (error) => reject(unreachable(socketPath, error)));
        asked.on('response', (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', (error) => reject(unreachable(socketPath, error)));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            const status = response.statusCode ?? 0;
            if (status >= 400) reject(refusal(status, text));
            else resolve(readJson(text));
          });
        });
        asked.end();
      }),
    upgrade: (path, body) =>
      new Promise((resolve, reject) => {
        const asked = begin('POST', path, body, { connection: 'Upgrade', upgrade: 'tcp' });
        asked.on('error', (error) => reject(unreachable(socketPath, error)));
        asked.on('upgrade', (_response, socket, head) => {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
        });
        asked.on('response', (response) => {
          response.resume();
          reject(refusal(response.statusCode ?? 0, ''));
        });
        asked.end();
      }),
  };
}

/** A pull answers with a line of JSON per step. */
function readJson<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
  }
}

function unreachable(socketPath: string, cause: Error): PluginError {
  if (cause instanceof PluginError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT' || code === 'ECONNREFUSED'
      ? 'it does not run'
      : code === 'EACCES'
        ? 'ao may not use its socket: add its user to the group docker'
        : cause.message;
  return transient(
    'AO_DOCKER_UNREACHABLE',
    `The Docker engine at ${socketPath} can't be reached (${why}); ao keeps trying.`,
    { cause, retryAfter: 2_000 },
  );
}

function refusal(status: number, text: string): PluginError {
  const answer = readJson<{ message?: string } | string>(text);
  const words = (typeof answer === 'string' ? answer : answer?.message) ?? `status ${status}`;
  const say = `Docker refused it: ${words.trim() || `status ${status}`}`;
  if (status === 404) return new PluginError('not_found', 'AO_DOCKER_GONE', say);
  return status >= 500 && !/invalid|not found|no such/i.test(words)
    ? transient('AO_DOCKER_FAILED', say)
    : rejected('AO_DOCKER_REFUSED', say);
}
