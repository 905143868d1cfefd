import { type Actor, AO } from '../session/ids.ts';
import { addSteer, type Draft, emit, newSteer, setFacts, wakeAt } from './draft.ts';
import { limitEnds, limitSteer } from './limit.ts';

/** The usage limit is over: the agent is told to go on. */
export function resumeAfterLimit(draft: Draft): void {
  const activity = draft.snapshot.facts.activity;
  if (draft.snapshot.session.ended !== null || activity?.state !== 'limited') return;
  const resetAt = limitEnds(activity);
  if (resetAt > draft.now) return wakeAt(draft, 'limit-reset', 'limit', resetAt);
  const id = limitSteer(activity);
  listens(draft);
  if (draft.snapshot.steers.some((steer) => steer.id === id)) return;
  const text = 'The usage limit is over. Continue with the task where you left off.';
  addSteer(draft, newSteer(id, 'resume', AO, text, draft.now));
}

/** A person lets the agent try before the limit is known to be over: what waits for it is the try. */
export function tryLimit(draft: Draft, by: Actor): void {
  listens(draft);
  emit(draft, { type: 'session.resumed', by });
  if (draft.snapshot.steers.some((steer) => steer.state === 'queued')) return;
  const text = 'Try again: continue with the task where you left off.';
  // The limit's own message stays for its end, should it still be reached.
  addSteer(draft, newSteer(`limit-try-${draft.now}`, 'resume', by, text, draft.now));
}

function listens(draft: Draft): void {
  const activity = draft.snapshot.facts.activity;
  if (activity === null) return;
  setFacts(draft, {
    activity: { ...activity, state: 'ready', resetAt: null, since: draft.now, at: draft.now },
  });
}
