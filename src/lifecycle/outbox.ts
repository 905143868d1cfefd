import type { Db } from '../db/open.ts';
import {
  claimable,
  claimNext,
  type Job,
  markDone,
  markFailed,
  markRetry,
  markRunning,
  nextJobAt,
  recoverRunning,
} from '../db/outbox-store.ts';
import { isCancelled } from '../db/outbox-view.ts';
import { type Clock, pause } from '../lib/clock.ts';
import { createShare, nextTurn } from '../lib/share.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import { PluginError } from '../slots/errors.ts';
import type { Logger } from '../slots/plugin.ts';
import { createReadersTurn } from './readers-turn.ts';
import { STORAGE_PAUSE } from './when-writable.ts';

/** What a handler says of a job that is through. `commit` runs in the transaction that marks it done. */
export interface Handled {
  readonly result?: unknown;
  readonly commit?: () => void;
}

export interface Handler {
  /**
   * Carries the job out. Must bear being called again with the same job; `job.inDoubt` tells that a former try may have
   * got through. Throws PluginError: transient is tried again, the rest is final.
   */
  run(job: Job): Promise<Handled>;
  /** Called in the transaction that marks the job as failed for good. */
  failed(job: Job, error: { readonly code: string; readonly message: string }): void;
  /** Called in the transaction that puts the job off until then, ms UTC. */
  retried?(
    job: Job,
    error: { readonly code: string; readonly message: string },
    until: number,
  ): void;
  /** Tries before a transient error is final; default 8. */
  readonly maxAttempts?: number;
  /** Shortest time between two runs of a coalesced job, ms. */
  interval?(job: Job): number;
}

export interface Outbox {
  start(): void;
  /** Lets what runs finish; nothing new begins. */
  stop(): Promise<void>;
  /** There may be new work. */
  wake(): void;
  /** Resolves when nothing runs and nothing is due. For tests and shutdown. */
  idle(): Promise<void>;
  running(): number;
}

/** Told of a step with what names it. */
export type StepListener = (
  step: 'before' | 'after',
  job: Pick<Job, 'type' | 'key' | 'payload'>,
) => void;

export interface OutboxParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** One commit for everything `work` saves: the outcome of a job together with the mark that it is done. */
  readonly together: <T>(work: () => T) => T;
  readonly onStep?: StepListener;
}

