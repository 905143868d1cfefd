import type { z } from 'zod';
import { authFailed, PluginError } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { Answer } from '../../shared/forge-http/exchange.ts';
import type { Limit } from '../../shared/forge-http/governor.ts';
import {
  type Call,
  createForgeHttp,
  type Forge,
  type ForgeHttp,
} from '../../shared/forge-http/http.ts';
import { momentOf, retryAfterMs } from '../../shared/forge-http/wait.ts';
import { anyText, fromAdf, toAdf } from './adf.ts';
import type { JiraConfig } from './config.ts';
import { meSchema } from './schema.ts';

export interface JiraClient {
  readonly http: ForgeHttp;
  /** Cloud names people by id and keeps texts as documents; Data Center by name, and as wiki markup. */
  readonly cloud: boolean;
  /** Path of the API, of the version that goes with it. */
  readonly api: string;
  json<T>(call: Call, schema: z.ZodType<T>): Promise<T>;
  /** A text as this Jira takes it. */
  text(markdown: string): unknown;
  /** Markdown of a text as this Jira gives it. */
  markdown(value: unknown): string;
  me(): Promise<z.output<typeof meSchema>>;
}

/** A refusal that names no time. */
const WAIT = 30_000;

export function createJiraClient(config: JiraConfig, context: PluginContext): JiraClient {
  const cloud = config.email !== undefined;
  const api = cloud ? '/rest/api/3' : '/rest/api/2';
  const http = createForgeHttp(jiraForge(config), context);
  const me = () =>
    http.json({ purpose: 'setup', what: 'who ao is', path: `${api}/myself` }, meSchema);
  return {
    http,
    cloud,
    api,
    me,
    json: (call, schema) => http.json(call, schema).catch((error: unknown) => unknownOr(error, me)),
    text: (markdown) => (cloud ? toAdf(markdown) : markdown),
    markdown: (value) => (cloud ? fromAdf(value) : anyText(value)),
  };
}

/** To a token that has ended Jira answers like to a stranger: that an issue isn't there. */
async function unknownOr(error: unknown, me: () => Promise<unknown>): Promise<never> {
  if (!(error instanceof PluginError) || error.kind !== 'not_found') throw error;
  const known = await me().then(
    () => true,
    (other: unknown) => !(other instanceof PluginError && other.kind === 'auth'),
  );
  if (known) throw error;
  throw authFailed(
    'AO_JIRA_UNAUTHORIZED',
    "Jira no longer knows ao's token, and so shows it nothing. Give it a valid one.",
    { cause: error },
  );
}

const jiraForge = ({ baseUrl, email, token, timeoutMs }: JiraConfig): Forge => {
  const basic = Buffer.from(`${email ?? ''}:${token}`).toString('base64');
  return {
    name: 'Jira',
    code: 'JIRA',
    base: baseUrl,
    timeoutMs,
    secret: `${email ?? ''} ${token}`,
    headers: () => ({ authorization: email === undefined ? `Bearer ${token}` : `Basic ${basic}` }),
    paced: ['calls'],
    limits: callsOf,
    refusal: waitOf,
  };
};

function callsOf(headers: Headers, now: number): Readonly<Record<string, Limit>> {
  const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
  const remaining = Number(headers.get('x-ratelimit-remaining') ?? Number.NaN);
  const resetAt = momentOf(headers.get('x-ratelimit-reset'), now);
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || resetAt === null) return {};
  return { calls: { limit, remaining, used: Math.max(0, limit - remaining), resetAt } };
}

/** A 503 with a time is a limit too. */
function waitOf({ status, headers }: Answer, now: number): number | null {
  const after = retryAfterMs(headers.get('retry-after'), now);
  if (status === 429) return after ?? WAIT;
  return status === 503 ? after : null;
}
