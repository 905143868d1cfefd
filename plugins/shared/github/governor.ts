import type { Clock } from '../../../src/lib/clock.ts';
import { createGovernor, type Governor, type Limit } from '../forge-http/governor.ts';
import { rateLimited } from './failure.ts';

type Headers = Readonly<Record<string, string | number | undefined>>;

export const createGitHubGovernor = (clock: Clock): Governor =>
  createGovernor({ clock, paced: ['core', 'graphql'], limited: rateLimited });

/** The limit that the headers of an answer tell, by its name; nothing where they tell none. */
export function limitsOf(headers: Headers): Readonly<Record<string, Limit>> {
  const remaining = Number(headers['x-ratelimit-remaining']);
  const limit = Number(headers['x-ratelimit-limit']);
  const resetAt = Number(headers['x-ratelimit-reset']) * 1_000;
  if (![remaining, limit, resetAt].every(Number.isFinite)) return {};
  const resource = String(headers['x-ratelimit-resource'] ?? 'core');
  return { [resource]: { limit, remaining, resetAt, used: limit - remaining } };
}
