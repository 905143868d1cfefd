import { claimable, type Job, markRunning, nextJobAt, recoverRunning } from '../db/outbox-store.ts';
import { createShare, nextTurn } from '../lib/share.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { OutboxParts } from './outbox-parts.ts';
import { createReadersTurn } from './readers-turn.ts';
import { type OutboxState, runOne, tellStorage } from './run-job.ts';
import { STORAGE_PAUSE } from './when-writable.ts';

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

/** Of each turn of the event loop, ms: jobs that wait for nobody must not keep people waiting. */
const SHARE = 20;

/** Lanes that run side by side. */
const PARALLEL = 24;

/** Runs outbox jobs: lanes side by side, each lane in order, at least once, durable before and after. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { db, clock, logger } = parts;
  const outbox: OutboxState = {
    parts,
    clock,
    logger,
    db,
    busy: new Map<string, Promise<void>>(),
    waiters: new Set<() => void>(),
    readers: createReadersTurn(),
    share: createShare(SHARE),
    stopped: true,
    timer: null,
    scheduled: false,
    toldStorage: false,
  };
  return {
    start: () => start(outbox),
    stop: () => stop(outbox),
    wake: () => wake(outbox),
    idle: () => idle(outbox),
    running: () => outbox.busy.size,
  };
}

function wake(outbox: OutboxState): void {
  if (outbox.stopped || outbox.scheduled) return;
  outbox.scheduled = true;
  setImmediate(() => {
    outbox.scheduled = false;
    pump(outbox);
  });
}

function pump(outbox: OutboxState): void {
  if (outbox.stopped) return;
  try {
    claim(outbox);
  } catch (error) {
    const problem = storageProblem(error);
    if (problem === null) throw error;
    tellStorage(outbox, problem, error);
    outbox.timer?.cancel();
    outbox.timer = outbox.clock.after(STORAGE_PAUSE, () => wake(outbox));
  }
}

function claim(outbox: OutboxState): void {
  const now = outbox.clock.now();
  const due = claimable(outbox.db, now, new Set(outbox.busy.keys()), PARALLEL * 2);
  const jobs = outbox.readers.pick(due, now).slice(0, Math.max(0, PARALLEL - outbox.busy.size));
  // Durable before any of them begins, by one commit for all.
  if (jobs.length > 0)
    outbox.db.transaction(() => {
      for (const job of jobs) markRunning(outbox.db, job.id);
    });
  for (const job of jobs) launch(outbox, job);
  schedule(outbox, now);
  settle(outbox);
}

function launch(outbox: OutboxState, job: Job): void {
  outbox.readers.begun(job, outbox.clock.now());
  const done = runLane(outbox, job)
    .catch((error: unknown) => {
      // The stop did not wait for this one: its row is in doubt, and the next start looks it up.
      if (!outbox.stopped) throw error;
    })
    .finally(() => {
      outbox.busy.delete(job.lane);
      outbox.readers.ended(job);
      wake(outbox);
      settle(outbox);
    });
  outbox.busy.set(job.lane, done);
}

/** The job, and what comes due behind it in its lane. */
async function runLane(outbox: OutboxState, first: Job): Promise<void> {
  for (let job: Job | null = first; job !== null; ) {
    while (outbox.share.isSpent()) await nextTurn();
    job = await runOne(outbox, job);
  }
}

function schedule(outbox: OutboxState, now: number): void {
  outbox.timer?.cancel();
  const next = Math.min(
    nextJobAt(outbox.db, now) ?? Infinity,
    outbox.readers.heldUntil ?? Infinity,
  );
  outbox.timer =
    next === Infinity
      ? null
      : outbox.clock.after(Math.max(5, Math.min(next - now, 60_000)), () => wake(outbox));
}

function settle(outbox: OutboxState): void {
  if (outbox.busy.size > 0 || outbox.waiters.size === 0) return;
  if (!outbox.stopped && claimable(outbox.db, outbox.clock.now(), new Set(), 1).length > 0) return;
  for (const resolve of outbox.waiters) resolve();
  outbox.waiters.clear();
}

function start(outbox: OutboxState): void {
  const inDoubt = recoverRunning(outbox.db);
  if (inDoubt > 0)
    outbox.logger.info(
      { jobs: inDoubt },
      'effects in doubt after a crash are looked up before they are repeated',
    );
  outbox.stopped = false;
  wake(outbox);
}

async function stop(outbox: OutboxState): Promise<void> {
  outbox.stopped = true;
  outbox.timer?.cancel();
  await Promise.allSettled(outbox.busy.values());
}

function idle(outbox: OutboxState): Promise<void> {
  return new Promise((resolve) => {
    outbox.waiters.add(resolve);
    setImmediate(() => settle(outbox));
  });
}
