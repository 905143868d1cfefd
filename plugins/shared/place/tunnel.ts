import { connect } from 'node:net';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/slots/plugin.ts';
import { connectionsOver } from './connections.ts';
import { frame, frameReader } from './frames.ts';
import type { Pipe, Place } from './place.ts';

export interface TunnelOptions {
  readonly place: Place;
  /** Starts the helper in the place. */
  readonly argv: readonly string[];
  /** Of ao, on loopback here; the helper listens on the same one there. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For the log. */
  readonly id: string;
}

export interface Tunnel {
  /** Resolves when the helper listened for the first time. */
  readonly ready: Promise<void>;
  close(): void;
}

const BACKOFF_MS = [100, 500, 1_000, 2_000, 5_000] as const;
/** Connections at once; what an agent opens beyond them is closed. */
const MOST = 200;

/** Carries what connects to ao's port in the place to ao, as long as it isn't closed: a helper that ends is started again. */
export function openTunnel(options: TunnelOptions): Tunnel {
  const { clock, logger, id } = options;
  const ready = Promise.withResolvers<void>();
  const now: { pipe: Pipe | null; retry: { cancel(): void } | null; failures: number } = {
    pipe: null,
    retry: null,
    failures: 0,
  };
  let closed = false;

  const again = (error: unknown): void => {
    now.pipe = null;
    if (closed) return;
    const delay = BACKOFF_MS[Math.min(now.failures, BACKOFF_MS.length - 1)] ?? 5_000;
    now.failures += 1;
    logger.debug({ session: id, err: error, delay }, 'the way from a place to ao is lost');
    now.retry = clock.after(delay, start);
  };
  const start = (): void => {
    options.place.open(options.argv).then((pipe) => {
      if (closed) return pipe.close();
      now.pipe = pipe;
      serve(pipe, options.port, {
        listens() {
          now.failures = 0;
          ready.resolve();
        },
        over: again,
      });
    }, again);
  };
  start();
  return {
    ready: ready.promise,
    close() {
      closed = true;
      now.retry?.cancel();
      now.pipe?.close();
    },
  };
}

function serve(
  pipe: Pipe,
  port: number,
  on: { listens(): void; over(error: unknown): void },
): void {
  let words = '';
  let isOver = false;
  const connections = connectionsOver((bytes) => void pipe.stream.write(bytes));
  const over = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    connections.closeAll();
    pipe.close();
    on.over(error);
  };
  const read = frameReader((given) => {
    if (given.kind === 'listens') on.listens();
    else if (given.kind !== 'open') connections.take(given);
    else if (connections.size >= MOST) pipe.stream.write(frame('close', given.connection));
    else
      connections.add(given.connection, connect({ host: '127.0.0.1', port, allowHalfOpen: true }));
  });
  pipe.errors.on('data', (data: Buffer) => {
    words = `${words}${data}`.slice(-500);
  });
  pipe.stream.on('data', (data: Buffer) => {
    try {
      read(data);
    } catch (error) {
      over(error);
    }
  });
  pipe.stream.on('error', over);
  pipe.stream.on('close', () => over(new Error(words.trim() || 'the helper ended')));
}
