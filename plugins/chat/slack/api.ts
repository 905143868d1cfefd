import type { webApi } from '@slack/bolt';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { PluginError, transient } from '../../../src/slots/errors.ts';
import type { Method } from './calls.ts';
import { toPluginError } from './errors.ts';
import { createPace } from './pace.ts';

/** A client of its own for each, so that a full queue of one never makes another wait. */
export type Concern = 'post' | 'edit' | 'react' | 'answer' | 'read' | 'file' | 'status';

export interface SlackApi {
  /** Calls once. Throws PluginError; a rate limit is remembered for this method and channel, and asked for again only when it is over. */
  call(
    concern: Concern,
    method: Method,
    args: Readonly<Record<string, unknown>>,
  ): Promise<SlackResult>;
  /** For answers that no outbox repeats: waits out rate limits and short outages, at most about a minute. */
  callPatiently(
    concern: Concern,
    method: Method,
    args: Readonly<Record<string, unknown>>,
  ): Promise<SlackResult>;
  upload(
    where: { channel: string; thread: string | null },
    files: ReadonlyArray<{
      readonly name: string;
      readonly content: string | Uint8Array;
      readonly alt?: string;
    }>,
  ): Promise<void>;
  /** What still has to be waited out, for doctor. */
  limits(): ReadonlyArray<{ readonly what: string; readonly until: number }>;
}

export interface SlackResult {
  readonly [key: string]: unknown;
}

export interface ApiParts {
  readonly token: string;
  readonly apiUrl: string;
  /** Longest wait for one answer, ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const UPLOAD_TIMEOUT = 120_000;
const TRIES = 6;
const LONGEST_WAIT = 30_000;
/** Longest wait for a turn inside a call, ms. */
const PATIENCE = 1_100;

/** No retries and no pauses inside the client: those are the outbox's, which knows what else has to go out. */
export const clientOptions = (
  apiUrl: string,
  logger: Logger,
  timeout: number,
): webApi.WebClientOptions => ({
  slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
  rejectRateLimitedCalls: true,
  retryConfig: { retries: 0 },
  timeout,
  allowAbsoluteUrls: false,
  logger: slackLogger(logger),
});

export function createApi({ token, apiUrl, timeoutMs, clock, logger }: ApiParts): SlackApi {
  const clients = new Map<Concern, webApi.WebClient>();
  const limited = new Map<string, { readonly until: number; readonly from: number }>();
  const pace = createPace(clock);

  /** The SDK is loaded only when Slack is used: the command line reads the configuration of every plugin. */
  const clientOf = async (concern: Concern): Promise<webApi.WebClient> => {
    const sdk = await import('@slack/bolt');
    const known = clients.get(concern);
    if (known !== undefined) return known;
    // An upload address is absolute and comes from Slack itself.
    const options =
      concern === 'file'
        ? { ...clientOptions(apiUrl, logger, UPLOAD_TIMEOUT), allowAbsoluteUrls: true }
        : clientOptions(apiUrl, logger, timeoutMs);
    const made = new sdk.webApi.WebClient(token, options);
    clients.set(concern, made);
    return made;
  };

  const guarded = async <T>(
    method: string,
    channel: unknown,
    run: () => Promise<T>,
  ): Promise<T> => {
    const gate = typeof channel === 'string' ? `${method} ${channel}` : method;
    const now = clock.now();
    const { from, until } = limited.get(gate) ?? { from: now, until: 0 };
    // Before it was said: the clock was set back, and how much of it is left is not known.
    if (until > now && from <= now)
      throw transient('AO_SLACK_RATE', `Slack asked to wait before the next ${method}.`, {
        retryAfter: until - now,
      });
    limited.delete(gate);
    try {
      return await run();
    } catch (error) {
      const told = toPluginError(method, error);
      if (told.code === 'AO_SLACK_RATE' && told.retryAfter !== null) {
        limited.set(gate, { from: clock.now(), until: clock.now() + told.retryAfter });
      }
      throw told;
    }
  };

  /** Short turns are waited for here; longer ones are given back, so that nothing else is held up meanwhile. */
  const inTurn = async (method: string, args: Readonly<Record<string, unknown>>): Promise<void> => {
    const channel = typeof args.channel === 'string' ? args.channel : null;
    const wait = pace.turn(method, channel, keyOf(args), PATIENCE);
    if (wait > PATIENCE)
      throw transient('AO_SLACK_RATE', `${method} waits for its turn, as Slack wants it.`, {
        retryAfter: wait,
      });
    if (wait > 0) await pause(clock, wait);
  };

  const call: SlackApi['call'] = async (concern, method, args) => {
    await inTurn(method, args);
    return guarded(
      method,
      args.channel ?? args.channel_id,
      () =>
        clientOf(concern).then((client) =>
          client.apiCall(method, args),
        ) as Promise<unknown> as Promise<SlackResult>,
    );
  };

  return {
    call,
    async callPatiently(concern, method, args) {
      for (let tried = 1; ; tried += 1) {
        try {
          return await call(concern, method, args);
        } catch (error) {
          if (!(error instanceof PluginError) || error.kind !== 'transient' || tried === TRIES)
            throw error;
          const wait = error.retryAfter ?? 500 * 2 ** tried;
          if (wait > LONGEST_WAIT) throw error;
          await pause(clock, wait);
        }
      }
    },
    async upload({ channel, thread }, files) {
      await guarded('files.completeUploadExternal', channel, async () => {
        const uploads = files.map(({ name, content, alt }) => ({
          file: Buffer.from(content),
          filename: name,
          title: name,
          ...(alt === undefined ? {} : { alt_text: alt }),
        }));
        const where =
          thread === null ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
        await (await clientOf('file')).filesUploadV2({ ...where, file_uploads: uploads });
      });
    },
    limits: () =>
      [...limited]
        .map(([what, { until }]) => ({ what, until }))
        .filter(({ until }) => until > clock.now()),
  };
}

/** What a post is known by, also when it is tried again. */
const keyOf = ({ metadata }: Readonly<Record<string, unknown>>): string | null =>
  (metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key ?? null;

/** The SDK's own log lines; its debug level would write whole requests. */
export function slackLogger(logger: Logger): NonNullable<webApi.WebClientOptions['logger']> {
  const words = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug() {},
    info: (...parts) => logger.debug({ slack: true }, words(parts)),
    warn: (...parts) => logger.warn({ slack: true }, words(parts)),
    error: (...parts) => logger.warn({ slack: true }, words(parts)),
    setLevel() {},
    getLevel: () => 'info' as webApi.LogLevel,
    setName() {},
  };
}
