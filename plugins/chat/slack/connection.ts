import type { App, Receiver } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import { ackWhenDone } from './ack.ts';
import { clientOptions, slackLogger } from './api.ts';
import type { SlackConfig } from './config.ts';
import { toPluginError } from './errors.ts';
import type { Identity } from './identity.ts';

/** How it stands with Slack; `refused` needs a person, `down` mends itself. */
export type ConnectionState =
  | { readonly type: 'stopped' }
  | { readonly type: 'connecting' }
  | { readonly type: 'connected'; readonly since: number }
  | { readonly type: 'down'; readonly reason: string; readonly since: number }
  | { readonly type: 'refused'; readonly reason: string; readonly since: number };

export interface Connection {
  /** Returns at once; connects and reconnects in the background until `stop`. Never throws because of Slack. */
  start(): void;
  stop(): Promise<void>;
  state(): ConnectionState;
  /** http mode: where it listens; null before. */
  port(): number | null;
}

export interface ConnectionParts {
  readonly config: SlackConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked again until it answers; the connection opens only then, so that no delivery meets a bot that does not know who it is. */
  identify(): Promise<Identity>;
  listen(app: App): void;
}

const BACKOFF = [250, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A refused token is looked at again from time to time: it may have been reactivated. */
const REFUSED_WAIT = 60_000;
const HELLO_TIMEOUT = 15_000;

export function createConnection(parts: ConnectionParts): Connection {
  const { config, clock, logger } = parts;
  let state: ConnectionState = { type: 'stopped' };
  let stopped = true;
  let wakeUp: () => void = () => {};
  let close: () => Promise<void> = async () => {};
  let running: Promise<void> = Promise.resolve();
  let port: number | null = null;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = clock.after(ms, resolve);
      wakeUp = () => {
        timer.cancel();
        resolve();
      };
    });

  const failed = (error: unknown): void => {
    const { kind, message } =
      error instanceof PluginError ? error : toPluginError('apps.connections.open', error);
    const type = kind === 'auth' ? 'refused' : 'down';
    if (state.type !== type || state.reason !== message) {
      logger.error({ code: 'AO_SLACK_CONNECTION' }, message);
      state = { type, reason: message, since: clock.now() };
    }
  };

  const run = async (): Promise<void> => {
    // Bolt is loaded only when it is needed: the command line reads the configuration of every plugin.
    const bolt = await import('@slack/bolt');
    const open = config.mode === 'socket' ? openSocket(parts, bolt) : openHttp(parts, bolt);
    close = open.close;
    let failures = 0;
    while (!stopped) {
      try {
        await parts.identify();
        if (stopped) return;
        const { ended } = await open.connect();
        port = open.port();
        state = { type: 'connected', since: clock.now() };
        failures = 0;
        await ended;
        if (!stopped) state = { type: 'connecting' };
      } catch (error) {
        if (stopped) return;
        failed(error);
        failures += 1;
        await pause(
          state.type === 'refused'
            ? REFUSED_WAIT
            : (BACKOFF[Math.min(failures, BACKOFF.length) - 1] ?? REFUSED_WAIT),
        );
      }
    }
  };

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      state = { type: 'connecting' };
      running = run();
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      wakeUp();
      await close();
      await running;
      await close();
      state = { type: 'stopped' };
    },
    state: () => state,
    port: () => port,
  };
}

type Bolt = Pick<typeof import('@slack/bolt'), 'App' | 'HTTPReceiver' | 'SocketModeReceiver'>;

interface Opened {
  /** Resolves when deliveries come in, with a promise that resolves when they don't any more. */
  connect(): Promise<{ readonly ended: Promise<void> }>;
  close(): Promise<void>;
  port(): number | null;
}

/** The receiver's own reconnecting waits 5 s and gives up on some errors: here every drop is taken up at once and for ever. */
function openSocket({ config, clock, logger, listen }: ConnectionParts, bolt: Bolt): Opened {
  const receiver = new bolt.SocketModeReceiver({
    appToken: config.appToken ?? '',
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(config.apiUrl, logger, config.timeoutMs) },
    logger: slackLogger(logger),
  });
  listen(makeApp(bolt, receiver, config, clock, logger));
  const { client } = receiver;
  let over: () => void = () => {};
  client.on('disconnected', () => over());
  return {
    async connect() {
      const ended = new Promise<void>((resolve) => {
        over = resolve;
      });
      const started = client.start();
      started.catch(() => {});
      await withTimeout(
        Promise.race([
          started,
          ended.then(() =>
            Promise.reject(new Error('Slack closed the connection before it said hello')),
          ),
        ]),
        clock,
      );
      return { ended };
    },
    async close() {
      over();
      // Without a socket the client would wait for a close that never comes.
      await withTimeout(client.disconnect(), clock, 2_000).catch(() => {});
    },
    port: () => null,
  };
}

function openHttp({ config, clock, logger, listen }: ConnectionParts, bolt: Bolt): Opened {
  const receiver = new bolt.HTTPReceiver({
    signingSecret: config.signingSecret ?? '',
    logger: slackLogger(logger),
    processBeforeResponse: false,
  });
  listen(makeApp(bolt, receiver, config, clock, logger));
  let over: () => void = () => {};
  let port: number | null = null;
  return {
    async connect() {
      const server = await receiver.start({ port: config.port, host: config.host });
      const address = server.address();
      port = typeof address === 'object' && address !== null ? address.port : null;
      const ended = new Promise<void>((resolve) => {
        over = resolve;
      });
      return { ended };
    },
    async close() {
      over();
      const listening = port !== null;
      port = null;
      if (listening) await receiver.stop();
    },
    port: () => port,
  };
}

function makeApp(
  bolt: Bolt,
  receiver: Receiver,
  config: SlackConfig,
  clock: Clock,
  logger: Logger,
): App {
  const durable: Receiver = {
    init: (app) => receiver.init(ackWhenDone(app, clock, logger) as App),
    start: (...args) => receiver.start(...args),
    stop: (...args) => receiver.stop(...args),
  };
  // Every delivery is of the one workspace the token is for; the token itself is checked by `identify`.
  const authorize = async (): Promise<{ botToken: string }> => ({ botToken: config.botToken });
  return new bolt.App({
    receiver: durable,
    authorize,
    clientOptions: clientOptions(config.apiUrl, logger, config.timeoutMs),
    logger: slackLogger(logger),
    convoStore: false,
    ignoreSelf: false,
  });
}

function withTimeout<T>(done: Promise<T>, clock: Clock, ms = HELLO_TIMEOUT): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new Error(`Slack said nothing for ${ms / 1000} s`)));
    done.then(resolve, reject).finally(() => timer.cancel());
  });
}
