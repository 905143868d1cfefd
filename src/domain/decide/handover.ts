import { type Actor, AO } from '../session/ids.ts';
import type { Command } from '../session/input.ts';
import type { Steer } from '../session/session.ts';
import {
  addSteer,
  type Draft,
  effect,
  emit,
  newSteer,
  refuse,
  setFacts,
  setSession,
  setSteer,
} from './draft.ts';
import { launch } from './launch.ts';
import { isOverBudget } from './over-budget.ts';
import { BUDGET, goOn, holdForBudget } from './pause.ts';
import { requestsGone } from './requests.ts';
import { requeueInFlight } from './steers.ts';

/**
 * Another agent goes on: same workspace, branch, pull request and thread. The old agent's process ends first, then a summary is
 * written, and the new agent gets it as its first message; each step is an effect of the session's lane. A session whose agent
 * never took its task just gets the other agent for it.
 */
export function changeAgent(
  draft: Draft,
  command: Command & { type: 'change_agent' },
  by: Actor,
): void {
  const { session } = draft.snapshot;
  if (session.agent === command.agent)
    return refuse(draft, 'AO_STATE', `${session.id} works with ${command.agent} already.`);
  if (session.merging !== null) return refuse(draft, 'AO_STATE', `${session.id} is being merged.`);
  replaceAgent(draft, command, by);
  const waiting = draft.snapshot.steers.filter(
    (steer) => steer.state === 'queued' && steer.kind !== 'task',
  ).length;
  emit(draft, {
    type: 'session.agent_changed',
    by,
    from: session.agent,
    to: command.agent,
    waiting,
  });
  if (session.launches === 0) return;
  leave(draft, `handed over to ${command.agent}`);
  // Whoever hands it over wants it to go on; only a budget outranks that.
  if (session.paused !== null && session.paused.reason !== BUDGET) goOn(draft, by);
  goOnWithSummary(draft);
}

/**
 * The agent can't continue its conversation: what it knew of the task and of the work is gone with it. The same agent begins a new
 * one with a summary, as another agent would.
 */
export function conversationLost(draft: Draft): void {
  const { session } = draft.snapshot;
  if (session.ended !== null) return;
  const { agent, model, permissions } = session;
  replaceAgent(draft, { agent, model, permissions, words: null }, AO);
  emit(draft, {
    type: 'session.recovered',
    what: `${agent} can't continue its conversation, which was not kept. It begins a new one with a summary`,
  });
  leave(draft, `the conversation of ${agent} is lost`);
  goOnWithSummary(draft);
}

function goOnWithSummary(draft: Draft): void {
  setSession(draft, { stage: 'preparing' });
  const { paused, workspace } = draft.snapshot.session;
  if (paused !== null || workspace?.state !== 'present') return;
  if (isOverBudget(draft)) holdForBudget(draft);
  else launch(draft, false);
}

type NextAgent = Pick<
  Command & { type: 'change_agent' },
  'agent' | 'model' | 'permissions' | 'words'
>;

function replaceAgent(draft: Draft, command: NextAgent, by: Actor): void {
  const { session, facts } = draft.snapshot;
  const { agent, model, permissions, words } = command;
  // Nothing was done yet where no task was taken: the task itself says everything, but for what was added now.
  const noted = session.startedAt === null;
  // Its own number for the hand-over: a start that is still on its way is then one of before.
  const launches = session.launches === 0 ? 0 : session.launches + 1;
  const handover = {
    from: session.agent,
    to: agent,
    by,
    at: draft.now,
    words,
    launches,
    noted,
    takenAt: null,
  };
  setSession(draft, {
    agent,
    model,
    permissions,
    launches,
    agentSession: null,
    handovers: [...session.handovers, handover],
  });
  const former = [
    ...(facts.usage?.former ?? []),
    { agent: session.agent, models: facts.usage?.models ?? [] },
  ];
  setFacts(draft, { usage: { models: [], former, at: draft.now }, report: null });
  if (noted && words !== null)
    addSteer(draft, newSteer(`words-${draft.now}`, 'human', by, words, draft.now));
}

/** Nothing that was meant for the old agent's process may reach the new one: not a key, not an answer, not a launch. */
function leave(draft: Draft, why: string): void {
  const { session, facts } = draft.snapshot;
  draft.cancel.push(
    'start_runtime',
    'write_handover',
    'deliver_steer',
    'interrupt_agent',
    'answer_request',
  );
  requeueInFlight(draft);
  for (const steer of draft.snapshot.steers) moveSteer(draft, steer);
  requestsGone(draft, `Not answered: ${why}.`);
  setSession(draft, { stage: 'launching' });
  setFacts(draft, {
    runtime: null,
    activity: {
      state: 'starting',
      source: 'protocol',
      detail: null,
      resetAt: null,
      since: draft.now,
      at: draft.now,
    },
  });
  effect(draft, {
    type: 'kill_runtime',
    launch: session.launches - 1,
    handle: facts.runtime?.handle ?? null,
  });
}

/** What waits goes to the new agent as it is; a summary that never arrived is written anew, and "continue" is said by the summary. */
function moveSteer(draft: Draft, steer: Steer): void {
  if (steer.state !== 'queued' && !(steer.kind === 'task' && steer.state === 'failed')) return;
  const isObsolete = steer.kind === 'resume' || (steer.kind === 'task' && steer.id !== 'task');
  setSteer(
    draft,
    steer.id,
    isObsolete
      ? { state: 'removed' }
      : { state: 'queued', attempts: 0, reason: null, notBefore: null, typedAt: null },
  );
}

/** The summary is there: it is the new agent's task, and the agent is started with it. */
export function handoverWritten(draft: Draft, number: number, text: string): void {
  const { handovers, ended } = draft.snapshot.session;
  const handover = handovers.at(-1);
  if (handover === undefined || handovers.length !== number || handover.noted) return;
  setSession(draft, { handovers: [...handovers.slice(0, -1), { ...handover, noted: true }] });
  addSteer(draft, newSteer(`handover-${number}`, 'task', AO, text, draft.now));
  if (ended !== null) return;
  const { stage, paused, workspace } = draft.snapshot.session;
  if (stage === 'preparing' && paused === null && workspace?.state === 'present')
    launch(draft, false);
}