const BACKOFF = [500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;
/** Of each turn of the event loop, ms: jobs that wait for nobody must not keep people waiting. */
const SHARE = 20;
/** Lanes that run side by side. */
const PARALLEL = 24;

/** Runs outbox jobs: lanes side by side, each lane in order, at least once, durable before and after. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { db, clock, logger } = parts;
  const busy = new Map<string, Promise<void>>();
  const waiters = new Set<() => void>();
  const readers = createReadersTurn();
  const share = createShare(SHARE);
  let stopped = true;
  let timer: { cancel(): void } | null = null;
  let scheduled = false;

  const wake = (): void => {
    if (stopped || scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };

  const pump = (): void => {
    if (stopped) return;
    try {
      claim();
    } catch (error) {
      const problem = storageProblem(error);
      if (problem === null) throw error;
      tellStorage(problem, error);
      timer?.cancel();
      timer = clock.after(STORAGE_PAUSE, wake);
    }
  };

  let toldStorage = false;
  const tellStorage = (problem: string, error: unknown): void => {
    if (!toldStorage) logger.error({ err: error }, `effects wait: ${problem}`);
    toldStorage = true;
  };

  /** Saves what became of a job. When the database can't be written the lane waits with it: what was done is not forgotten and not repeated. */
  const saved = async <T>(work: () => T): Promise<T> => {
    for (;;) {
      try {
        const value = work();
        toldStorage = false;
        return value;
      } catch (error) {
        const problem = storageProblem(error);
        // At the next start the row is still marked as running: in doubt, and looked up.
        if (problem === null || stopped) throw error;
        tellStorage(problem, error);
        await pause(clock, STORAGE_PAUSE);
      }
    }
  };

  const claim = (): void => {
    const now = clock.now();
    const due = claimable(db, now, new Set(busy.keys()), PARALLEL * 2);
    const jobs = readers.pick(due, now).slice(0, Math.max(0, PARALLEL - busy.size));
    // Durable before any of them begins, by one commit for all.
    if (jobs.length > 0)
      db.transaction(() => {
        for (const job of jobs) markRunning(db, job.id);
      });
    for (const job of jobs) launch(job);
    schedule(now);
    settle();
  };

  const launch = (job: Job): void => {
    readers.begun(job, clock.now());
    const done = runLane(job)
      .catch((error: unknown) => {
        // The stop did not wait for this one: its row is in doubt, and the next start looks it up.
        if (!stopped) throw error;
      })
      .finally(() => {
        busy.delete(job.lane);
        readers.ended(job);
        wake();
        settle();
      });
    busy.set(job.lane, done);
  };

  /** The job, and what comes due behind it in its lane. */
  const runLane = async (first: Job): Promise<void> => {
    for (let job: Job | null = first; job !== null; ) {
      while (share.isSpent()) await nextTurn();
      job = await runOne(job);
    }
  };

  const schedule = (now: number): void => {
    timer?.cancel();
    const next = Math.min(nextJobAt(db, now) ?? Infinity, readers.heldUntil ?? Infinity);
    timer = next === Infinity ? null : clock.after(Math.max(5, Math.min(next - now, 60_000)), wake);
  };

  const settle = (): void => {
    if (busy.size > 0 || waiters.size === 0) return;
    if (!stopped && claimable(db, clock.now(), new Set(), 1).length > 0) return;
    for (const resolve of waiters) resolve();
    waiters.clear();
  };

  /** Resolves with the next job of the lane, which is marked as running already. */
  const runOne = async (job: Job): Promise<Job | null> => {
    const handler = parts.handlers[job.type];
    if (handler === undefined) {
      logger.error({ job: job.key }, `nothing can carry out ${job.type}`);
      markFailed(db, job.id, `no handler for ${job.type}`, clock.now());
      return null;
    }
    const tried = { ...job, attempts: job.attempts + 1 };
    parts.onStep?.('before', tried);
    try {
      const handled = await handler.run(tried);
      parts.onStep?.('after', tried);
      return await saved(() =>
        parts.together(() => {
          markDone(db, job.id, handled.result, clock.now(), handler.interval?.(tried) ?? 0);
          handled.commit?.();
          // What follows begins with the same commit, so that a chain of effects waits for the disk once per step.
          return stopped ? null : claimNext(db, job.lane, clock.now());
        }),
      );
    } catch (error) {
      const problem = storageProblem(error);
      if (problem === null) await saved(() => fail(tried, handler, error));
      else if (!stopped) {
        // A handler that writes to ao's own database, as the web chat does, can't do so either; its turn comes again. In doubt after a stop.
        tellStorage(problem, error);
        await saved(() => markRetry(db, job.id, problem, clock.now() + STORAGE_PAUSE));
      }
      return null;
    }
  };

  const fail = (job: Job, handler: Handler, error: unknown): void => {
    const { code, message } = describe(error);
    const retry =
      error instanceof PluginError &&
      error.kind === 'transient' &&
      job.attempts < (handler.maxAttempts ?? 8);
    if (retry) {
      const wait =
        error.retryAfter ?? jitter(BACKOFF[Math.min(job.attempts, BACKOFF.length) - 1] ?? 300_000);
      logger.warn({ job: job.key, code, attempts: job.attempts, retryInMs: wait }, message);
      const until = clock.now() + wait;
      takeIn(
        job,
        'a retry',
        () => {
          markRetry(db, job.id, message, until);
          handler.retried?.(job, { code, message }, until);
        },
        () => markRetry(db, job.id, message, until),
      );
      return;
    }
    logger.error(
      {
        job: job.key,
        code,
        attempts: job.attempts,
        err: error instanceof PluginError ? undefined : error,
      },
      message,
    );
    if (isCancelled(db, job.id)) return;
    takeIn(
      job,
      'the failure',
      () => {
        markFailed(db, job.id, message, clock.now());
        handler.failed(job, { code, message });
      },
      () => markFailed(db, job.id, message, clock.now()),
    );
  };

  /** The lane must not hang on a bug in taking something in. */
  const takeIn = (job: Job, what: string, all: () => void, least: () => void): void => {
    try {
      parts.together(all);
    } catch (bug) {
      if (storageProblem(bug) !== null) throw bug;
      logger.error({ job: job.key, err: bug }, `${what} of an effect could not be taken in`);
      least();
    }
  };

  return {
    start() {
      const inDoubt = recoverRunning(db);
      if (inDoubt > 0)
        logger.info(
          { jobs: inDoubt },
          'effects in doubt after a crash are looked up before they are repeated',
        );
      stopped = false;
      wake();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await Promise.allSettled(busy.values());
    },
    wake,
    idle() {
      return new Promise((resolve) => {
        waiters.add(resolve);
        setImmediate(settle);
      });
    },
    running: () => busy.size,
  };
}

/** Spread by a quarter so that lanes which failed together don't come back together. */
const jitter = (ms: number): number => Math.round(ms * (0.875 + Math.random() / 4));

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof PluginError) return { code: error.code, message: error.message };
  return { code: 'AO_INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
