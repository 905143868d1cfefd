import { type AdmissionLimits, type AdmissionPlan, admissionPlan } from '../domain/admission.ts';
import { AO } from '../domain/ids.ts';
import type { Session } from '../domain/session.ts';
import type { Dispatch } from './dispatch.ts';

const MAKES_ROOM: ReadonlySet<string> = new Set(['session.ended', 'session.spawned', 'session.restored', 'session.undone', 'session.resumed']);

/** Lets sessions start as room comes free, in order. Cheap: runs after every change. */
export function createAdmission(parts: { dispatch: Dispatch; limits: () => AdmissionLimits; held?: (session: Session) => string | null }): {
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
      .map((session) => ({ id: session.id, project: session.project, since: session.createdAt, held: parts.held?.(session) ?? null }));
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
  return {
    plan,
    run,
    start() {
      off = dispatch.onChange((change) => {
        if (change.events.some(({ event }) => MAKES_ROOM.has(event.type))) queueMicrotask(run);
      });
      run();
    },
    stop: () => off?.(),
  };
}
