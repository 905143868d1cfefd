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

interface LanesState {
  readonly parts: InboxLanesParts;
  readonly clock: InboxLanesParts['clock'];
  readonly logger: InboxLanesParts['logger'];
  readonly inbox: InboxLanesParts['inbox'];
  readonly lanes: Map<string, Lane>;
  readonly waits: Set<() => void>;
  stopped: boolean;
}

/** What every chat plugin does with its inbox: each lane in order, tried again, across restarts; nothing is dropped in silence. */
export function createInboxLanes(parts: InboxLanesParts): InboxLanes {
  const { inbox, clock, logger } = parts;
  const lanes: LanesState = {
    parts,
    clock,
    logger,
    inbox,
    lanes: new Map<string, Lane>(),
    waits: new Set<() => void>(),
    stopped: false,
  };
  return {
    take: (delivery) => take(lanes, delivery),
    resume() {
      for (const delivery of inbox.waiting()) queue(lanes, delivery);
    },
    first: (name, work) => first(lanes, name, work),
    hurry() {
      for (const over of [...lanes.waits]) over();
    },
    async settle() {
      while (lanes.lanes.size > 0)
        await Promise.all([...lanes.lanes.values()].map((lane) => lane.running));
    },
    stop: () => stop(lanes),
  };
}

function laneOf(lanes: LanesState, name: string): Lane {
  const known = lanes.lanes.get(name);
  if (known !== undefined) return known;
  const made: Lane = { before: [], queue: [], running: Promise.resolve() };
  lanes.lanes.set(name, made);
  made.running = Promise.resolve().then(() => run(lanes, name, made));
  return made;
}

async function run(lanes: LanesState, name: string, lane: Lane): Promise<void> {
  for (;;) {
    const work = lane.before.shift();
    const delivery = work === undefined && !lanes.stopped ? lane.queue.shift() : undefined;
    if (work === undefined && delivery === undefined) break;
    await (work?.() ?? (delivery === undefined ? undefined : deal(lanes, delivery)));
  }
  lanes.lanes.delete(name);
}

function queue(lanes: LanesState, delivery: Delivery): void {
  const { queue: waiting } = laneOf(lanes, delivery.lane);
  const later = waiting.findIndex((one) => one.at > delivery.at);
  waiting.splice(later === -1 ? waiting.length : later, 0, delivery);
}

/** Until then, or until the platform is back, or until the end. */
const wait = (lanes: LanesState, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      timer.cancel();
      lanes.waits.delete(over);
      resolve();
    };
    const timer = lanes.clock.after(ms, over);
    lanes.waits.add(over);
    if (lanes.stopped) over();
  });

async function deal(lanes: LanesState, delivery: Delivery): Promise<void> {
  const until = lanes.clock.now() + (lanes.parts.patience?.(delivery) ?? PATIENCE);
  for (let tries = 1; !lanes.stopped; tries += 1) {
    try {
      await lanes.parts.work(delivery);
      return await forget(lanes, delivery);
    } catch (error) {
      if (lanes.stopped) return;
      lanes.logger.warn(
        { err: error, delivery: delivery.id, tries },
        'what came in is tried again',
      );
      const mayMend = isTransient(error) || storageProblem(error) !== null;
      if (mayMend ? lanes.clock.now() >= until : tries >= BUG_TRIES)
        return giveUp(lanes, delivery, error);
      if (mayMend && tries === TOLD_AFTER) await delay(lanes, delivery, error);
      await wait(lanes, BACKOFF[Math.min(tries, BACKOFF.length) - 1] ?? PATIENCE);
    }
  }
}

const delay = (lanes: LanesState, delivery: Delivery, error: unknown): Promise<void> =>
  lanes.parts
    .delayed(delivery, error)
    .catch((failure: unknown) =>
      lanes.logger.warn(
        { err: failure, delivery: delivery.id },
        'nobody could be told of the delay',
      ),
    );

async function giveUp(lanes: LanesState, delivery: Delivery, error: unknown): Promise<void> {
  lanes.logger.error({ err: error, delivery: delivery.id }, 'what came in is given up');
  for (let tries = 1; !lanes.stopped; tries += 1) {
    try {
      await lanes.parts.gaveUp(delivery, error);
      return await forget(lanes, delivery);
    } catch (failure) {
      lanes.logger.warn({ err: failure, delivery: delivery.id }, 'nobody could be told yet');
      await wait(lanes, BACKOFF[Math.min(tries, BACKOFF.length) - 1] ?? PATIENCE);
    }
  }
}

/** A disk that is full keeps nothing from being dealt with; the next start would only do it again, which is borne. */
async function forget(lanes: LanesState, delivery: Delivery): Promise<void> {
  while (!lanes.stopped) {
    try {
      return lanes.inbox.done(delivery.id);
    } catch (error) {
      if (storageProblem(error) === null) throw error;
      await pause(lanes.clock, 1_000);
    }
  }
}

function take(lanes: LanesState, delivery: Delivery): boolean {
  if (!lanes.inbox.take(delivery)) return false;
  queue(lanes, delivery);
  return true;
}

const first = (lanes: LanesState, name: string, work: () => Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    laneOf(lanes, name).before.push(async () => {
      await work().catch((error: unknown) =>
        lanes.logger.warn({ err: error }, 'a lane began badly'),
      );
      resolve();
    });
  });

function stop(lanes: LanesState): void {
  lanes.stopped = true;
  for (const over of [...lanes.waits]) over();
}

const isTransient = (error: unknown): boolean =>
  error instanceof PluginError && (error.kind === 'transient' || error.kind === 'auth');
