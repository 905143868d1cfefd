import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { isPassingFailure } from '../../../src/lib/passing-failure.ts';
import {
  authFailed,
  notFound,
  type PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';
import { addressProblem, guardedLookup, type Reach, RefusedAddress } from './address.ts';

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
  readonly reach: Reach;
  /** Characters of the answer that are read; enough for the message of an error by default. */
  readonly read?: number;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** One POST of JSON. Resolves with the answer's text when it was taken (2xx); anything else is a PluginError that says what to do. Follows no redirects. */
export async function post({ what, url, headers, body, reach, read }: Post): Promise<string> {
  const wrong = addressProblem(url, reach);
  if (wrong !== null) throw refused(what, wrong);
  const answer = await ask(
    what,
    url,
    { ...headers, 'content-type': 'application/json' },
    body,
    reach,
    read ?? SAID * 10,
  );
  const said = answer.text.slice(0, SAID).replace(/\s+/g, ' ').trim();
  if (!answer.ok) throw failureOf(what, answer, said);
  return answer.text;
}

const refused = (what: string, why: string): PluginError =>
  rejected(
    'AO_NOTIFIER_ADDRESS',
    `${what} is not asked: ${why}. Put its address right in ao.yaml.`,
  );

async function ask(
  what: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  reach: Reach,
  read: number,
): Promise<Answer> {
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    return await exchange(url, headers, body, reach, signal, read);
  } catch (cause) {
    if (cause instanceof RefusedAddress) throw refused(what, cause.message);
    if (signal.aborted)
      throw transient(
        'AO_NOTIFIER_TIMEOUT',
        `${what} did not answer within ${TIMEOUT / 1000} s. It is tried again.`,
        { cause },
      );
    const reached = `${what} could not be reached (${reasonOf(cause)})`;
    throw isPassingFailure(cause)
      ? transient('AO_NOTIFIER_UNREACHABLE', `${reached}. It is tried again.`, { cause })
      : rejected('AO_NOTIFIER_UNREACHABLE', `${reached}. Put its address right in ao.yaml.`, {
          cause,
        });
  }
}

/** Not `fetch`: the addresses that were checked have to be those that are connected to. */
async function exchange(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  reach: Reach,
  signal: AbortSignal,
  read: number,
): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.toLowerCase().startsWith('https:') ? secure : plain;
    send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: guardedLookup(reach),
      agent: false,
      signal,
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > read) break;
  }
  const status = answer.statusCode ?? 0;
  return {
    ok: status >= 200 && status < 300,
    status,
    retryAfter: answer.headers['retry-after'] ?? null,
    text,
  };
}

/** Codes say more than messages do. */
const reasonOf = (error: unknown): string => {
  const { code, message } = error as Error & { code?: string };
  return code ?? message;
};

function failureOf(what: string, answer: Answer, said: string): PluginError {
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
function retryAfter(answer: Answer): { retryAfter?: number } {
  const value = answer.retryAfter;
  if (value === null) return {};
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? { retryAfter: Math.min(Math.max(wait, 0), 3_600_000) } : {};
}
