import type { Actor } from '../../session/ids.ts';
import type { Command } from '../../session/input.ts';
import type { Steer } from '../../session/session.ts';
import {
  addSteer,
  type Draft,
  effect,
  emit,
  newSteer,
  refuse,
  setSteer,
  steerOf,
} from '../draft.ts';
import { isOverBudget } from '../over-budget.ts';
import { holdForBudget } from '../pause.ts';
import { answerRequest, requestOf } from '../requests.ts';
import { acknowledgeAll } from './escalations.ts';
import { AGAIN, isEnded, notEnded } from './guards.ts';
import { resume } from './start-and-end.ts';

export function send(draft: Draft, command: Command & { type: 'send' }, by: Actor): void {
  if (steerOf(draft, command.steer) !== undefined) return;
  const { session } = draft.snapshot;
  if (isEnded(draft))
    return refuse(
      draft,
      'AO_STATE',
      `${session.id} has ended. Restore it with this message, or spawn a new session.`,
    );
  addSteer(draft, {
    ...newSteer(command.steer, 'human', by, command.text, draft.now),
    files: command.files,
    urgent: command.urgent,
    source: command.source,
  });
  emit(draft, { type: 'steer.queued', steer: command.steer, by });
  // People take escalations; an orchestrator's words do not count as somebody looking after it.
  if (by.via !== 'system' && by.via !== 'agent') acknowledgeAll(draft, by);
  if (session.paused?.reason === 'stopped')
    isOverBudget(draft) ? holdForBudget(draft) : resume(draft, by);
  if (command.urgent && draft.snapshot.facts.activity?.state === 'active')
    interrupt(draft, `now-${command.steer}`, by);
}

export function whileQueued(draft: Draft, id: string, act: (steer: Steer) => void): void {
  const steer = steerOf(draft, id);
  if (steer === undefined) return refuse(draft, 'AO_BAD_REQUEST', 'There is no such message.');
  if (steer.state === 'queued' || steer.state === 'failed') return act(steer);
  refuse(
    draft,
    'AO_STATE',
    steer.state === 'removed'
      ? 'That message was removed already.'
      : 'Too late: the agent has that message.',
  );
}

export function removeSteer(draft: Draft, id: string, by: Actor): void {
  whileQueued(draft, id, (steer) => {
    if (steer.kind === 'task')
      return refuse(draft, 'AO_STATE', 'That is the task itself. Kill the session instead.');
    setSteer(draft, steer.id, { state: 'removed' });
    emit(draft, { type: 'steer.removed', steer: steer.id, by });
  });
}

export function retrySteer(draft: Draft, id: string): void {
  const steer = steerOf(draft, id);
  if (steer?.state !== 'failed')
    return refuse(draft, 'AO_STATE', 'Only a message that failed can be tried again.');
  notEnded(draft, () => setSteer(draft, id, AGAIN));
}

export function answer(draft: Draft, command: Command & { type: 'answer' }, by: Actor): void {
  const request = requestOf(draft, command.request);
  if (request === undefined) return refuse(draft, 'AO_STALE', 'That question is no longer open.');
  if (request.answer !== null) {
    const what = request.answer.option ?? request.answer.text ?? 'answered';
    return refuse(
      draft,
      'AO_STALE',
      `${request.answer.by.name} answered it already: ${optionLabel(request.options, what)}.`,
    );
  }
  if (command.option !== null && !request.options.some((option) => option.id === command.option)) {
    return refuse(
      draft,
      'AO_BAD_REQUEST',
      `There is no such choice. The choices are: ${request.options.map((option) => option.label).join(', ')}.`,
    );
  }
  if (command.option === null && (!request.freeText || (command.text ?? '').trim() === '')) {
    return refuse(
      draft,
      'AO_BAD_REQUEST',
      `Choose one of: ${request.options.map((option) => option.label).join(', ')}.`,
    );
  }
  answerRequest(draft, request.id, command.option, command.text, by);
  acknowledgeAll(draft, by);
}

const optionLabel = (options: ReadonlyArray<{ id: string; label: string }>, id: string): string =>
  options.find((option) => option.id === id)?.label ?? id;

export function interrupt(draft: Draft, id: string, by: Actor): void {
  effect(draft, { type: 'interrupt_agent', id });
  emit(draft, { type: 'agent.interrupted', by });
}
