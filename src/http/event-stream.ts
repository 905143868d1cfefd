/** `GET /api/events`: every change as it is committed, with replay. Each client reads at its own pace from the database; nothing is buffered for it. */
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Clock, Millis } from '../lib/clock.ts';
import { type Redact, redactDeep } from '../lib/redact.ts';
import { visibleTo } from '../slots/message-store.ts';
import { nextChanges } from './change-feed.ts';
import type { Change, Changes, HttpDeps } from './deps.ts';
import type { Api } from './endpoint.ts';
import type { Env } from './env.ts';
import { problem, refusalProblem } from './problem.ts';

const HEARTBEAT: Millis = 15_000;
/** A client that takes no bytes for this long is dropped; it comes back with `Last-Event-ID`. */
const STALLED: Millis = 30_000;
const BATCH = 100;
/** Further behind than this, fetching everything again is cheaper than a replay. */
const MAX_BEHIND = 5000;
const MAX_CLIENTS = 200;

export function addEventStream(
  app: Api,
  { changes, clock, commands }: Pick<HttpDeps, 'changes' | 'clock' | 'commands'>,
): void {
  let clients = 0;
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/events',
    summary:
      'Server-sent events: session, event, message, reset; replay after Last-Event-ID (or ?after=)',
    tags: ['events'],
    security: [{ token: [] }, { cookie: [] }],
    responses: {
      200: {
        description: 'The stream',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    },
  });
  app.get('/api/events', (c) => {
    const { actor } = c.get('principal');
    const may = commands.may(actor, 'view');
    if (!may.ok) return refusalProblem(c, may.error);
    if (clients >= MAX_CLIENTS)
      return problem(
        c,
        503,
        'AO_TOO_MANY_CLIENTS',
        `${MAX_CLIENTS} pages are connected already. Close some.`,
      );
    c.header('x-accel-buffering', 'no');
    const signedIn = c.get('stillIn');
    const from = startingPoint(c, changes);
    return streamSSE(c, async (stream) => {
      clients += 1;
      try {
        // What waits in the socket's buffer would stay in memory as long as the client hangs on.
        await follow(stream, from, changes, clock, frameFor(actor.subject, c.get('redact')), {
          drop: () => c.env?.outgoing?.destroy(),
          stillIn: () => signedIn() && commands.may(actor, 'view').ok,
        });
      } finally {
        clients -= 1;
      }
    });
  });
}

interface Start {
  readonly seq: number;
  readonly reset: boolean;
}

/** Without an id: from now on. With one from another database, or too old: start over. */
function startingPoint(c: Context<Env>, changes: Changes): Start {
  const latest = changes.latest();
  const asked = c.req.header('last-event-id') ?? c.req.query('after');
  if (asked === undefined || asked === '') return { seq: latest, reset: false };
  const seq = /^\d{1,15}$/.test(asked) ? Number(asked) : Number.NaN;
  const usable = seq <= latest && latest - seq <= MAX_BEHIND;
  return usable ? { seq, reset: false } : { seq: latest, reset: true };
}

async function follow(
  stream: SSEStreamingApi,
  start: Start,
  changes: Changes,
  clock: Clock,
  frame: (change: Change) => string,
  { drop, stillIn }: { readonly drop: () => void; readonly stillIn: () => boolean },
): Promise<void> {
  const signal = createSignal(clock);
  const unsubscribe = changes.subscribe(signal.raise);
  stream.onAbort(signal.raise);
  const write = (text: string): Promise<boolean> => writeOrDrop(stream, text, clock, drop);
  try {
    // An id without data fires nothing in the page, but a reconnect then misses nothing.
    let cursor = start.seq;
    let alive = await write(
      `retry: 2000\n${start.reset ? 'event: reset\ndata: {}\n' : ''}id: ${cursor}\n\n`,
    );
    while (alive && !stream.aborted && !stream.closed && stillIn()) {
      const batch = nextChanges(changes.sources, cursor, BATCH);
      if (batch.length > 0) {
        alive = await write(batch.map(frame).join(''));
        cursor = batch.at(-1)?.seq ?? cursor;
      } else if (!(await signal.wait(HEARTBEAT))) {
        alive = await write(': still here\n\n');
      }
    }
  } finally {
    unsubscribe();
    signal.raise();
  }
}

/** Of a private message to somebody else only the id is told, so that the client's cursor moves on. */
const frameFor =
  (subject: string, redact: Redact) =>
  (change: Change): string =>
    change.type === 'message' && !visibleTo(subject, change.data)
      ? `id: ${change.seq}\n\n`
      : `event: ${change.type}\nid: ${change.seq}\ndata: ${JSON.stringify(redactDeep(change.data, redact))}\n\n`;

/** False when the client took nothing for too long, or is gone. */
async function writeOrDrop(
  stream: SSEStreamingApi,
  text: string,
  clock: Clock,
  drop: () => void,
): Promise<boolean> {
  let stalled = false;
  const timer = clock.after(STALLED, () => {
    stalled = true;
    stream.abort();
    drop();
  });
  try {
    await stream.write(text);
    return !stalled;
  } finally {
    timer.cancel();
  }
}

interface Signal {
  readonly raise: () => void;
  /** True: raised since the last wait. False: the time ran out. */
  wait(ms: Millis): Promise<boolean>;
}

function createSignal(clock: Clock): Signal {
  let raised = false;
  let wake: (() => void) | null = null;
  return {
    raise: () => {
      raised = true;
      wake?.();
    },
    wait: async (ms) => {
      if (!raised) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = clock.after(ms, resolve);
        await promise;
        timer.cancel();
        wake = null;
      }
      const was = raised;
      raised = false;
      return was;
    },
  };
}
