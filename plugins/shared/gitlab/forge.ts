import type { Answer } from '../forge-http/exchange.ts';
import type { Limit } from '../forge-http/governor.ts';
import type { Forge } from '../forge-http/http.ts';
import { momentOf, retryAfterMs } from '../forge-http/wait.ts';
import type { GitLabAccess } from './config.ts';

/** A refusal that names no time. */
const WAIT = 60_000;

/** How GitLab is asked. Its limits are counted by calls; where they are switched off its answers name none. */
export const gitlabForge = ({ baseUrl, token, timeoutMs }: GitLabAccess): Forge => ({
  name: 'GitLab',
  code: 'GITLAB',
  base: `${baseUrl.replace(/\/+$/, '')}/api`,
  timeoutMs,
  secret: token,
  // Taken for every kind of token.
  headers: () => ({ authorization: `Bearer ${token}` }),
  paced: ['calls'],
  limits: callsOf,
  refusal: waitOf,
});

function callsOf(headers: Headers, now: number): Readonly<Record<string, Limit>> {
  const limit = Number(headers.get('ratelimit-limit') ?? Number.NaN);
  const remaining = Number(headers.get('ratelimit-remaining') ?? Number.NaN);
  const resetAt = momentOf(headers.get('ratelimit-reset'), now);
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || resetAt === null) return {};
  return { calls: { limit, remaining, used: Math.max(0, limit - remaining), resetAt } };
}

function waitOf({ status, headers }: Answer, now: number): number | null {
  if (status !== 429) return null;
  const reset = momentOf(headers.get('ratelimit-reset'), now);
  return (
    retryAfterMs(headers.get('retry-after'), now) ??
    (reset === null ? WAIT : Math.max(1_000, reset - now))
  );
}
