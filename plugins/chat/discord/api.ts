import { DefaultRestOptions, type RawFile, REST, type RouteLike } from 'discord.js';
import { notFound } from '../../../src/slots/errors.ts';
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
export function createApi(token: string, apiUrl: string): Api {
  const rest = new REST({
    ...DefaultRestOptions,
    api: apiUrl.replace(/\/$/, ''),
    version: '10',
    rejectOnRateLimit: (limit) => limit.retryAfter > PATIENCE,
  }).setToken(token);
  const call = async <T>(method: 'get' | 'post' | 'patch' | 'put' | 'delete', route: RouteLike, options: CallOptions): Promise<T> => {
    const { query, files, ...rest2 } = options;
    try {
      const sent = {
        ...rest2,
        ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
        ...(files === undefined || files.length === 0 ? {} : { files: [...files] }),
      };
      return (await rest[method](route, sent)) as T;
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

/** Interaction tokens are secrets of a kind: they never get into messages and logs. */
const nameOf = (route: string): string => route.replace(/^\/(interactions|webhooks)\/(\d+)\/[^/]+/, '/$1/$2/…');

export const isId = (id: string): boolean => /^\d{15,20}$/.test(id);

/** Discord answers an id that is none with a form error; here it is simply not there. */
export function mustBeId(id: string, what: string): string {
  if (isId(id)) return id;
  throw notFound('AO_DISCORD_NO_ID', `Discord has no ${what} "${id}".`);
}
