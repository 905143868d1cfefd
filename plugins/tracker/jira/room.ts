import type { Call } from '../../shared/forge-http/http.ts';
import type { JiraClient } from './client.ts';
import type { JiraConfig } from './config.ts';
import type { Person } from './schema.ts';

export interface Room {
  readonly client: JiraClient;
  readonly config: JiraConfig;
}

/** A call about one issue. */
export const about = ({ client }: Room, key: string, more: Partial<Call> = {}): Call => ({
  purpose: 'tracker',
  what: `issue ${key}`,
  ...more,
  path: `${client.api}/issue/${key}${more.path ?? ''}`,
});

/** As people call them: the name at Data Center, what they are shown as at Cloud, which gives nothing else away. */
export const nameOf = (person: Person | null | undefined): string | null =>
  person?.name ?? person?.displayName ?? person?.accountId ?? null;
