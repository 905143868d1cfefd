import { type Draft, effect, setFacts, setSession } from './draft.ts';

/** Starts the agent's process; `resume` continues its conversation, where it has one. An agent that takes over gets its summary first. */
export function launch(draft: Draft, resume: boolean): void {
  const { handovers } = draft.snapshot.session;
  const handover = handovers.at(-1);
  if (handover?.noted === false) {
    setSession(draft, { stage: 'preparing' });
    return effect(draft, { type: 'write_handover', handover: handovers.length, nonce: draft.now });
  }
  const isNew = handover !== undefined && handover.takenAt === null;
  const next = draft.snapshot.session.launches + 1;
  const stage = draft.snapshot.session.startedAt === null || isNew ? 'launching' : 'running';
  setSession(draft, { stage, launches: next, launchedAt: draft.now });
  setFacts(draft, {
    unreadable: null,
    runtime: { state: 'starting', exitCode: null, pid: null, handle: null, at: draft.now },
    activity: {
      state: 'starting',
      source: 'protocol',
      detail: null,
      resetAt: null,
      since: draft.now,
      at: draft.now,
    },
  });
  effect(draft, { type: 'start_runtime', launch: next, resume: resume && !isNew });
}
