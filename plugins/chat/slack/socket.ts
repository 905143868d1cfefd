import type { App, ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { clientOptions, slackLogger } from './api.ts';
import type { SlackConfig } from './config.ts';

type Bolt = Pick<typeof import('@slack/bolt'), 'SocketModeReceiver'>;

export interface Opened {
  /** Resolves when deliveries come in, with a promise that resolves when they don't any more. */
  connect(): Promise<{ readonly ended: Promise<void> }>;
  close(): Promise<void>;
  port(): number | null;
}

export interface OpenParts {
  readonly config: SlackConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly receive: (event: ReceiverEvent) => Promise<void>;
}

const HELLO_TIMEOUT = 15_000;
/** What is still to be acknowledged on a connection that another one took over from has this long, ms. */
const OVERLAP = 3_000;

/** One connection. */
interface Leg {
  readonly hello: Promise<void>;
  readonly over: Promise<void>;
  close(): Promise<void>;
}

/**
 * Socket Mode. The receiver's own reconnecting waits 5 s and gives up on some errors: here every drop is taken up at once and
 * for ever. Slack asks for a new connection about once an hour: the new one is opened before the old one is given up.
 */
export function openSocket(parts: OpenParts, bolt: Bolt): Opened {
  const { clock, logger } = parts;
  const legs = new Set<Leg>();

  const leg = (refresh: () => void): Leg => {
    const receiver = new bolt.SocketModeReceiver({
      appToken: parts.config.appToken ?? '',
      autoReconnectEnabled: false,
      installerOptions: {
        clientOptions: clientOptions(parts.config.apiUrl, logger, parts.config.timeoutMs),
      },
      logger: slackLogger(logger),
    });
    receiver.init({ processEvent: parts.receive } as unknown as App);
    const { client } = receiver;
    const [read] = client.listeners('ws_message');
    client.removeAllListeners('ws_message');
    client.on('ws_message', (data: unknown, isBinary: boolean) => {
      // The client would close the connection at once, and nothing would be received until there is a new one.
      if (isDisconnect(data)) refresh();
      else (read as ((data: unknown, isBinary: boolean) => void) | undefined)?.(data, isBinary);
    });
    const over = new Promise<void>((resolve) => void client.on('disconnected', () => resolve()));
    const started = client.start();
    started.catch(() => {});
    const closed = over.then(() =>
      Promise.reject(new Error('Slack closed the connection before it said hello')),
    );
    closed.catch(() => {});
    const made: Leg = {
      over,
      hello: withTimeout(Promise.race([started, closed]), clock).then(() => {}),
      async close() {
        legs.delete(made);
        // Without a socket the client would wait for a close that never comes.
        await withTimeout(client.disconnect(), clock, 2_000).catch(() => {});
      },
    };
    made.hello.catch(() => {});
    legs.add(made);
    return made;
  };

  /** Stays connected until no connection is left and no new one could be made. */
  const keep = async (first: Leg, refreshed: () => Promise<void>): Promise<void> => {
    for (let current = first; ; ) {
      const asked = await Promise.race([
        current.over.then(() => false),
        refreshed().then(() => true),
      ]);
      if (!asked) return void legs.delete(current);
      const old = current;
      try {
        current = await next();
      } catch (error) {
        logger.warn({ err: error }, 'Slack asked for a new connection, and it could not be made');
        return old.close();
      }
      clock.after(OVERLAP, () => void old.close());
    }
  };

  let wanted: { readonly promise: Promise<void>; readonly resolve: () => void };
  const next = async (): Promise<Leg> => {
    const mine = Promise.withResolvers<void>();
    const made = leg(mine.resolve);
    try {
      await made.hello;
    } catch (error) {
      await made.close();
      throw error;
    }
    wanted = mine;
    return made;
  };

  return {
    async connect() {
      const first = await next();
      return { ended: keep(first, () => wanted.promise) };
    },
    close: async () => void (await Promise.all([...legs].map((each) => each.close()))),
    port: () => null,
  };
}

function isDisconnect(data: unknown): boolean {
  if (typeof data !== 'string' || !data.includes('"disconnect"')) return false;
  try {
    return (JSON.parse(data) as { type?: unknown }).type === 'disconnect';
  } catch {
    return false;
  }
}

function withTimeout<T>(done: Promise<T>, clock: Clock, ms = HELLO_TIMEOUT): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new Error(`Slack said nothing for ${ms / 1000} s`)));
    done.then(resolve, reject).finally(() => timer.cancel());
  });
}
