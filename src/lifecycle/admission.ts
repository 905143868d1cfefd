import { type AdmissionLimits, type AdmissionPlan, admissionPlan } from '../domain/admission.ts';
import { AO } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { Dispatch } from './dispatch.ts';

const MAKES_ROOM: ReadonlySet<string> = new Set(['session.ended', 'session.spawned', 'session.restored', 'session.undone', 'session.resumed']);

/** While the database can't be written: how often that is tried again, ms. */
const STORAGE_PAUSE = 1_000;

/** Lets sessions start as room comes free, in order. Cheap: runs after every change. */
export function createAdmission(parts: { dispatch: Dispatch; limits: () => AdmissionLimits; clock?: Clock }): {
  start(): void;
  stop(): void;
  run(): AdmissionPlan;
  plan(): AdmissionPlan;
} {
  const { dispatch, limits } = parts;
  let off: (() => void) | null = null;
  const plan = (): AdmissionPlan => {
    const live = dispatch.live().map((snapshot) => snapshot.session);
    // A paused one keeps its place, but does not hold up those behind it.
    const waiting = live
      .filter((session) => session.stage === 'queued' && session.paused === null)
      .map((session) => ({ id: session.id, project: session.project, since: session.createdAt }));
    if (waiting.length === 0) return { admit: [], wait: [] };
    return admissionPlan(
      waiting,
      live.filter((session) => session.stage !== 'queued'),
      limits(),
    );
  };
  const run = (): AdmissionPlan => {
    const planned = plan();
    for (const id of planned.admit) dispatch.input(id as Parameters<Dispatch['input']>[0], { type: 'command', command: { type: 'admit' }, by: AO });
    return planned;
  };
  /** Nobody waits for this call: when the database can't be written, it is tried again. */
  const runOrWait = (): void => {
    try {
      run();
    } catch (error) {
      if (storageProblem(error) === null) throw error;
      parts.clock?.after(STORAGE_PAUSE, runOrWait);
    }
  };
  return {
    plan,
    run,
    start() {
      off = dispatch.onChange((change) => {
        if (change.events.some(({ event }) => MAKES_ROOM.has(event.type))) queueMicrotask(runOrWait);
      });
      runOrWait();
    },
    stop: () => off?.(),
  };
}
