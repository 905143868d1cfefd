import {
  authFailed,
  notFound,
  type PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';

/** Less than the 10 s a notifier has, ms. */
const TIMEOUT = 8_000;
/** What is read of an answer, for the message of an error. */
const SAID = 300;

export interface Post {
  /** As it fits into a sentence: `ntfy at https://ntfy.sh`. Never the address of a secret webhook. */
  readonly what: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One POST of JSON. Resolves when it was taken (2xx); anything else is a PluginError that says what to do. Follows no redirects. */
export async function post({ what, url, headers, body }: Post): Promise<void> {
  const answer = await ask(what, url, { ...headers, 'content-type': 'application/json' }, body);
  const said = (await answer.text().catch(() => '')).slice(0, SAID).replace(/\s+/g, ' ').trim();
  if (!answer.ok) throw failureOf(what, answer, said);
}

async function ask(
  what: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'TimeoutError')
      throw transient(
        'AO_NOTIFIER_TIMEOUT',
        `${what} did not answer within ${TIMEOUT / 1000} s. It is tried again.`,
        { cause },
      );
    throw transient(
      'AO_NOTIFIER_UNREACHABLE',
      `${what} could not be reached (${reasonOf(cause)}). It is tried again.`,
      { cause },
    );
  }
}

/** What fetch says itself is only that it failed. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

function failureOf(what: string, answer: Response, said: string): PluginError {
  const told = `${what} answered ${answer.status}${said === '' ? '' : `: ${said}`}`;
  if (answer.status === 429 || answer.status === 408 || answer.status >= 500)
    return transient('AO_NOTIFIER_BUSY', `${told}. It is tried again.`, retryAfter(answer));
  if (answer.status === 401 || answer.status === 403)
    return authFailed('AO_NOTIFIER_UNAUTHORIZED', `${told}. Put its credentials right in ao.yaml.`);
  if (answer.status === 404 || answer.status === 410)
    return notFound('AO_NOTIFIER_GONE', `${told}. Put its address right in ao.yaml.`);
  return rejected('AO_NOTIFIER_REFUSED', `${told}. Put its part of ao.yaml right.`);
}

/** `Retry-After` in seconds or as a date. */
function retryAfter(answer: Response): { retryAfter?: number } {
  const value = answer.headers.get('retry-after');
  if (value === null) return {};
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? { retryAfter: Math.min(Math.max(wait, 0), 3_600_000) } : {};
}
