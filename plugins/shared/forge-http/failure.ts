import { isPassingFailure } from '../../../src/lib/passing-failure.ts';
import {
  authFailed,
  notFound,
  PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';

/** What a forge is called: in sentences, and in codes of errors. */
export interface ForgeName {
  readonly name: string;
  /** Upper case: `GITLAB` of `AO_GITLAB_FORBIDDEN`. */
  readonly code: string;
}

/** An answer that says no. It is the `cause` of the error people get, for callers that tell statuses apart. */
export class Refusal extends Error {
  readonly status: number;
  /** The forge's own words, one line. */
  readonly said: string;

  constructor(status: number, said: string) {
    super(`${status} ${said}`);
    this.status = status;
    this.said = said;
  }
}

/** Status of the answer behind an error; null: there was none. */
export const statusOf = (error: unknown): number | null => refusalOf(error)?.status ?? null;
/** What the forge said; empty where there was no answer. */
export const saidBy = (error: unknown): string => refusalOf(error)?.said ?? '';

const refusalOf = (error: unknown): Refusal | null =>
  error instanceof Refusal
    ? error
    : error instanceof PluginError && error.cause instanceof Refusal
      ? error.cause
      : null;

/** What the forge began and did not answer in time may still come about; after this long it is there, or it never will be. ms */
const SETTLED_AFTER = 60_000;
const MAX_SAID = 500;

export interface FailureContext extends ForgeName {
  /** What was asked for, as it fits into a sentence: `merge request !7 of acme/app`. */
  readonly what: string;
  /** Whether the call changed nothing, so that it may be repeated without looking. */
  readonly reads: boolean;
}

/** An answer with a status that isn't a good one and isn't a limit either. */
export function fromStatus(refusal: Refusal, context: FailureContext): PluginError {
  const { name, code, what } = context;
  const { status, said } = refusal;
  const cause = { cause: refusal };
  const words = said === '' ? String(status) : said;
  switch (status) {
    case 401:
      return authFailed(
        `AO_${code}_UNAUTHORIZED`,
        `${name} refused ao's credentials while it asked about ${what}: ${words}. Give it a valid token.`,
        cause,
      );
    case 403:
      return rejected(
        `AO_${code}_FORBIDDEN`,
        `${name} does not let ao at ${what}: ${words}. Give the token the missing permission; ao doctor names it.`,
        cause,
      );
    case 404:
    case 410:
      return notFound(
        `AO_${code}_NOT_FOUND`,
        `${name} knows no ${what}, or ao's token may not see it. Check the name and the token's permissions.`,
        cause,
      );
    default:
      if (status >= 500 || status === 408 || status === 425)
        return transient(
          `AO_${code}_UNAVAILABLE`,
          `${name} failed (${status}) on ${what}. It is tried again.`,
          cause,
        );
      return rejected(`AO_${code}_REFUSED`, `${name} refused ${what}: ${words}`, cause);
  }
}

export const rateLimited =
  ({ name, code }: ForgeName) =>
  (what: string, wait: number, cause?: unknown): PluginError =>
    transient(
      `AO_${code}_RATE_LIMIT`,
      `${name}'s rate limit is reached; ${what} has to wait ${Math.ceil(wait / 1_000)} s.`,
      { retryAfter: wait, ...(cause === undefined ? {} : { cause }) },
    );

/** No answer at all: tried again only for a reason that passes; a change that may have been made is looked up first. */
export function unanswered(error: unknown, context: FailureContext): PluginError {
  if (error instanceof PluginError) return error;
  const { name, code, what, reads } = context;
  const reason = reasonOf(error);
  if (!isPassingFailure(error))
    return rejected(`AO_${code}_UNREACHABLE`, `ao could not ask ${name} about ${what}: ${reason}`, {
      cause: error,
      mendable: true,
    });
  if (reads)
    return transient(
      `AO_${code}_UNREACHABLE`,
      `${name} did not answer about ${what} (${reason}). It is tried again.`,
      { cause: error },
    );
  return transient(
    `AO_${code}_LATE`,
    `${name} did not answer about ${what} (${reason}). Whether it was done is looked up before it is tried again.`,
    { cause: error, retryAfter: SETTLED_AFTER },
  );
}

/** fetch says no more than that it failed; its cause has the reason. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause instanceof Error ? [error.cause.message] : [])].join(': ')
    : String(error);

/** The answer is not what was asked for: a page of a proxy, a part that is missing. Never taken for a fact. */
export const unreadable = (
  { name, code, what }: FailureContext,
  why: string,
  cause?: unknown,
): PluginError =>
  transient(
    `AO_${code}_ANSWER`,
    `${name}'s answer about ${what} can't be used: ${why}. It is asked again.`,
    cause === undefined ? {} : { cause },
  );

/** What a body says in words: the fields that forges use for it, flattened; plain text as it is; nothing of a page. */
export function wordsOf(body: string): string {
  const text = body.trim();
  if (text.startsWith('<')) return '';
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Plain text, as GitLab answers a limit.
  }
  return flat(value).replace(/\s+/g, ' ').trim().slice(0, MAX_SAID);
}

const TELLING = ['message', 'error_description', 'error', 'errorMessages', 'errors', 'detail'];

function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(flat).filter(Boolean).join('; ');
  if (typeof value !== 'object' || value === null) return '';
  const fields = value as Readonly<Record<string, unknown>>;
  const told = TELLING.filter((key) => key in fields).map((key) => flat(fields[key]));
  const said = [...new Set(told.filter((one) => one !== ''))];
  if (said.length > 0) return said.join('; ');
  return Object.entries(fields)
    .map(([key, one]) => `${key} ${flat(one)}`.trim())
    .join('; ');
}
