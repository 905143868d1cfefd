import type {
  ActivityFact,
  ActivitySource,
  ActivityState,
  ReportFact,
  RuntimeFact,
  UsageFact,
} from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import type { FactInput } from '../session/input.ts';
import type { Snapshot } from '../session/session.ts';
import { branchPushed } from './branch-pushed.ts';
import { type Draft, effect, emit, setFacts, setSession, steerOf } from './draft.ts';
import { fileProblem, workspaceTrouble } from './file-troubles.ts';
import { conversationLost } from './handover.ts';
import { launch } from './launch.ts';
import { isLimitSteer, limitEnds, limitSteer } from './limit.ts';
import { end } from './outcomes.ts';
import { pullRequestObserved } from './pull-request.ts';
import { requestClosed, requestOpened, requestsGone, wordsLeft } from './requests.ts';
import { requeueInFlight, steerAccepted } from './steers.ts';
import { wentOnAlone, whyNotAlone } from './try-limit.ts';

/** Takes one observation in. An ended session keeps only what a later restore or the ledger needs. */
export function applyFact(draft: Draft, input: FactInput): void {
  draft.because = input.type;
  switch (input.type) {
    case 'usage':
      return setFacts(draft, { usage: usageWith(draft.snapshot, input.fact, input.handovers) });
    case 'agent_session':
      return setSession(draft, { agentSession: input.id });
    case 'placed':
      return setSession(draft, { place: input.place });
    case 'conversation_lost':
      return conversationLost(draft);
    case 'issue':
      return setFacts(draft, { issue: input.fact });
    case 'budget':
      return setFacts(draft, { budget: input.fact });
    case 'project_complete':
      return setFacts(draft, { projectComplete: input.at });
    case 'forge':
      return forgeObserved(draft, input.reason);
    case 'outage':
      return setFacts(draft, { outage: input.fact });
    case 'forge_moved':
      return emit(draft, { type: 'forge.moved', from: input.from, to: input.to });
    case 'pull_request':
      return pullRequestObserved(draft, input.fact);
    case 'branch_pushed':
      return draft.snapshot.session.ended === null ? branchPushed(draft, input) : undefined;
    case 'steer_accepted':
      return steerAccepted(draft, input.steer, input.at);
    case 'pr_created':
      // From whatever branch: what is true of it, and whether it is the session's own, is looked at first.
      if (draft.snapshot.session.ended === null)
        effect(draft, { type: 'refresh_pr', pr: input.reference, nonce: `created-${draft.now}` });
      return;
    default:
      if (draft.snapshot.session.ended === null) applyLiveFact(draft, input);
  }
}

/** Told once, and once more when it is over; another reason for the same silence is no news. */
function forgeObserved(draft: Draft, reason: string | null): void {
  const known = draft.snapshot.facts.forge ?? null;
  if (draft.snapshot.session.ended !== null || (known === null) === (reason === null)) return;
  setFacts(draft, { forge: reason === null ? null : { reason, at: draft.now } });
  emit(
    draft,
    reason === null
      ? { type: 'forge.back', since: known?.at ?? draft.now }
      : { type: 'forge.unreachable', reason },
  );
}

/** Each agent of a session keeps its own totals; what one still tells after it was replaced counts as its own. */
function usageWith(
  snapshot: Snapshot,
  fact: UsageFact,
  handovers = snapshot.session.handovers.length,
): UsageFact {
  const { usage } = snapshot.facts;
  const former = usage?.former;
  if (former === undefined) return fact;
  if (handovers >= snapshot.session.handovers.length) return { ...fact, former };
  return {
    models: usage?.models ?? [],
    former: former.map((one, place) =>
      place === handovers ? { ...one, models: fact.models } : one,
    ),
    at: fact.at,
  };
}

