import { GraphqlResponseError } from '@octokit/graphql';
import { isLastingFailure, isPassingFailure } from '../../../src/lib/passing-failure.ts';
import { authFailed, PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import { forbidden, missing } from './forbidden.ts';

/** The part of Octokit's RequestError that counts. Several copies of the class may be loaded, so its shape is looked at. */
export interface RequestError extends Error {
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data: unknown;
  };
}

const SECONDARY = /secondary rate limit|abuse detection/i;
/** GitHub asks for at least a minute after a secondary limit that names no time. */
const SECONDARY_WAIT = 60_000;

export interface FailureContext {
  /** What was asked for, as it fits into a sentence: `pull request #7 of acme/app`. */
  readonly what: string;
  readonly now: number;
}

/** Any failure of a call, told as what it means for us. Never a statement about the pull request itself. */
export function toPluginError(error: unknown, context: FailureContext): PluginError {
  if (error instanceof PluginError) return error;
  if (error instanceof GraphqlResponseError) return fromGraphql(error, context);
  if (isRequestError(error)) return fromStatus(error, context);
  return unanswered(error, context);
}

/** No answer of GitHub's: tried again only for a reason that passes. */
function unanswered(error: unknown, { what }: FailureContext): PluginError {
  const reason = reasonOf(error);
  return isPassingFailure(error)
    ? transient(
        'AO_GITHUB_UNREACHABLE',
        `GitHub did not answer about ${what} (${reason}). It is tried again.`,
        { cause: error },
      )
    : rejected('AO_GITHUB_UNREACHABLE', `ao could not ask GitHub about ${what}: ${reason}`, {
        cause: error,
        mendable: true,
      });
}

/** fetch says no more than that it failed; its cause has the reason. */
const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause instanceof Error ? [error.cause.message] : [])].join(': ')
    : String(error);

/** What GitHub began and did not answer in time may still come about; after this long it is there, or it never will be. ms */
const SETTLED_AFTER = 60_000;

/** A write that was not answered in time: whoever tries it again looks first, and not too soon. */
export const lateAnswer = (what: string, cause: unknown): PluginError =>
  transient(
    'AO_GITHUB_LATE',
    `GitHub did not answer in time about ${what}. Whether it was done is looked up before it is tried again.`,
    {
      cause,
      retryAfter: SETTLED_AFTER,
    },
  );

export const isRequestError = (error: unknown): error is RequestError =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';

export const statusOf = (error: unknown): number | null =>
  isRequestError(error) ? error.status : null;

function fromStatus(error: RequestError, context: FailureContext): PluginError {
  const wait = rateLimitWait(error, context.now);
  if (wait !== null) return rateLimited(context.what, wait, error);
  const said = messageOf(error);
  switch (error.status) {
    case 401:
      return authFailed(
        'AO_GITHUB_UNAUTHORIZED',
        `GitHub refused ao's credentials while it asked about ${context.what}: ${said}. Give it a valid token, or run: gh auth login`,
        { cause: error },
      );
    case 403:
      return forbidden(context.what, said, error);
    case 404:
    case 410:
    case 451:
      return missing(context.what, said, error);
    case 409:
    case 422:
    case 405:
      return rejected('AO_GITHUB_REFUSED', `GitHub refused ${context.what}: ${said}`, {
        cause: error,
      });
    default:
      // Octokit reports a broken connection as status 500 too, with its cause.
      if (isLastingFailure(error)) return unanswered(error, context);
      if (error.status >= 500 || error.status === 408)
        return transient(
          'AO_GITHUB_UNAVAILABLE',
          `GitHub failed (${error.status}) on ${context.what}. It is tried again.`,
          { cause: error },
        );
      return rejected(
        'AO_GITHUB_REFUSED',
        `GitHub answered ${error.status} to ${context.what}: ${said}`,
        { cause: error },
      );
  }
}

function fromGraphql(error: GraphqlResponseError<unknown>, context: FailureContext): PluginError {
  const errors = error.errors ?? [];
  const types = new Set<string>(errors.map((one) => (one as { type?: string }).type ?? ''));
  const said = errors.map((one) => one.message).join('; ') || error.message;
  if (types.has('RATE_LIMITED') || SECONDARY.test(said)) {
    const reset = Number(error.headers['x-ratelimit-reset']) * 1_000;
    return rateLimited(
      context.what,
      SECONDARY.test(said) ? SECONDARY_WAIT : untilReset(reset, context.now),
      error,
    );
  }
  if (types.has('NOT_FOUND')) return missing(context.what, '', error);
  if (types.has('FORBIDDEN') || types.has('INSUFFICIENT_SCOPES'))
    return forbidden(context.what, said, error);
  if (types.has('UNPROCESSABLE') || types.has('STALE_DATA'))
    return rejected('AO_GITHUB_REFUSED', `GitHub refused ${context.what}: ${said}`, {
      cause: error,
    });
  if (types.has('') && !PASSING_ANSWER.test(said))
    return rejected('AO_GITHUB_REFUSED', `GitHub refused ${context.what}: ${said}`, {
      cause: error,
    });
  return transient(
    'AO_GITHUB_UNAVAILABLE',
    `GitHub could not answer about ${context.what}: ${said}. It is tried again.`,
    { cause: error },
  );
}

/** GitHub's own words for a failure that passes. */
const PASSING_ANSWER =
  /something went wrong|timed? ?out|timeout|temporar|try again|internal|unavailable|overload|too many|loading/i;

export const rateLimited = (what: string, wait: number, cause?: unknown): PluginError =>
  transient(
    'AO_GITHUB_RATE_LIMIT',
    `GitHub's rate limit is reached; ${what} has to wait ${Math.ceil(wait / 1_000)} s.`,
    {
      retryAfter: wait,
      ...(cause === undefined ? {} : { cause }),
    },
  );

/** Milliseconds to wait when the answer is a rate limit, primary or secondary; null when it is something else. */
export function rateLimitWait(error: RequestError, now: number): number | null {
  if (error.status !== 403 && error.status !== 429) return null;
  const headers = error.response?.headers ?? {};
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return after * 1_000;
  if (headers['x-ratelimit-remaining'] === '0')
    return untilReset(Number(headers['x-ratelimit-reset']) * 1_000, now);
  if (error.status === 429 || SECONDARY.test(error.message)) return SECONDARY_WAIT;
  return null;
}

const untilReset = (reset: number, now: number): number =>
  Number.isFinite(reset) && reset > 0 ? Math.max(1_000, reset - now) : SECONDARY_WAIT;

/** What GitHub says, without the link to its documentation; the parts of a 422 too. */
export function messageOf(error: RequestError): string {
  const data = error.response?.data as { message?: unknown; errors?: unknown } | undefined;
  const message =
    typeof data?.message === 'string' ? data.message : error.message.replace(/ - https?:\S+$/, '');
  const parts = Array.isArray(data?.errors)
    ? data.errors
        .map((one) =>
          typeof one === 'string' ? one : String((one as { message?: unknown })?.message ?? ''),
        )
        .filter((one) => one !== '')
    : [];
  return parts.length === 0 ? message : `${message} (${parts.join('; ')})`;
}
