import type { Millis } from '../../../src/domain/session/time.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { questionRequest } from '../../shared/agent-request.ts';
import { questionOutputSchema, questionsSchema } from './schema.ts';
import type { SideState } from './side-state.ts';

type Emit = (event: AgentEvent) => void;

/** Codex called its question tool: one request per question; its dialog asks them one after the other. */
export function openQuestions(
  state: SideState,
  call: string,
  args: string,
  at: Millis,
  emit: Emit,
): void {
  const asked = questionsSchema.safeParse(parse(args)).data?.questions;
  if (asked === undefined || state.questions.some((known) => known.call === call)) return;
  for (const [index, one] of asked.entries()) {
    const request = questionRequest(asked.length === 1 ? call : `${call}#${index}`, one, at);
    state.questions = [
      ...state.questions,
      { call, key: one.id, number: index + 1, request, answer: null },
    ];
    emit({ type: 'request_opened', request });
  }
}

/** What the tool returned says how they were answered; what was answered from outside is told already. */
export function closeQuestions(state: SideState, call: string, output: unknown, emit: Emit): void {
  const answers =
    questionOutputSchema.safeParse(typeof output === 'string' ? parse(output) : output).data
      ?.answers ?? {};
  for (const one of state.questions.filter(
    (known) => known.call === call && known.answer === null,
  )) {
    const words = answers[one.key]?.answers
      .map((word) => word.replace(/^user_note: /, ''))
      .join(': ');
    emit({
      type: 'request_closed',
      request: one.request.id,
      answer: words === undefined || words === '' ? null : words,
    });
  }
  state.questions = state.questions.filter((known) => known.call !== call);
}

/** A turn that ended without an answer leaves none open. */
export function closeEndedQuestions(state: SideState, emit: Emit): void {
  const { turn } = state;
  if (turn === null || turn.type === 'running') return;
  for (const call of new Set(
    state.questions.filter((one) => one.request.askedAt <= turn.at).map((one) => one.call),
  ))
    closeQuestions(state, call, null, emit);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Codex tells the model itself that its call was wrong.
    return null;
  }
}
