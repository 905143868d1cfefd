import type { Clock } from '../../../src/lib/clock.ts';
import { PluginError, transient } from '../../../src/slots/errors.ts';
import type { Logger } from '../../../src/slots/plugin.ts';
import { type ControlClient, openControlClient } from './control-client.ts';
import { prepareServer } from './prepare-server.ts';
import { keepReminding } from './remind-of-children.ts';
import type { ServerIdentity } from './server-identity.ts';

export interface ConnectionOptions {
  readonly bin: string;
  readonly socket: string;
  readonly history: number;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly onNotification: (name: string, rest: string) => void;
  /** Connected again after a loss: what happened meanwhile was not pushed. */
  readonly onReconnect: () => void;
}

export interface Connection {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs one command; waits for the connection when it is being made. Throws `transient` when there is none in time. */
  run(words: readonly string[], then?: readonly string[]): Promise<readonly string[]>;
  /** Server of the present connection; waits like `run`. */
  server(): Promise<ServerIdentity>;
}

interface Live {
  readonly client: ControlClient;
  readonly server: ServerIdentity;
}

const BACKOFF_MS = [20, 100, 250, 500, 1_000, 2_000, 5_000] as const;

/** Keeps one control client connected, with back-off after a loss. Commands that were under way fail as `transient`. */
export function createConnection(options: ConnectionOptions): Connection {
  let wanted = false;
  let live: Promise<Live> | null = null;
  let failures = 0;
  let retry: { cancel(): void } | null = null;

  const connect = async (): Promise<Live> => {
    let reminding: { cancel(): void } | null = null;
    const client = openControlClient({
      ...options,
      onClose: (error) => {
        reminding?.cancel();
        if (wanted && live === current) lose(error);
      },
    });
    try {
      await client.opened;
      const server = await prepareServer(client, options.history);
      reminding = keepReminding(options.clock, server.pid);
      return { client, server };
    } catch (error) {
      await client.close();
      throw error;
    }
  };
  let current: Promise<Live> | null = null;
  const open = (): Promise<Live> => {
    const attempt = connect();
    live = current = attempt;
    attempt.then(
      () => (failures = 0),
      (error: unknown) => {
        if (wanted && live === attempt) lose(error);
      },
    );
    return attempt;
  };
  const lose = (error: unknown): void => {
    const delay = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 5_000;
    failures += 1;
    live = null;
    options.logger.warn({ err: error, delay }, 'lost the tmux connection');
    retry?.cancel();
    retry = options.clock.after(
      delay,
      () => void open().then(options.onReconnect, () => undefined),
    );
  };
  const ready = async (): Promise<Live> => {
    if (!wanted) throw transient('AO_TMUX_STOPPED', 'The tmux runtime is not started.');
    const deadline = options.clock.now() + options.timeoutMs;
    while (!live && options.clock.now() < deadline)
      await new Promise<void>((resolve) => options.clock.after(10, resolve));
    if (!live)
      throw transient(
        'AO_TMUX_UNREACHABLE',
        `The tmux server "${options.socket}" can't be reached; ao keeps trying.`,
        { retryAfter: 1_000 },
      );
    return await live;
  };

  return {
    async start() {
      if (wanted) return;
      wanted = true;
      try {
        await open();
      } catch (error) {
        // Tell at once what an operator must repair; ride out what passes by itself.
        if (error instanceof PluginError && error.kind === 'transient') return;
        wanted = false;
        retry?.cancel();
        throw error;
      }
    },
    async stop() {
      wanted = false;
      retry?.cancel();
      const last = live;
      live = null;
      await last?.then(
        ({ client }) => client.close(),
        () => undefined,
      );
    },
    run: async (words, then) => (await ready()).client.run(words, then),
    server: async () => (await ready()).server,
  };
}
