import { rejected } from '../../../src/slots/errors.ts';
import type { FailureContext } from './failure.ts';

/** One answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
  /** Most that is read of a body, bytes. `keep: 'all'`: more is an error; `'end'`: what is before its end is dropped. */
  readonly most: number;
  readonly keep: 'all' | 'end';
  /** A file that the forge keeps elsewhere: fetched there without ao's credentials. */
  readonly elsewhere: boolean;
}

const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks, and follows redirects: within the origin only, so that the token goes to nobody else; a change only where the forge says to
 * repeat it as it is.
 */
export async function exchange(asked: Exchange, context: FailureContext): Promise<Answer> {
  let { url } = asked;
  let { headers } = asked;
  for (let hop = 0; ; hop += 1) {
    const response = await fetch(url, {
      method: asked.method,
      headers,
      ...(asked.body === null ? {} : { body: asked.body }),
      redirect: 'manual',
      signal: asked.signal,
    });
    const to = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || to === null)
      return {
        status: response.status,
        headers: response.headers,
        text: await bodyOf(response, asked, context),
      };
    await response.body?.cancel();
    if (hop === MOST_REDIRECTS)
      throw rejected(
        `AO_${context.code}_REDIRECT`,
        `${context.name} sends ao round in circles about ${context.what}.`,
      );
    const next = URL.canParse(to, url.href) ? new URL(to, url) : null;
    const stays = next?.origin === asked.url.origin;
    const repeats = asked.method === 'GET' || response.status === 307 || response.status === 308;
    if (
      next === null ||
      !repeats ||
      !(stays || (asked.elsewhere && next.protocol.startsWith('http')))
    )
      throw redirected(context, url, next);
    if (!stays) headers = {};
    url = next;
  }
}

const redirected = ({ name, code, what }: FailureContext, from: URL, to: URL | null) =>
  rejected(
    `AO_${code}_REDIRECT`,
    `${name} sends ao from ${from.origin}${from.pathname} to ${to === null ? 'nowhere' : `${to.origin}${to.pathname}`} about ${what}; ao follows redirects only to the same server, and changes nothing by them. Put its address right in ao.yaml.`,
    { mendable: true },
  );

async function bodyOf(
  response: Response,
  { most, keep }: Exchange,
  { name, code, what }: FailureContext,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    size += (part as Uint8Array).byteLength;
    if (size <= most) continue;
    if (keep === 'all') {
      await response.body?.cancel().catch(() => {});
      throw rejected(
        `AO_${code}_TOO_LARGE`,
        `${name}'s answer about ${what} has more than ${Math.floor(most / 1_048_576)} MB; ao does not read it.`,
      );
    }
    while (parts.length > 1 && size - (parts[0]?.byteLength ?? 0) >= most)
      size -= parts.shift()?.byteLength ?? 0;
  }
  const all = Buffer.concat(parts);
  return (keep === 'end' ? all.subarray(Math.max(0, all.byteLength - most)) : all).toString('utf8');
}
