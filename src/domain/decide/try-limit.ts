import { escalate } from '../reactions/escalate.ts';
import { type Actor, AO } from '../session/ids.ts';
import { addSteer, type Draft, emit, newSteer, setFacts, setSteer, wakeAt } from './draft.ts';
import { isLimitSteer, limitSteer, limitTry, resumedAlone, resumesAt } from './limit.ts';

/** The usage limit is over: the agent is told to go on, or a person is asked where ao may not do it alone. */
export function resumeAfterLimit(draft: Draft): void {
  const { facts, session, steers } = draft.snapshot;
  const { activity } = facts;
  if (session.ended !== null || activity?.state !== 'limited') return;
  const due = resumesAt(session.id, activity);
  if (due > draft.now) return wakeAt(draft, 'limit-reset', 'limit', due);
  const id = limitSteer(activity);
  const isTold = steers.some((steer) => steer.id === id);
  const why = isTold ? null : whyNotAlone(draft);
  if (why !== null) return askToResume(draft, why);
  listens(draft);
  if (isTold) return;
  const text = 'The usage limit has ended. Continue with the task where you left off.';
  addSteer(draft, newSteer(id, 'resume', AO, text, draft.now));
}

/** Why ao doesn't let the agent go on when its limit ends; null when it does. */
export function whyNotAlone({
  snapshot,
  policy,
}: Pick<Draft, 'snapshot' | 'policy'>): string | null {
  const reaction = policy.reactions['agent-limited'];
  if (reaction?.auto === false) return 'Its usage limit is over, and a person has to let it go on';
  const times = resumedAlone(snapshot.steers);
  return reaction?.retries != null && times >= reaction.retries
    ? `Its usage limit was reached again after ao had let it go on ${times} times without a word from anybody`
    : null;
}

/** Asked once; what an episode is for begins with the limit, so there is one by now or at the next look. */
function askToResume(draft: Draft, why: string): void {
  const reaction = draft.policy.reactions['agent-limited'];
  if (reaction === undefined) return;
  if (draft.snapshot.episodes.some((episode) => episode.open && episode.key === reaction.key))
    escalate(draft, reaction, why);
  else wakeAt(draft, 'limit-reset', 'ask', draft.now + 1);
}

/** The agent went on by itself: telling it to do so would be a second "continue". */
export function wentOnAlone(draft: Draft): void {
  for (const steer of draft.snapshot.steers)
    if (isLimitSteer(steer.id) && steer.author.subject === AO.subject && steer.state === 'queued')
      setSteer(draft, steer.id, { state: 'removed' });
}

/** A person lets the agent try before the limit is known to be over: what waits for it is the try. */
export function tryLimit(draft: Draft, by: Actor): void {
  listens(draft);
  emit(draft, { type: 'session.resumed', by });
  if (draft.snapshot.steers.some((steer) => steer.state === 'queued')) return;
  const text = 'Try again: continue with the task where you left off.';
  // The limit's own message stays for its end, should it still be reached.
  addSteer(draft, newSteer(limitTry(draft.now), 'resume', by, text, draft.now));
}

function listens(draft: Draft): void {
  const activity = draft.snapshot.facts.activity;
  if (activity === null) return;
  setFacts(draft, {
    activity: { ...activity, state: 'ready', resetAt: null, since: draft.now, at: draft.now },
  });
}
