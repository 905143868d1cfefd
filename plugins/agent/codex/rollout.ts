import { costOf, type PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ModelUsage } from '../../../src/domain/session/facts.ts';
import { spokenTime } from '../../../src/lib/spoken-time.ts';
import { noteTaken } from '../../../src/lib/text-journal.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { closeQuestions, openQuestions } from './questions.ts';
import type { RolloutLine, RolloutUsage } from './schema.ts';
import { spawnOutputSchema } from './schema.ts';
import type { SideState, Subagent, Turn } from './side-state.ts';

/** Hook and rollout tell of the same message within this time. */
const SAME_PROMPT = 2000;
const REMEMBERED = 50;
const QUESTION_TOOL = 'request_user_input';

/** Takes one line into the state and emits what it says. */
export function takeLine(
  state: SideState,
  line: RolloutLine,
  emit: (event: AgentEvent) => void,
  prices?: PriceTable,
): void {
  const at = Date.parse(line.timestamp);
  switch (line.type) {
    case 'session_meta':
      return;
    case 'turn_context': {
      state.model = line.payload.model;
      return;
    }
    case 'token_usage_record': {
      if (countUsage(state, state.model, line.payload, at, prices)) emitUsage(state, at, emit);
      return;
    }
    case 'response_item': {
      const { payload } = line;
      if (payload.type === 'function_call_output') {
        noteSubagent(state, payload.output);
        return closeQuestions(state, payload.call_id, payload.output, emit);
      }
      return payload.name === QUESTION_TOOL
        ? openQuestions(state, payload.call_id, payload.arguments, at, emit)
        : undefined;
    }
    case 'event_msg':
      return takeEvent(state, line.payload, at, emit);
  }
}

/** Takes one line of a sub-agent's rollout: what it used, and who it started itself. */
export function takeSubagentLine(
  state: SideState,
  subagent: Subagent,
  line: RolloutLine,
  emit: (event: AgentEvent) => void,
  prices?: PriceTable,
): void {
  const at = Date.parse(line.timestamp);
  if (line.type === 'turn_context') subagent.model = line.payload.model;
  if (line.type === 'response_item' && line.payload.type === 'function_call_output')
    noteSubagent(state, line.payload.output);
  if (
    line.type === 'token_usage_record' &&
    countUsage(state, subagent.model, line.payload, at, prices)
  )
    emitUsage(state, at, emit);
}

function noteSubagent(state: SideState, output: unknown): void {
  if (typeof output !== 'string' || !output.startsWith('{')) return;
  const thread = spawnOutputSchema.safeParse(parseJson(output)).data?.agent_id;
  if (
    thread === undefined ||
    thread === state.thread ||
    state.subagents.some((known) => known.thread === thread)
  )
    return;
  state.subagents = [...state.subagents, { thread, rollout: null, offset: 0, model: null }];
}

const emitUsage = (state: SideState, at: number, emit: (event: AgentEvent) => void): void =>
  emit({ type: 'usage', models: usageTotals(state), ...(Number.isNaN(at) ? {} : { at }) });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Another tool's words that only begin like JSON.
    return null;
  }
}

function takeEvent(
  state: SideState,
  event: Extract<RolloutLine, { type: 'event_msg' }>['payload'],
  at: number,
  emit: (event: AgentEvent) => void,
): void {
  switch (event.type) {
    case 'task_started':
      return setTurn(state, { type: 'running', at });
    case 'turn_aborted':
      return setTurn(state, { type: 'interrupted', at });
    case 'task_complete':
      return setTurn(
        state,
        event.error == null
          ? { type: 'done', at, text: event.last_agent_message ?? null }
          : failure(event.error, at),
      );
    case 'item_completed': {
      if (event.item.type === 'UserMessage')
        return acceptPrompt(
          state,
          event.item.content.map((part) => part.text ?? '').join('\n'),
          { at, by: 'rollout' },
          emit,
        );
      const summary =
        event.item.type === 'FileChange'
          ? 'Change files'
          : `Run: ${(event.item.command.at(-1) ?? '').split('\n')[0]?.slice(0, 160) ?? ''}`;
      return emit({ type: 'tool', summary });
    }
  }
}

/** The agent took this text; told by a hook, by the rollout, or by both. */
export function acceptPrompt(
  state: SideState,
  text: string,
  witness: { at: number; by: 'hook' | 'rollout' },
  emit: (event: AgentEvent) => void,
): void {
  const taken = noteTaken(state.journal, text, { ...witness, within: SAME_PROMPT });
  if (!taken.known) emit({ type: 'prompt_accepted', text: taken.text, at: witness.at });
}

function setTurn(state: SideState, turn: Turn): void {
  if (state.turn === null || turn.at >= state.turn.at) state.turn = turn;
}

function failure(error: { message: string; codex_error_info?: unknown }, at: number): Turn {
  const limited = error.codex_error_info === 'usage_limit_exceeded';
  const words = /try again at (.+)/i.exec(error.message)?.[1];
  return {
    type: 'failed',
    at,
    text: plainError(error.message),
    limited,
    resetAt: limited && words !== undefined ? spokenTime(words, at) : null,
  };
}

/** Errors of the model arrive as the JSON the server sent. */
function plainError(message: string): string {
  return /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}

function countUsage(
  state: SideState,
  told: string | null,
  { response_id: response, usage }: { readonly response_id: string; readonly usage: RolloutUsage },
  at: number,
  prices?: PriceTable,
): boolean {
  if (state.counted.includes(response)) return false;
  state.counted = [...state.counted, response].slice(-REMEMBERED);
  const model = told ?? 'unknown';
  const tokens = {
    input: usage.input_tokens - usage.cached_input_tokens - usage.cache_write_input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cached_input_tokens,
    cacheWrite: usage.cache_write_input_tokens,
    cacheWriteLong: 0,
  };
  const sum = state.usage[model] ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, usd: 0 };
  state.usage[model] = sum;
  for (const kind of ['input', 'output', 'cacheRead', 'cacheWrite'] as const)
    sum[kind] += tokens[kind];
  const usd = costOf(model, tokens, at, prices);
  sum.usd = usd === null || sum.usd === null ? null : sum.usd + usd;
  return true;
}

function usageTotals(state: SideState): readonly ModelUsage[] {
  return Object.entries(state.usage).map(([model, sum]) => ({
    model,
    inputTokens: sum.input,
    outputTokens: sum.output,
    cacheReadTokens: sum.cacheRead,
    cacheWriteTokens: sum.cacheWrite,
    usd: sum.usd,
  }));
}
