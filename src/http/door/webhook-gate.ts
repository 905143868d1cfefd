import type { Context, MiddlewareHandler } from 'hono';
import type { HttpDeps } from '../deps.ts';
import type { Env } from '../env.ts';
import { problem } from '../problem.ts';
import type { Door } from './door.ts';

const MEGABYTE = 1_048_576;
/** Largest body of a delivery, MB. */
export const LARGEST = 25;

/**
 * Looks at a delivery before its body is read: known name, a signature's header, room in memory. Bodies up to one megabyte, which
 * are nearly all, and larger ones have rooms of their own, so that a few large ones can't keep the others out.
 */
export function webhookGate(webhooks: HttpDeps['webhooks'], door: Door): MiddlewareHandler<Env> {
  const small = createRoom(32 * MEGABYTE);
  const large = createRoom(2 * LARGEST * MEGABYTE);
  return async (c, next) => {
    if (c.req.method !== 'POST') return next();
    const refused = lookAt(c, webhooks, door);
    if (refused !== null) return refused;
    const size = sizeOf(c);
    const leave = (size <= MEGABYTE ? small : large).enter(size);
    if (leave === null) return full(c);
    try {
      await next();
    } finally {
      leave();
    }
  };
}

function lookAt(c: Context<Env>, webhooks: HttpDeps['webhooks'], door: Door): Response | null {
  const name = c.req.path.slice('/webhooks/'.length);
  if (!webhooks.accepts(name))
    return door.turnAway(c, 'a webhook that is not configured', {
      status: 404,
      code: 'AO_NOT_FOUND',
      detail: 'No webhook is configured under this name.',
    });
  if (!webhooks.signed(name, c.req.header()))
    return door.turnAway(c, 'a webhook without a signature', {
      status: 401,
      code: 'AO_WEBHOOK_REFUSED',
      detail: 'The delivery has no signature.',
    });
  // A right signature is never held up, but whoever was refused that often doesn't get ao to read megabytes.
  if (sizeOf(c) > MEGABYTE && door.isFull(c))
    return door.turnAway(c, 'a large webhook after many refused ones', {
      status: 429,
      code: 'AO_TOO_MANY_FAILURES',
      detail: 'Too many refused requests.',
    });
  return null;
}

/** What the sender says; the most there can be when it says nothing. */
function sizeOf(c: Context<Env>): number {
  const length = c.req.header('content-length');
  return length !== undefined && /^\d{1,12}$/.test(length)
    ? Math.min(Number(length), LARGEST * MEGABYTE)
    : LARGEST * MEGABYTE;
}

function full(c: Context<Env>): Response {
  c.header('retry-after', '5');
  return problem(
    c,
    503,
    'AO_BUSY',
    'Too many large deliveries at once. ao looks at the pull requests by itself; deliver again later.',
  );
}

interface Room {
  /** Null: no room. Otherwise call the function once to leave. */
  enter(size: number): (() => void) | null;
}

function createRoom(bytes: number): Room {
  let free = bytes;
  return {
    enter(size) {
      if (size > free) return null;
      free -= size;
      return () => {
        free += size;
      };
    },
  };
}
