import { DefaultRestOptions, type RawFile, REST, type RouteLike } from 'discord.js';
import { notFound, transient } from '../../../src/slots/errors.ts';
import { toPluginError } from './errors.ts';

export interface CallOptions {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly files?: readonly RawFile[];
  /** Interaction answers carry their own token in the path. */
  readonly auth?: boolean;
}

/** Discord's HTTP API. Every failure is a PluginError. */
export interface Api {
  get<T>(route: RouteLike, options?: CallOptions): Promise<T>;
  post<T>(route: RouteLike, options?: CallOptions): Promise<T>;
  patch<T>(route: RouteLike, options?: CallOptions): Promise<T>;
  put<T>(route: RouteLike, options?: CallOptions): Promise<T>;
  delete(route: RouteLike, options?: CallOptions): Promise<void>;
}

/** Longer waits are given back to the outbox, so that one slow channel holds no lane, ms. */
const PATIENCE = 5_000;

/**
 * discord.js's own REST client: queues by rate-limit bucket, waits for short limits, repeats after 5xx (every post carries
 * an enforced nonce, so a repeat makes nothing twice). A socket that closes is never repeated here: the post is in doubt.
 */
export function createApi(token: string, apiUrl: string, timeoutMs: number): Api {
  const rest = new REST({
    ...DefaultRestOptions,
    api: apiUrl.replace(/\/$/, ''),
    version: '10',
    timeout: timeoutMs,
    rejectOnRateLimit: (limit) => limit.retryAfter > PATIENCE,
  }).setToken(token);
  const call = async <T>(
    method: 'get' | 'post' | 'patch' | 'put' | 'delete',
    route: RouteLike,
    options: CallOptions,
  ): Promise<T> => {
    const { query, files, ...rest2 } = options;
    try {
      const sent = {
        ...rest2,
        ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        ...(files === undefined || files.length === 0 ? {} : { files: [...files] }),
      };
      const answer = await rest[method](route, sent);
      if (isAnswer(method, route, answer)) return answer as T;
      throw transient(
        'AO_DISCORD_DOWN',
        `What came back for ${method.toUpperCase()} ${nameOf(route)} isn't an answer from Discord. It is tried again.`,
      );
    } catch (error) {
      throw toPluginError(`${method.toUpperCase()} ${nameOf(route)}`, error);
    }
  };
  return {
    get: (route, options = {}) => call('get', route, options),
    post: (route, options = {}) => call('post', route, options),
    patch: (route, options = {}) => call('patch', route, options),
    put: (route, options = {}) => call('put', route, options),
    delete: (route, options = {}) => call('delete', route, options),
  };
}

/** An outage or a proxy may answer 200 with anything; what lacks the shape that callers rely on counts as no answer at all. */
function isAnswer(method: string, route: string, answer: unknown): boolean {
  if (
    (method === 'get' && /\/(messages|commands)$/.test(route)) ||
    (method === 'put' && route.endsWith('/commands'))
  )
    return Array.isArray(answer) && answer.every(hasId);
  const makes =
    (method === 'post' || method === 'patch') &&
    /\/(messages|threads)(\/\d+)?(\/threads)?$/.test(route) &&
    !route.startsWith('/webhooks/');
  if (makes) return hasId(answer);
  return (
    method !== 'get' ||
    (typeof answer === 'object' && answer !== null && !(answer instanceof ArrayBuffer))
  );
}

const hasId = (value: unknown): boolean =>
  typeof (value as { id?: unknown } | null)?.id === 'string';

/** Interaction tokens are secrets of a kind: they never get into messages and logs. */
const nameOf = (route: string): string =>
  route.replace(/^\/(interactions|webhooks)\/(\d+)\/[^/]+/, '/$1/$2/…');

export const isId = (id: string): boolean => /^\d{15,20}$/.test(id);

/** Discord answers an id that is none with a form error; here it is simply not there. */
export function mustBeId(id: string, what: string): string {
  if (isId(id)) return id;
  throw notFound('AO_DISCORD_NO_ID', `Discord has no ${what} "${id}".`);
}
