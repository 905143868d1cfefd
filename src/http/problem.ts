/** RFC 9457 problem documents. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RefusalCode } from '../commands/commands.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Redact } from '../lib/redact.ts';
import type { Env } from './env.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Permanent; an anchor in docs/errors.md. */
  readonly code: string;
}

const STATUS_OF: Readonly<Record<RefusalCode, ContentfulStatusCode>> = {
  AO_SESSION_UNKNOWN: 404,
  AO_SESSION_AMBIGUOUS: 409,
  AO_PROJECT_UNKNOWN: 404,
  AO_PROJECT_AMBIGUOUS: 409,
  AO_ISSUE_UNKNOWN: 404,
  AO_ISSUE_CLOSED: 409,
  AO_ISSUE_TAKEN: 409,
  AO_ACCESS_DENIED: 403,
  AO_STATE: 409,
  AO_STALE: 409,
  AO_GATE_CLOSED: 409,
  AO_MERGE_POLICY: 403,
  AO_BAD_REQUEST: 400,
  AO_NO_PULL_REQUEST: 409,
  AO_AGENT_MISSING: 409,
  AO_UNSUPPORTED: 501,
  AO_UPSTREAM: 502,
};

/** Refusals of plugins and of later versions have codes this table doesn't know: the world said no. */
const statusOf = (refusal: Refusal): ContentfulStatusCode =>
  Object.hasOwn(STATUS_OF, refusal.code) ? STATUS_OF[refusal.code as RefusalCode] : 409;

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not possible now',
  413: 'Too large',
  421: 'Wrong host',
  429: 'Too many attempts',
  500: 'A bug in ao',
  501: 'Not supported',
  502: 'Another service did not answer',
  503: 'Not available',
};

export function problem(
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  detail: string,
): Response {
  const redact = (c as Context<Env>).get('redact') as Redact | undefined;
  const body: Problem = {
    type: `urn:ao:error:${code}`,
    title: TITLES[status] ?? 'Problem',
    status,
    detail: redact === undefined ? detail : redact(detail),
    code,
  };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

export const refusalProblem = (c: Context, refusal: Refusal): Response =>
  problem(c, statusOf(refusal), refusal.code, refusal.message);
