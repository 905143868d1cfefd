import { z } from 'zod';
import {
  authFailed,
  notFound,
  PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { Answer } from '../../shared/forge-http/exchange.ts';
import { saidBy, statusOf } from '../../shared/forge-http/failure.ts';
import type { Limit, Purpose } from '../../shared/forge-http/governor.ts';
import { type Call, createForgeHttp, type Forge, readAs } from '../../shared/forge-http/http.ts';
import { momentOf, retryAfterMs } from '../../shared/forge-http/wait.ts';
import type { LinearConfig } from './config.ts';

export interface LinearClient {
  /** Throws where any part of the answer failed: half of one makes no fact. */
  ask<T>(
    asked: { readonly purpose: Purpose; readonly what: string; readonly query: string },
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
  ): Promise<T>;
}

/** A refusal that names no time. */
const WAIT = 60_000;
const BUDGETS = ['requests', 'complexity'] as const;

export function createLinearClient(config: LinearConfig, context: PluginContext): LinearClient {
  const forge = linearForge(config);
  const http = createForgeHttp(forge, context);
  return {
    async ask({ purpose, what, query }, variables, schema) {
      const reads = !/^\s*mutation\b/.test(query);
      const body = { query, variables };
      const call: Call = { purpose, what, path: '/graphql', method: 'POST', body, reads };
      const answer = await http.json(call, answerSchema).catch((error: unknown) => {
        // What is wrong with a question, and what is missing, comes with status 400.
        if (error instanceof PluginError && error.kind === 'rejected' && statusOf(error) === 400)
          throw partFailed(what, [{ message: saidBy(error) }]);
        throw error;
      });
      if (answer.errors != null && answer.errors.length > 0) throw partFailed(what, answer.errors);
      return readAs(answer.data, schema, { ...forge, what, reads });
    },
  };
}

const linearForge = ({ apiUrl, token, timeoutMs }: LinearConfig): Forge => ({
  name: 'Linear',
  code: 'LINEAR',
  base: apiUrl,
  timeoutMs,
  secret: token,
  // A personal key stands alone; with "Bearer" before it Linear refuses it.
  headers: () => ({ authorization: token.startsWith('lin_api_') ? token : `Bearer ${token}` }),
  paced: BUDGETS,
  limits: (headers, now) =>
    Object.fromEntries(
      BUDGETS.flatMap((name) => {
        const limit = budgetOf(headers, name, now);
        return limit === null ? [] : [[name, limit]];
      }),
    ),
  refusal: waitOf,
  cost: ({ headers }) => Number(headers.get('x-complexity') ?? 1) || 1,
});

function budgetOf(headers: Headers, name: string, now: number): Limit | null {
  const read = (part: string): string | null => headers.get(`x-ratelimit-${name}-${part}`);
  const limit = Number(read('limit') ?? Number.NaN);
  const remaining = Number(read('remaining') ?? Number.NaN);
  const resetAt = momentOf(read('reset'), now);
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || resetAt === null) return null;
  return { limit, remaining, used: Math.max(0, limit - remaining), resetAt };
}

/** Linear refuses because of a limit with status 400 and a code in the body; proxies before it with 429. */
function waitOf({ status, headers, text }: Answer, now: number): number | null {
  if (status !== 429 && !(status === 400 && /"RATELIMITED"/.test(text))) return null;
  const resets = [...BUDGETS, 'endpoint-requests']
    .filter((name) => headers.get(`x-ratelimit-${name}-remaining`) === '0')
    .flatMap((name) => momentOf(headers.get(`x-ratelimit-${name}-reset`), now) ?? []);
  const reset = resets.length === 0 ? now + WAIT : Math.max(...resets);
  return retryAfterMs(headers.get('retry-after'), now) ?? Math.max(1_000, reset - now);
}

const errorSchema = z.object({
  message: z.string(),
  extensions: z
    .object({ type: z.string().nullish(), userPresentableMessage: z.string().nullish() })
    .nullish(),
});
const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(errorSchema).nullish(),
});

function partFailed(
  what: string,
  errors: ReadonlyArray<z.output<typeof errorSchema>>,
): PluginError {
  const said = errors
    .map(({ message, extensions }) => extensions?.userPresentableMessage ?? message)
    .join('; ');
  const all = errors
    .map(({ message, extensions }) => `${message} ${extensions?.type ?? ''}`)
    .join(' ');
  if (/entity not found/i.test(all))
    return notFound(
      'AO_LINEAR_NOT_FOUND',
      `Linear knows no ${what}, or ao's key may not see it (private teams are seen by their members only).`,
    );
  if (/authentication|not authenticated/i.test(all))
    return authFailed(
      'AO_LINEAR_UNAUTHORIZED',
      `Linear refused ao's key: ${said}. Give it a valid one.`,
    );
  if (/internal error|lock timeout|timed out|try again/i.test(all))
    return transient(
      'AO_LINEAR_UNAVAILABLE',
      `Linear could not answer about ${what}: ${said}. It is tried again.`,
    );
  return rejected('AO_LINEAR_REFUSED', `Linear refused ${what}: ${said}`);
}
