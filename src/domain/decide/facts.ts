import type { UsageFact } from '../session/facts.ts';
import type { FactInput } from '../session/input.ts';
import type { Snapshot } from '../session/session.ts';
import { activityObserved, reported, toolUsed } from './activity-facts.ts';
import { branchPushed } from './branch-pushed.ts';
import { type Draft, effect, emit, setFacts, setSession } from './draft.ts';
import { fileProblem, workspaceTrouble } from './file-troubles.ts';
import { conversationLost } from './handover.ts';
import { pullRequestObserved } from './pull-request.ts';
import { requestClosed, requestOpened, wordsLeft } from './requests.ts';
import { runtimeObserved, workspaceMissing } from './runtime-facts.ts';
import { steerAccepted } from './steers.ts';

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
    case 'work_at_head':
      return setFacts(draft, { workAtHead: { ...input.fact, at: draft.now } });
    case 'steer_accepted':
      return steerAccepted(draft, input.steer, input.at);
    case 'pr_created':
      // From whatever branch: what is true of it, and whether it is the session's own, is looked at first.
      if (draft.snapshot.session.ended === null)
        effect(draft, { type: 'refresh_pr', pr: input.reference, nonce: `created-${draft.now}` });
      return;
    default:
      return applyLiveFact(draft, input);
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

/** What says nothing any more about a session that has ended. */
type LiveFactInput = Extract<
  FactInput,
  {
    type:
      | 'runtime'
      | 'activity'
      | 'file_problem'
      | 'workspace_trouble'
      | 'tool'
      | 'request_opened'
      | 'request_closed'
      | 'words_left'
      | 'report'
      | 'workspace_missing'
      | 'reconciled';
  }
>;

function applyLiveFact(draft: Draft, input: LiveFactInput): void {
  if (draft.snapshot.session.ended !== null) return;
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
