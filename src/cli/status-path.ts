import type { StatusOptions } from './status.ts';

/** Path and query of the sessions that these options mean. */
export function statusPath(project: string | undefined, options: Pick<StatusOptions, 'status' | 'turn' | 'all'>): string {
  const query = Object.entries({ project, status: options.status, turn: options.turn, all: options.all ? '1' : undefined });
  const pairs = query.filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`);
  return pairs.length === 0 ? '/api/sessions' : `/api/sessions?${pairs.join('&')}`;
}
