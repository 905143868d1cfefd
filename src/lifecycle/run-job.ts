import { claimNext, type Job, markDone, markFailed, markRetry } from '../db/outbox-store.ts';
import { isCancelled } from '../db/outbox-view.ts';
import { pause } from '../lib/clock.ts';
import type { Share } from '../lib/share.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import { PluginError } from '../slots/errors.ts';
import type { Handler, OutboxParts } from './outbox-parts.ts';
import type { ReadersTurn } from './readers-turn.ts';
import { STORAGE_PAUSE } from './when-writable.ts';

const BACKOFF = [500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;

export interface OutboxState {
  readonly parts: OutboxParts;
  readonly clock: OutboxParts['clock'];
  readonly logger: OutboxParts['logger'];
  readonly db: OutboxParts['db'];
  readonly busy: Map<string, Promise<void>>;
  readonly waiters: Set<() => void>;
  readonly readers: ReadersTurn;
  readonly share: Share;
  stopped: boolean;
  timer: { cancel(): void } | null;
  scheduled: boolean;
  toldStorage: boolean;
}

export function tellStorage(outbox: OutboxState, problem: string, error: unknown): void {
  if (!outbox.toldStorage) outbox.logger.error({ err: error }, `effects wait: ${problem}`);
  outbox.toldStorage = true;
}

/** Saves what became of a job. When the database can't be written the lane waits with it: what was done is not forgotten and not repeated. */
async function saved<T>(outbox: OutboxState, work: () => T): Promise<T> {
  for (;;) {
    try {
      const value = work();
      outbox.toldStorage = false;
      return value;
    } catch (error) {
      const problem = storageProblem(error);
      // At the next start the row is still marked as running: in doubt, and looked up.
      if (problem === null || outbox.stopped) throw error;
      tellStorage(outbox, problem, error);
      await pause(outbox.clock, STORAGE_PAUSE);
    }
  }
}

/** Resolves with the next job of the lane, which is marked as running already. */
export async function runOne(outbox: OutboxState, job: Job): Promise<Job | null> {
  const handler = outbox.parts.handlers[job.type];
  if (handler === undefined) {
    outbox.logger.error({ job: job.key }, `nothing can carry out ${job.type}`);
    markFailed(outbox.db, job.id, `no handler for ${job.type}`, outbox.clock.now());
    return null;
  }
  const tried = { ...job, attempts: job.attempts + 1 };
  outbox.parts.onStep?.('before', tried);
  try {
    const handled = await handler.run(tried);
    outbox.parts.onStep?.('after', tried);
    return await saved(outbox, () =>
      outbox.parts.together(() => {
        markDone(
          outbox.db,
          job.id,
          handled.result,
          outbox.clock.now(),
          handler.interval?.(tried) ?? 0,
        );
        handled.commit?.();
        // What follows begins with the same commit, so that a chain of effects waits for the disk once per step.
        return outbox.stopped ? null : claimNext(outbox.db, job.lane, outbox.clock.now());
      }),
    );
  } catch (error) {
    const problem = storageProblem(error);
    if (problem === null) await saved(outbox, () => fail(outbox, tried, handler, error));
    else if (!outbox.stopped) {
      // A handler that writes to ao's own database, as the web chat does, can't do so either; its turn comes again. In doubt after a stop.
      tellStorage(outbox, problem, error);
      await saved(outbox, () =>
        markRetry(outbox.db, job.id, problem, outbox.clock.now() + STORAGE_PAUSE),
      );
    }
    return null;
  }
}

function fail(outbox: OutboxState, job: Job, handler: Handler, error: unknown): void {
  const { code, message } = describe(error);
  const retry =
    error instanceof PluginError &&
    error.kind === 'transient' &&
    job.attempts < (handler.maxAttempts ?? 8);
  if (retry) {
    const wait =
      error.retryAfter ?? jitter(BACKOFF[Math.min(job.attempts, BACKOFF.length) - 1] ?? 300_000);
    outbox.logger.warn({ job: job.key, code, attempts: job.attempts, retryInMs: wait }, message);
    const until = outbox.clock.now() + wait;
    takeIn(
      outbox,
      job,
      'a retry',
      () => {
        markRetry(outbox.db, job.id, message, until);
        handler.retried?.(job, { code, message }, until);
      },
      () => markRetry(outbox.db, job.id, message, until),
    );
    return;
  }
  outbox.logger.error(
    {
      job: job.key,
      code,
      attempts: job.attempts,
      err: error instanceof PluginError ? undefined : error,
    },
    message,
  );
  if (isCancelled(outbox.db, job.id)) return;
  takeIn(
    outbox,
    job,
    'the failure',
    () => {
      markFailed(outbox.db, job.id, message, outbox.clock.now());
      handler.failed(job, { code, message });
    },
    () => markFailed(outbox.db, job.id, message, outbox.clock.now()),
  );
}

/** The lane must not hang on a bug in taking something in. */
function takeIn(
  outbox: OutboxState,
  job: Job,
  what: string,
  all: () => void,
  least: () => void,
): void {
  try {
    outbox.parts.together(all);
  } catch (bug) {
    if (storageProblem(bug) !== null) throw bug;
    outbox.logger.error({ job: job.key, err: bug }, `${what} of an effect could not be taken in`);
    least();
  }
}

/** Spread by a quarter so that lanes which failed together don't come back together. */
const jitter = (ms: number): number => Math.round(ms * (0.875 + Math.random() / 4));

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof PluginError) return { code: error.code, message: error.message };
  return { code: 'AO_INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
