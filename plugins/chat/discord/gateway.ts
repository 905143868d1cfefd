import {
  Client,
  Events,
  GatewayCloseCodes,
  type GatewayDispatchPayload,
  GatewayIntentBits,
  Options,
  Routes,
} from 'discord.js';
import type { Clock } from '../../../src/lib/clock.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { KeyValue, Logger } from '../../../src/slots/plugin.ts';
import type { Api } from './api.ts';
import type { DiscordConfig } from './config.ts';
import { createIdentifyBudget, type IdentifyBudget } from './identify-budget.ts';

const BACKOFF = [1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;
/** How long stopping waits for a login under way, ms. */
const HANDSHAKE = 5_000;
/** Left over for restarts by hand. */
const RESERVE = 10;

export interface Gateway {
  start(): void;
  stop(): Promise<void>;
  /** `final`: nothing will be tried again before a restart. */
  state():
    | { readonly type: 'connecting' | 'ready' }
    | { readonly type: 'down'; readonly why: string; readonly final: boolean };
}

export interface GatewayParts {
  readonly config: DiscordConfig;
  readonly api: Api;
  readonly kv: KeyValue;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether Discord lets this bot read messages, from the application's flags. */
  readonly mayReadMessages: () => Promise<boolean>;
  /** Discord is there, for the first time or again. */
  readonly connected: () => void;
  readonly received: (packet: GatewayDispatchPayload) => void;
}

/** Closed for good: trying again would burn the identify budget and change nothing. */
const FINAL: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]:
    'Discord does not take the token. Reset it in the Developer Portal (Bot > Reset Token) and put the new one into .env.',
  [GatewayCloseCodes.DisallowedIntents]:
    'Discord refuses the intents. Turn on MESSAGE CONTENT INTENT in the Developer Portal (Bot > Privileged Gateway Intents) and restart ao.',
  [GatewayCloseCodes.InvalidIntents]: 'Discord does not know the intents ao asks for. Update ao.',
  [GatewayCloseCodes.ShardingRequired]:
    'The bot is in too many servers for one connection. Give ao its own application.',
};

/** Keeps one connection to Discord: discord.js resumes and reconnects, this loop logs in with a back-off of its own. */
export function createGateway(parts: GatewayParts): Gateway {
  const { clock, logger } = parts;
  const budget = createIdentifyBudget(parts.kv, clock);
  let client: Client | null = null;
  let timer: { cancel(): void } | null = null;
  let state: ReturnType<Gateway['state']> = { type: 'connecting' };
  let failures = 0;
  let attempt: Promise<void> = Promise.resolve();
  let stopped = true;

  const down = (why: string, final: boolean): void => {
    if (state.type !== 'down' || state.why !== why)
      logger[final ? 'error' : 'warn']({ final }, `Discord: ${why}`);
    state = { type: 'down', why, final };
  };

  const later = (wait: number): void => {
    if (!stopped) {
      timer = clock.after(wait, () => {
        attempt = connect();
      });
    }
  };

  const retry = (why: string, wait?: number): void => {
    down(why, false);
    failures += 1;
    later(wait ?? BACKOFF[Math.min(failures, BACKOFF.length) - 1] ?? 300_000);
  };

  /** Nothing is sent to Discord meanwhile, so that its own limit is never reached. */
  const rest = (wait: number): void => {
    down(
      `ao logged in too often within an hour and waits ${Math.ceil(wait / 60_000)} min, so that Discord does not reset its token.`,
      false,
    );
    later(wait);
  };

  const exhausted = async (made: Client, wait: number): Promise<void> => {
    if (client !== made) return;
    client = null;
    rest(wait);
    await made.destroy().catch(() => undefined);
  };

  const connect = async (): Promise<void> => {
    const wait = budget.wait();
    if (wait > 0) return rest(wait);
    try {
      const { session_start_limit: limit } = await parts.api.get<{
        session_start_limit: { remaining: number; reset_after: number };
      }>(Routes.gatewayBot());
      if (limit.remaining <= RESERVE)
        return retry(
          `Discord allows only ${limit.remaining} more logins for now; ao waits for new ones.`,
          limit.reset_after,
        );
      const readable = await parts.mayReadMessages();
      if (stopped) return;
      await login(readable);
    } catch (error) {
      if (stopped) return;
      if (error instanceof PluginError && error.kind === 'auth') return down(error.message, true);
      retry(error instanceof Error ? error.message : String(error));
    }
  };

  const login = async (readable: boolean): Promise<void> => {
    const made = newClient(
      parts.config,
      readable,
      budget.throttler((wait) => void exhausted(made, wait)),
    );
    client = made;
    let closed: number | null = null;
    const unread = (error: unknown): void =>
      logger.warn({ err: error }, 'What Discord sent could not be read; it is left out.');
    dropUnreadable(made, unread);
    made.on(Events.Raw, (packet: GatewayDispatchPayload) =>
      guarded(() => parts.received(packet), unread),
    );
    made.on(Events.ShardReady, up).on(Events.ShardResume, up);
    made.on(
      Events.ShardReconnecting,
      () =>
        void (
          stopped ||
          client !== made ||
          down('the connection is lost and is being made again.', false)
        ),
    );
    made.on(Events.Error, (error) => logger.warn({}, `Discord: ${error.message}`));
    made.on(Events.ShardError, (error) => logger.warn({}, `Discord connection: ${error.message}`));
    made.on(Events.ShardDisconnect, ({ code }) => {
      closed = code;
      const final = FINAL[code];
      if (final !== undefined) down(final, true);
      else if (!stopped && client === made) retry(`the connection was closed (${code}).`);
    });
    try {
      await made.login(parts.config.token);
    } catch (error) {
      await made.destroy().catch(() => undefined);
      if (closed === null && !stopped) throw error;
    }
  };

  const up = (): void => {
    failures = 0;
    if (state.type !== 'ready') logger.info({}, 'Discord: connected');
    state = { type: 'ready' };
    parts.connected();
  };

  return {
    start() {
      stopped = false;
      attempt = connect();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      // A socket that is closed in the middle of its handshake throws where nobody can catch it.
      await Promise.race([
        attempt,
        new Promise((resolve) => setTimeout(resolve, HANDSHAKE).unref()),
      ]);
      await client?.destroy();
      client = null;
    },
    state: () => state,
  };
}

function guarded<T>(work: () => T, failed: (error: unknown) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** discord.js reads packets in a listener that nobody waits for: one of another shape than it expects would end the whole process. */
function dropUnreadable({ ws }: Client, failed: (error: unknown) => void): void {
  const manager = ws as unknown as { handlePacket(...args: unknown[]): unknown };
  const handle = manager.handlePacket.bind(manager);
  manager.handlePacket = (...args) => guarded(() => handle(...args), failed);
}

/** Only the connection is used of the client, and its own records of channels; messages are not kept. */
function newClient(
  config: DiscordConfig,
  readable: boolean,
  throttler: ReturnType<IdentifyBudget['throttler']>,
): Client {
  const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
  return new Client({
    intents: [Guilds, GuildMessages, ...(readable ? [MessageContent] : [])],
    rest: { api: config.apiUrl.replace(/\/$/, '') },
    allowedMentions: { parse: [] },
    enforceNonce: true,
    waitGuildTimeout: 2_000,
    ws: { buildIdentifyThrottler: throttler },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      GuildMemberManager: {
        maxSize: 10,
        keepOverLimit: (member) => member.id === member.client.user.id,
      },
    }),
  });
}
