/** What Codex writes and sends, only the fields read here. Unknown line and item types are ignored. */
import { z } from 'zod';
import { conversationId } from '../../shared/own-folder.ts';

const common = { session_id: conversationId, transcript_path: z.string().nullish() };
export const hookSchema = z.discriminatedUnion('hook_event_name', [
  z.object({ ...common, hook_event_name: z.literal('UserPromptSubmit'), prompt: z.string() }),
  z.object({
    ...common,
    hook_event_name: z.literal('PermissionRequest'),
    tool_name: z.string(),
    tool_input: z.record(z.string(), z.unknown()).default({}),
  }),
]);
export type Hook = z.infer<typeof hookSchema>;

const usageSchema = z.object({
  input_tokens: z.number().default(0),
  /** Part of `input_tokens`. */
  cached_input_tokens: z.number().default(0),
  cache_write_input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
});
export type RolloutUsage = z.infer<typeof usageSchema>;

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('task_started') }),
  z.object({
    type: z.literal('task_complete'),
    last_agent_message: z.string().nullish(),
    error: z.object({ message: z.string(), codex_error_info: z.unknown() }).nullish(),
  }),
  z.object({ type: z.literal('turn_aborted') }),
  z.object({
    type: z.literal('item_completed'),
    item: z.discriminatedUnion('type', [
      z.object({
        type: z.literal('UserMessage'),
        content: z.array(z.looseObject({ text: z.string().optional() })),
      }),
      z.object({ type: z.literal('CommandExecution'), command: z.array(z.string()) }),
      z.object({ type: z.literal('FileChange') }),
    ]),
  }),
]);

const itemSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('function_call'),
    name: z.string(),
    arguments: z.string(),
    call_id: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: z.unknown() }),
]);

/** Arguments of Codex' question tool. */
export const questionsSchema = z.object({
  questions: z
    .array(
      z.object({
        id: z.string(),
        header: z.string().default(''),
        question: z.string(),
        options: z
          .array(z.object({ label: z.string(), description: z.string().default('') }))
          .min(1),
      }),
    )
    .min(1),
});

/** What it returns, by the questions' ids. Words somebody added begin with `user_note: `. */
export const questionOutputSchema = z.object({
  answers: z.record(z.string(), z.object({ answers: z.array(z.string()) })),
});

/** Lines of `<home>/sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`. */
export const rolloutSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session_meta'),
    timestamp: z.string(),
    payload: z.object({ id: z.string(), cwd: z.string(), parent_thread_id: z.string().nullish() }),
  }),
  z.object({
    type: z.literal('turn_context'),
    timestamp: z.string(),
    payload: z.object({ model: z.string() }),
  }),
  z.object({
    type: z.literal('token_usage_record'),
    timestamp: z.string(),
    payload: z.object({ response_id: z.string(), usage: usageSchema }),
  }),
  z.object({ type: z.literal('event_msg'), timestamp: z.string(), payload: eventSchema }),
  z.object({ type: z.literal('response_item'), timestamp: z.string(), payload: itemSchema }),
]);
export type RolloutLine = z.infer<typeof rolloutSchema>;

/** What the tool that starts a sub-agent returns. Its conversation is a thread with a rollout of its own. */
export const spawnOutputSchema = z.object({ agent_id: z.string() });
