import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { isPassingFailure } from '../../../src/lib/passing-failure.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import { type Answer, exchange } from './exchange.ts';
import {
  type FailureContext,
  type ForgeName,
  fromStatus,
  Refusal,
  rateLimited,
  unanswered,
  unreadable,
  wordsOf,
} from './failure.ts';
import { createGovernor, type Governor, type Limit, type Purpose } from './governor.ts';

/** How one forge is asked. */
export interface Forge extends ForgeName {
  /** Every path is put behind it; nothing else gets the credentials. */
  readonly base: string;
  readonly timeoutMs: number;
  /** Credentials and what else each call takes. */
  readonly headers: () =>
    | Promise<Readonly<Record<string, string>>>
    | Readonly<Record<string, string>>;
  /** Whose limits these are: calls with the same secret share a governor. */
  readonly secret: string;
  /** Names of the limits that polling goes by. */
  readonly paced: readonly string[];
  /** What the headers of an answer tell of limits. */
  readonly limits: (headers: Headers, now: number) => Readonly<Record<string, Limit>>;
  /** Milliseconds to wait where an answer refuses because of a limit; null: it doesn't. */
  readonly refusal: (answer: Answer, now: number) => number | null;
  /** Points an answer cost; 1 where the forge counts calls. */
  readonly cost?: (answer: Answer) => number;
}

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Call {
  readonly purpose: Purpose;
  /** As it fits into a sentence. */
  readonly what: string;
  /** Below the base, with a leading slash; parts that come from outside are encoded by the caller. */
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A POST that changes nothing (a question in a query language). */
  readonly reads?: boolean;
}

export interface ForgeHttp {
  readonly governor: Governor;
  /** Sends; a status that isn't good is thrown as PluginError with a `Refusal` behind it. */
  send(call: Call): Promise<Answer>;
  json<T>(call: Call, schema: z.ZodType<T>): Promise<T>;
  /** Text of at most 4 MB: of more, the end. Redirects to where the forge keeps files are followed without credentials. */
  text(call: Call): Promise<string>;
  /** A GET with the ETag of its last answer. */
  conditional<T>(
    call: Call,
    schema: z.ZodType<T>,
  ): Promise<{ readonly changed: boolean; readonly data: T }>;
  /** Pages by `Link`, at most `most`. `whole`: there were no more. */
  pages<T>(
    call: Call,
    item: z.ZodType<T>,
    most: number,
  ): Promise<{ readonly items: readonly T[]; readonly whole: boolean }>;
}

const MOST_JSON = 32 * 1_048_576;
const MOST_TEXT = 4 * 1_048_576;
const MAX_ETAGS = 500;

export function createForgeHttp(
  forge: Forge,
  context: Pick<PluginContext, 'clock' | 'shared'>,
): ForgeHttp {
  const { clock } = context;
  const limited = rateLimited(forge);
  const account = createHash('sha256').update(forge.secret).digest('hex');
  const governor = context.shared(`${forge.code} ${forge.base} ${account}`, () =>
    createGovernor({ clock, paced: forge.paced, limited }),
  );
  const etags = new Map<string, { readonly etag: string; readonly data: unknown }>();

  const send = (call: Call, more: Partial<Asked> = {}): Promise<Answer> =>
    ask({ forge, governor, clock }, call, {
      most: MOST_JSON,
      keep: 'all',
      elsewhere: false,
      ...more,
    });
  const failure = (call: Call): FailureContext => ({
    ...forge,
    what: call.what,
    reads: isRead(call),
  });
  const parsed = <T>(call: Call, text: string, schema: z.ZodType<T>): T =>
    parse(text, schema, failure(call));

  return {
    governor,
    send: (call) => send(call),
    json: async (call, schema) => parsed(call, (await send(call)).text, schema),
    text: async (call) =>
      (await send(call, { most: MOST_TEXT, keep: 'end', elsewhere: true })).text,
    async conditional<T>(call: Call, schema: z.ZodType<T>) {
      const key = urlOf(forge, call).href;
      const known = etags.get(key);
      const condition = known === undefined ? {} : { 'if-none-match': known.etag };
      const answer = await send({ ...call, headers: { ...call.headers, ...condition } });
      if (answer.status === 304 && known !== undefined)
        return { changed: false, data: known.data as T };
      const data = parsed(call, answer.text, schema);
      etags.delete(key);
      const etag = answer.headers.get('etag');
      if (etag !== null) etags.set(key, { etag, data });
      if (etags.size > MAX_ETAGS) etags.delete(etags.keys().next().value ?? '');
      return { changed: true, data };
    },
    async pages<T>(call: Call, item: z.ZodType<T>, most: number) {
      const items: T[] = [];
      let query: Query | null = call.query ?? {};
      for (let page = 0; page < most && query !== null; page += 1) {
        const at: Call = { ...call, query };
        const answer = await send(at);
        items.push(...parsed(at, answer.text, z.array(item)));
        query = nextQuery(answer.headers.get('link'));
      }
      return { items, whole: query === null };
    },
  };
}

