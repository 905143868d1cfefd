import type { Db } from '../db/open.ts';
import type { Job } from '../db/outbox-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';

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
