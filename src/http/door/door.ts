import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HttpDeps } from '../deps.ts';
import type { Env } from '../env.ts';
import { problem } from '../problem.ts';
import { createDoorLog } from './door-log.ts';
import { createFailureLimit } from './failure-limit.ts';
import { sourceOf } from './source.ts';

/** An answer to somebody who was not let in. */
interface Refusal {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly detail: string;
}

/** Counts everybody who is not let in, whatever they tried: wrong tokens, used links, webhooks without a signature, addresses that are none. */
export interface Door {
  /** Counts the request; seconds to wait when its source was refused too often within a minute, else null. */
  counts(c: Context<Env>, why: string): number | null;
  /** True while `counts` would ask the source to wait. Counts nothing. */
  isFull(c: Context<Env>): boolean;
  /** Counts, and gives the answer: the refusal, or 429 when there were too many. */
  turnAway(c: Context<Env>, why: string, refusal: Refusal): Response;
  /** Writes what is counted to the audit log. */
  flush(): void;
}

/** Something that is asked for all day by browsers and probes, and proves nothing: counted, but not worth a row. */
export const UNKNOWN_ADDRESS = 'an unknown address';

export function createDoor({ audit, clock }: Pick<HttpDeps, 'audit' | 'clock'>): Door {
  const limit = createFailureLimit(clock);
  const log = createDoorLog(audit, clock);
  const counts = (c: Context<Env>, why: string): number | null => {
    if (why !== UNKNOWN_ADDRESS) log.refused(sourceOf(c), why, c.req.path);
    return limit.failed(sourceOf(c));
  };
  return {
    counts,
    isFull: (c) => limit.isFull(sourceOf(c)),
    turnAway(c, why, { status, code, detail }) {
      const wait = counts(c, why);
      if (wait === null) return problem(c, status, code, detail);
      c.header('retry-after', String(wait));
      return problem(
        c,
        429,
        'AO_TOO_MANY_FAILURES',
        `Too many refused requests. Try again in ${wait} s.`,
      );
    },
    flush: () => log.flush(),
  };
}