interface Asked {
  readonly most: number;
  readonly keep: 'all' | 'end';
  readonly elsewhere: boolean;
}

const isRead = (call: Call): boolean => (call.method ?? 'GET') === 'GET' || call.reads === true;

async function ask(
  at: { readonly forge: Forge; readonly governor: Governor; readonly clock: Clock },
  call: Call,
  asked: Asked,
): Promise<Answer> {
  const { forge, governor, clock } = at;
  const context: FailureContext = { ...forge, what: call.what, reads: isRead(call) };
  governor.admit(forge.paced[0] ?? 'calls', call.purpose, call.what);
  const answer = await attempt(forge, call, asked, context);
  const now = clock.now();
  const limits = forge.limits(answer.headers, now);
  governor.answered(call.purpose, {
    status: answer.status,
    limits,
    cost: forge.cost?.(answer) ?? 1,
  });
  const wait = forge.refusal(answer, now);
  const refusal = new Refusal(answer.status, wordsOf(answer.text));
  if (wait !== null) {
    governor.refused('all', wait);
    throw rateLimited(forge)(call.what, wait, refusal);
  }
  if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) return answer;
  throw fromStatus(refusal, context);
}

/** A question whose connection broke is asked once more; what changes the world never is: its caller looks first. */
async function attempt(
  forge: Forge,
  call: Call,
  asked: Asked,
  context: FailureContext,
): Promise<Answer> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'ao',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(await forge.headers()),
    ...call.headers,
  };
  const once = (): Promise<Answer> =>
    exchange(
      {
        url: urlOf(forge, call),
        method: call.method ?? 'GET',
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.timeout(forge.timeoutMs),
        ...asked,
      },
      context,
    );
  try {
    return await once();
  } catch (error) {
    const again = context.reads && !(error instanceof PluginError) && isBroken(error);
    if (!again) throw unanswered(error, context);
    return once().catch((second: unknown) => {
      throw unanswered(second, context);
    });
  }
}

/** The connection broke; a time that ran out is not spent a second time. */
const isBroken = (error: unknown): boolean =>
  isPassingFailure(error) && (error as Error).name !== 'TimeoutError';

function urlOf(forge: Forge, { path, query = {} }: Call): URL {
  const url = new URL(`${forge.base.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      if (one !== undefined) url.searchParams.append(name, String(one));
  return url;
}

/** Of the next page only what it asks is taken: behind a proxy the link may name another server, or one that wants the token. */
export function nextQuery(link: string | null): Query | null {
  const address = /<([^>]*)>\s*;[^<]*?\brel="?next\b/i.exec(link ?? '')?.[1];
  if (address === undefined || !URL.canParse(address, 'http://base.invalid')) return null;
  const { searchParams } = new URL(address, 'http://base.invalid');
  return Object.fromEntries([...searchParams.keys()].map((key) => [key, searchParams.getAll(key)]));
}

function parse<T>(text: string, schema: z.ZodType<T>, context: FailureContext): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const page = text.trimStart().startsWith('<');
    throw unreadable(context, page ? 'it is a page, no data' : 'it is no JSON', cause);
  }
  return readAs(value, schema, context);
}

/** A part that is missing or of another kind makes the whole answer unusable. */
export function readAs<T>(value: unknown, schema: z.ZodType<T>, context: FailureContext): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw unreadable(context, `${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`, read.error);
}
