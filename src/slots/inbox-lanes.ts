import { type Clock, pause } from '../lib/clock.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { Logger } from './context.ts';
import { PluginError } from './errors.ts';
import type { Delivery, Inbox } from './inbox.ts';

export interface InboxLanes {
  /**
   * Keeps a delivery and has it dealt with when those before it in its lane are. Durable when it returns; then it may be
   * acknowledged. Throws when it could not be kept. False: it was taken before.
   */
  take(delivery: Delivery): boolean;
  /** Deals with what an earlier process left. Call once, before anything new is taken. */
  resume(): void;
  /** Has `work` done in a lane before whatever is taken from now on, also after `stop`. Resolves when it is; never rejects. */
  first(lane: string, work: () => Promise<void>): Promise<void>;
  /** The platform answers again: what waits to be tried again is tried now. */
  hurry(): void;
  /** Resolves when nothing is being dealt with. */
  settle(): Promise<void>;
  /** Nothing new is begun; what waits is dealt with by the next process. */
  stop(): void;
}

export interface InboxLanesParts {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Deals with one delivery. Must bear being called again with the same one: it may have got through before it failed. */
  work(delivery: Delivery): Promise<void>;
  /** It can't be dealt with right now, and is tried again. Called once for a delivery; what it throws is logged. */
  delayed(delivery: Delivery, error: unknown): Promise<void>;
  /** It is given up; must see to it that the person learns so, whatever happens. Called again when it throws. */
  gaveUp(delivery: Delivery, error: unknown): Promise<void>;
  /** Whether deliveries of this lane are tried for this long before they are given up, ms; default a quarter of an hour. */
  patience?(delivery: Delivery): number;
}

interface Lane {
  /** What is done before anything of the queue. */
  readonly before: (() => Promise<void>)[];
  /** By the moment people did it, so that what the platform told late comes before what was done after it. */
  readonly queue: Delivery[];
  running: Promise<void>;
}

const BACKOFF = [250, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** Tries of what failed because of a bug: it may have been the moment, and is unlikely to mend itself. */
const BUG_TRIES = 4;
/** People are told that it takes time after this many tries. */
const TOLD_AFTER = 3;
const PATIENCE = 15 * 60_000;

/** What every chat plugin does with its inbox: each lane in order, tried again, across restarts; nothing is dropped in silence. */
export function createInboxLanes(parts: InboxLanesParts): InboxLanes {
  const { inbox, clock, logger } = parts;
  const lanes = new Map<string, Lane>();
  const waits = new Set<() => void>();
  let stopped = false;

  const laneOf = (name: string): Lane => {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const made: Lane = { before: [], queue: [], running: Promise.resolve() };
    lanes.set(name, made);
    made.running = Promise.resolve().then(() => run(name, made));
    return made;
  };

  const run = async (name: string, lane: Lane): Promise<void> => {
    for (;;) {
      const work = lane.before.shift();
      const delivery = work === undefined && !stopped ? lane.queue.shift() : undefined;
      if (work === undefined && delivery === undefined) break;
      await (work?.() ?? (delivery === undefined ? undefined : deal(delivery)));
    }
    lanes.delete(name);
  };

  const queue = (delivery: Delivery): void => {
    const { queue: waiting } = laneOf(delivery.lane);
    const later = waiting.findIndex((one) => one.at > delivery.at);
    waiting.splice(later === -1 ? waiting.length : later, 0, delivery);
  };

  /** Until then, or until the platform is back, or until the end. */
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const over = (): void => {
        timer.cancel();
        waits.delete(over);
        resolve();
      };
      const timer = clock.after(ms, over);
      waits.add(over);
      if (stopped) over();
    });

  const deal = async (delivery: Delivery): Promise<void> => {
    const until = clock.now() + (parts.patience?.(delivery) ?? PATIENCE);
    for (let tries = 1; !stopped; tries += 1) {
      try {
        await parts.work(delivery);
        return await forget(delivery);
      } catch (error) {
        if (stopped) return;
        logger.warn({ err: error, delivery: delivery.id, tries }, 'what came in is tried again');
        const mayMend = isTransient(error) || storageProblem(error) !== null;
        if (mayMend ? clock.now() >= until : tries >= BUG_TRIES) return giveUp(delivery, error);
        if (mayMend && tries === TOLD_AFTER) await delay(delivery, error);
        await wait(BACKOFF[Math.min(tries, BACKOFF.length) - 1] ?? PATIENCE);
      }
    }
  };

  const delay = (delivery: Delivery, error: unknown): Promise<void> =>
    parts
      .delayed(delivery, error)
      .catch((failure: unknown) =>
        logger.warn({ err: failure, delivery: delivery.id }, 'nobody could be told of the delay'),
      );

  const giveUp = async (delivery: Delivery, error: unknown): Promise<void> => {
    logger.error({ err: error, delivery: delivery.id }, 'what came in is given up');
    for (let tries = 1; !stopped; tries += 1) {
      try {
        await parts.gaveUp(delivery, error);
        return await forget(delivery);
      } catch (failure) {
        logger.warn({ err: failure, delivery: delivery.id }, 'nobody could be told yet');
        await wait(BACKOFF[Math.min(tries, BACKOFF.length) - 1] ?? PATIENCE);
      }
    }
  };

  /** A disk that is full keeps nothing from being dealt with; the next start would only do it again, which is borne. */
  const forget = async (delivery: Delivery): Promise<void> => {
    while (!stopped) {
      try {
        return inbox.done(delivery.id);
      } catch (error) {
        if (storageProblem(error) === null) throw error;
        await pause(clock, 1_000);
      }
    }
  };

  return {
    take(delivery) {
      if (!inbox.take(delivery)) return false;
      queue(delivery);
      return true;
    },
    resume() {
      for (const delivery of inbox.waiting()) queue(delivery);
    },
    first: (name, work) =>
      new Promise((resolve) => {
        laneOf(name).before.push(async () => {
          await work().catch((error: unknown) => logger.warn({ err: error }, 'a lane began badly'));
          resolve();
        });
      }),
    hurry() {
      for (const over of [...waits]) over();
    },
    async settle() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map((lane) => lane.running));
    },
    stop() {
      stopped = true;
      for (const over of [...waits]) over();
    },
  };
}

const isTransient = (error: unknown): boolean =>
  error instanceof PluginError && (error.kind === 'transient' || error.kind === 'auth');