function applyLiveFact(draft: Draft, input: FactInput): void {
  switch (input.type) {
    case 'runtime':
      return runtimeObserved(draft, input.fact, input.output);
    case 'activity':
      return activityObserved(draft, input.fact, input.lastMessage);
    case 'file_problem':
      return fileProblem(draft, input.problem);
    case 'workspace_trouble':
      return workspaceTrouble(draft, input);
    case 'tool':
      return toolUsed(draft, input.summary);
    case 'request_opened':
      return requestOpened(draft, input.request);
    case 'request_closed':
      return requestClosed(draft, input.request, input.answer);
    case 'words_left':
      return wordsLeft(draft, input.request, input.text);
    case 'report':
      return reported(draft, input.fact);
    case 'workspace_missing':
      return workspaceMissing(draft);
    case 'reconciled':
      if (input.what !== null) emit(draft, { type: 'session.recovered', what: input.what });
      return;
  }
}

/** A tool that runs is activity, also where the agent tells nothing else for a long time. */
function toolUsed(draft: Draft, summary: string): void {
  const { activity } = draft.snapshot.facts;
  if (activity?.state === 'active' && activity.at < draft.now)
    setFacts(draft, { activity: { ...activity, at: draft.now } });
  emit(draft, { type: 'agent.tool', summary });
}

/** `unknown` says nothing. A fact about a launch that is over says nothing either. */
function runtimeObserved(draft: Draft, fact: RuntimeFact, output: string | null): void {
  const before = draft.snapshot.facts.runtime;
  if (
    fact.state === 'unknown' ||
    before === null ||
    before.state === 'exited' ||
    before.state === 'gone'
  )
    return;
  if (before.handle !== null && fact.handle !== null && fact.handle !== before.handle) return;
  // Nothing of this launch is known yet: an end can only be that of the one before.
  if (before.handle === null && fact.state !== 'alive') return;
  setFacts(draft, {
    runtime: { ...fact, handle: fact.handle ?? before.handle, pid: fact.pid ?? before.pid },
  });
  if (fact.state !== 'exited' && fact.state !== 'gone') return;
  emit(draft, {
    type: 'runtime.exited',
    exitCode: fact.exitCode,
    gone: fact.state === 'gone',
    output,
  });
  const detail = detailOf(draft.snapshot.facts.activity, { state: 'exited', detail: null });
  setFacts(draft, {
    activity: {
      state: 'exited',
      source: 'protocol',
      detail,
      resetAt: null,
      since: draft.now,
      at: draft.now,
    },
  });
  requeueInFlight(draft);
  requestsGone(draft, 'Not answered: the agent is gone.');
  if (draft.snapshot.session.stage === 'launching') diedAtLaunch(draft, fact, output);
}

/** It never took its task. Once may be bad luck; twice won't get better by itself. */
function diedAtLaunch(draft: Draft, fact: RuntimeFact, output: string | null): void {
  const { launches, handovers } = draft.snapshot.session;
  if (launches - (handovers.at(-1)?.launches ?? 0) < 2) return launch(draft, false);
  const code = fact.exitCode === null ? 'without an exit code' : `with code ${fact.exitCode}`;
  const last = output === null ? '' : ` Its last words: ${lastLine(output)}`;
  end(draft, 'errored', AO, `The agent ended ${code} before it took the task, twice.${last}`);
}

const lastLine = (text: string): string =>
  text.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) ?? '';

const RANK: Readonly<Record<ActivitySource, number>> = {
  protocol: 3,
  hook: 3,
  transcript: 2,
  terminal: 1,
};
/** How long a better source's word outlives a worse source's contradiction. */
const TRUST = 30_000;

function activityObserved(draft: Draft, observed: ActivityFact, lastMessage: string | null): void {
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
function detailOf(
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

function reported(draft: Draft, fact: ReportFact): void {
  setFacts(draft, { report: fact });
  emit(draft, { type: 'agent.reported', state: fact.state, note: fact.note });
}

function workspaceMissing(draft: Draft): void {
  const { workspace } = draft.snapshot.session;
  if (workspace === null || workspace.state !== 'present') return;
  setSession(draft, { workspace: { ...workspace, state: 'removed' } });
  end(
    draft,
    'terminated',
    AO,
    `Its workspace ${workspace.path} is gone. The branch ${workspace.branch} is kept; Restore makes the workspace again.`,
  );
}
