import type { ActivityFact, ActivitySource, ActivityState, ReportFact } from '../session/facts.ts';
import { type Draft, emit, setFacts, steerOf } from './draft.ts';
import { isLimitSteer, limitEnds, limitSteer } from './limit.ts';
import { wentOnAlone, whyNotAlone } from './try-limit.ts';

const RANK: Readonly<Record<ActivitySource, number>> = {
  protocol: 3,
  hook: 3,
  transcript: 2,
  terminal: 1,
};

/** How long a better source's word outlives a worse source's contradiction. */
const TRUST = 30_000;

export function activityObserved(
  draft: Draft,
  observed: ActivityFact,
  lastMessage: string | null,
): void {
  const before = draft.snapshot.facts.activity;
  const fact = before === null ? observed : sameLimit(before, observed);
  if (before !== null && before.state === 'exited') return;
  if (before !== null && isOutranked(before, fact)) return;
  if (before !== null && fact.at < before.at && fact.state !== before.state) return;
  // A limit that is over and was acted on is old news, whoever still shows it.
  if (
    fact.state === 'limited' &&
    (followedOn(draft, fact) || (fact.resetAt === null && followUpWaits(draft)))
  )
    return;
  const changed = before === null || before.state !== fact.state;
  setFacts(draft, {
    activity: {
      ...fact,
      since: changed ? fact.since : before.since,
      at: Math.max(fact.at, before?.at ?? 0),
      detail: detailOf(before, fact),
    },
  });
  if (changed) activityChanged(draft, before, fact, lastMessage);
}

/** States in which the detail is the agent's own last line. In the others it says what the state is about: an error, what is waited for. */
const SPEAKS: ReadonlySet<ActivityState> = new Set(['starting', 'active', 'ready', 'idle']);

/** What a state said of itself is over with it; a line of the agent's own stays until its next turn. */
export function detailOf(
  before: ActivityFact | null,
  fact: Pick<ActivityFact, 'state' | 'detail'>,
): string | null {
  if (fact.detail !== null || before === null) return fact.detail;
  if (before.state === fact.state) return before.detail;
  return fact.state !== 'active' && SPEAKS.has(before.state) ? before.detail : null;
}

/** Whoever sees the limit without its end does not make the end unknown again. */
const sameLimit = (before: ActivityFact, fact: ActivityFact): ActivityFact =>
  before.state === 'limited' && fact.state === 'limited'
    ? { ...fact, resetAt: fact.resetAt ?? before.resetAt }
    : fact;

const followedOn = (draft: Draft, fact: ActivityFact): boolean =>
  limitEnds(fact) <= draft.now && steerOf(draft, limitSteer(fact)) !== undefined;

/** The agent was not told yet that its limit is over: what it shows is still the old one. */
const followUpWaits = (draft: Draft): boolean =>
  draft.snapshot.steers.some(
    (steer) => isLimitSteer(steer.id) && (steer.state === 'queued' || steer.state === 'typing'),
  );

function isOutranked(before: ActivityFact, fact: ActivityFact): boolean {
  return (
    before.state !== 'starting' &&
    RANK[fact.source] < RANK[before.source] &&
    fact.at - before.at < TRUST
  );
}

function activityChanged(
  draft: Draft,
  before: ActivityFact | null,
  fact: ActivityFact,
  lastMessage: string | null,
): void {
  switch (fact.state) {
    case 'ready':
      if (before !== null && before.state !== 'starting' && before.state !== 'idle')
        emit(draft, { type: 'agent.turn_ended', text: lastMessage });
      return;
    case 'blocked':
      return emit(draft, {
        type: 'agent.blocked',
        text: fact.detail ?? 'The agent shows an error.',
      });
    case 'limited':
      return emit(draft, {
        type: 'agent.limited',
        resetAt: fact.resetAt,
        offers: draft.policy.otherAgents.filter((name) => name !== draft.snapshot.session.agent),
        ...(whyNotAlone(draft) === null ? {} : { waits: true }),
      });
    case 'active':
      return wentOnAlone(draft);
    case 'starting':
    case 'idle':
    case 'waiting_input':
    case 'exited':
      return;
  }
}

/** A tool that runs is activity, also where the agent tells nothing else for a long time. */
export function toolUsed(draft: Draft, summary: string): void {
  const { activity } = draft.snapshot.facts;
  if (activity?.state === 'active' && activity.at < draft.now)
    setFacts(draft, { activity: { ...activity, at: draft.now } });
  emit(draft, { type: 'agent.tool', summary });
}

export function reported(draft: Draft, fact: ReportFact): void {
  setFacts(draft, { report: fact });
  emit(draft, { type: 'agent.reported', state: fact.state, note: fact.note });
}
