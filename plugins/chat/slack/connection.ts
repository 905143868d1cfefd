import { PluginError } from '../../../src/slots/errors.ts';
import { toPluginError } from './errors.ts';
import { openHttp } from './http.ts';
import type { Identity } from './identity.ts';
import { type OpenParts, openSocket } from './socket.ts';

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

export interface ConnectionParts extends OpenParts {
  /** Asked again until it answers; the connection opens only then, so that no delivery meets a bot that does not know who it is. */
  identify(): Promise<Identity>;
  /** Deliveries are about to come in, after a time in which none did. */
  connecting(): void;
  /** Deliveries come in. */
  connected(): void;
}

const BACKOFF = [250, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A refused token is looked at again from time to time: it may have been reactivated. */
const REFUSED_WAIT = 60_000;

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
        parts.connecting();
        const { ended } = await open.connect();
        port = open.port();
        state = { type: 'connected', since: clock.now() };
        parts.connected();
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
