import type { MiddlewareHandler } from 'hono';
import type { Env } from '../env.ts';
import type { Door } from './door.ts';

/** Refuses addresses that can't be read (bad percent signs) or that hold control characters, before anything makes use of them. */
export const saneAddress =
  (door: Door): MiddlewareHandler<Env> =>
  async (c, next) =>
    isSane(c.req.url)
      ? next()
      : door.turnAway(c, 'a malformed address', {
          status: 400,
          code: 'AO_BAD_REQUEST',
          detail: 'The address is malformed.',
        });

/** `url`: absolute. */
function isSane(url: string): boolean {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}
