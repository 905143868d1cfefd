import { type AdmissionLimits, type AdmissionPlan, admissionPlan } from '../domain/admission.ts';
import { AO } from '../domain/ids.ts';
import type { Dispatch } from './dispatch.ts';

/** Lets sessions start as room comes free, in order. Cheap: runs after every change. */
export function createAdmission(parts: { dispatch: Dispatch; limits: () => AdmissionLimits }): { start(): void; stop(): void; run(): AdmissionPlan; plan(): AdmissionPlan } {
  const { dispatch, limits } = parts;
  let off: (() => void) | null = null;
  const plan = (): AdmissionPlan => {
    const live = dispatch.live().map((snapshot) => snapshot.session);
    const waiting = live.filter((session) => session.stage === 'queued').map((session) => ({ id: session.id, project: session.project, since: session.createdAt }));
    if (waiting.length === 0) return { admit: [], wait: [] };
    return admissionPlan(waiting, live.filter((session) => session.stage !== 'queued'), limits());
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
        if (change.events.some((event) => event.event.type === 'session.ended' || event.event.type === 'session.spawned' || event.event.type === 'session.restored' || event.event.type === 'session.undone')) queueMicrotask(run);
      });
      run();
    },
    stop: () => off?.(),
  };
}
