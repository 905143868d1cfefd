import { type Actor, AO, subject } from '../session/ids.ts';
import type { AgentRequest } from '../session/session.ts';
import { addSteer, type Draft, emit, newSteer, steerOf } from './draft.ts';

const TERMINAL: Actor = {
  subject: subject('system:terminal'),
  name: 'somebody at the terminal',
  via: 'system',
};

export const requestOf = (draft: Draft, id: string): AgentRequest | undefined =>
  draft.snapshot.requests.find((request) => request.id === id);

function setRequest(draft: Draft, id: string, answer: AgentRequest['answer']): void {
  draft.snapshot = {
    ...draft.snapshot,
    requests: draft.snapshot.requests.map((request) =>
      request.id === id ? { ...request, answer } : request,
    ),
  };
}

export function requestOpened(draft: Draft, request: AgentRequest): void {
  if (requestOf(draft, request.id) !== undefined || draft.snapshot.session.ended !== null) return;
  draft.snapshot = {
    ...draft.snapshot,
    requests: [...draft.snapshot.requests, { ...request, answer: null }],
  };
  emit(draft, { type: 'request.opened', request: request.id });
}

export function answerRequest(
  draft: Draft,
  id: string,
  option: string | null,
  text: string | null,
  by: Actor,
): void {
  setRequest(draft, id, { option, text, by, where: 'chat', state: 'sending', at: draft.now });
  draft.effects.push({ type: 'answer_request', request: id, nonce: draft.now });
}

export function requestAnswered(draft: Draft, id: string): void {
  const request = requestOf(draft, id);
  if (request?.answer == null || request.answer.state === 'delivered') return;
  const { closed: _closed, ...given } = request.answer;
  setRequest(draft, id, { ...given, state: 'delivered' });
  emit(draft, { type: 'request.answered', request: id, by: request.answer.by, where: 'chat' });
}

/** The answer did not arrive: the person hears of it, and the request is open again unless the agent closed it. */
export function requestFailed(draft: Draft, id: string, reason: string): void {
  const request = requestOf(draft, id);
  if (request?.answer == null || request.answer.state !== 'sending') return;
  if (request.answer.closed === true) answeredAtTerminal(draft, id, null);
  else setRequest(draft, id, null);
  emit(draft, { type: 'request.failed', request: id, reason });
}

/** They are queued like any message of whoever answered, with the same receipts. */
export function wordsLeft(draft: Draft, id: string, text: string): void {
  const by = requestOf(draft, id)?.answer?.by ?? AO;
  const steer = `words-${id}`;
  if (steerOf(draft, steer) !== undefined) return;
  addSteer(draft, newSteer(steer, 'human', by, text, draft.now));
  emit(draft, { type: 'steer.queued', steer, by });
}

/** Its process ended, or ends: open questions are closed, and an answer on its way won't arrive. */
export function requestsGone(draft: Draft, why: string): void {
  for (const { id, answer } of draft.snapshot.requests) {
    if (answer === null) {
      setRequest(draft, id, {
        option: null,
        text: why,
        by: AO,
        where: 'chat',
        state: 'delivered',
        at: draft.now,
      });
      emit(draft, { type: 'request.answered', request: id, by: AO, where: 'chat' });
    } else if (answer.state === 'sending') {
      setRequest(draft, id, { ...answer, state: 'failed' });
      emit(draft, {
        type: 'request.failed',
        request: id,
        reason: 'The agent ended before it had the answer.',
      });
    }
  }
}

/**
 * It is no longer open in the agent. While an answer is on its way only the agent's words say that it was this one;
 * without words the outcome of the answer decides, for somebody at the terminal may have been faster.
 */
export function requestClosed(draft: Draft, id: string, answer: string | null): void {
  const request = requestOf(draft, id);
  if (request === undefined || request.answer?.state === 'delivered') return;
  if (request.answer?.state !== 'sending') return answeredAtTerminal(draft, id, answer);
  if (answer !== null) return requestAnswered(draft, id);
  setRequest(draft, id, { ...request.answer, closed: true });
}

function answeredAtTerminal(draft: Draft, id: string, answer: string | null): void {
  setRequest(draft, id, {
    option: null,
    text: answer,
    by: TERMINAL,
    where: 'terminal',
    state: 'delivered',
    at: draft.now,
  });
  emit(draft, { type: 'request.answered', request: id, by: TERMINAL, where: 'terminal' });
}
