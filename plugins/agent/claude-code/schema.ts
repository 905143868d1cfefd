/** What Claude Code writes and sends, only the fields read here. Unknown entry types and fields are ignored. */
import { z } from 'zod';
import { conversationId } from '../../shared/own-folder.ts';

/** `<config dir>/sessions/<pid>.json`. Written without `status` for a moment while the program starts. */
export const statusFileSchema = z.object({
  pid: z.number(),
  sessionId: z.string(),
  /** Start time of the process in clock ticks, as in `/proc/<pid>/stat`. */
  procStart: z.union([z.string(), z.number()]).transform(String).optional(),
  status: z.string().optional(),
  statusUpdatedAt: z.number().optional(),
  waitingFor: z.string().optional(),
});
export type StatusFile = z.infer<typeof statusFileSchema>;

export const questionsSchema = z.object({
  questions: z
    .array(
      z.object({
        question: z.string(),
        header: z.string().default(''),
        multiSelect: z.boolean().default(false),
        options: z
          .array(z.object({ label: z.string(), description: z.string().default('') }))
          .default([]),
      }),
    )
    .min(1),
});

/** A rule change the program offers with a permission request; passed back as it came but for its destination. */
export const suggestionSchema = z.looseObject({
  type: z.string(),
  mode: z.string().optional(),
  rules: z.array(z.object({ toolName: z.string(), ruleContent: z.string().optional() })).optional(),
  directories: z.array(z.string()).optional(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

const common = { session_id: conversationId, transcript_path: z.string().optional() };
export const hookSchema = z.discriminatedUnion('hook_event_name', [
  z.object({ ...common, hook_event_name: z.literal('UserPromptSubmit'), prompt: z.string() }),
  z.object({
    ...common,
    hook_event_name: z.literal('PermissionRequest'),
    tool_name: z.string(),
    tool_input: z.record(z.string(), z.unknown()).default({}),
    permission_suggestions: z.array(suggestionSchema).default([]),
  }),
  z.object({
    ...common,
    hook_event_name: z.literal('Stop'),
    last_assistant_message: z.string().nullish(),
  }),
  z.object({
    ...common,
    hook_event_name: z.literal('StopFailure'),
    error: z.string().default('unknown'),
    last_assistant_message: z.string().nullish(),
  }),
  z.object({ ...common, hook_event_name: z.literal('SessionEnd'), reason: z.string().default('') }),
]);
export type Hook = z.infer<typeof hookSchema>;
export type PermissionHook = Extract<Hook, { hook_event_name: 'PermissionRequest' }>;

const blockSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
});
const contentSchema = z.union([z.string(), z.array(blockSchema)]);
const timestamp = z.string().optional();

const usageSchema = z.object({
  input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
  cache_read_input_tokens: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  cache_creation_input_tokens: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  cache_creation: z.object({ ephemeral_1h_input_tokens: z.number().default(0) }).nullish(),
});

/** Lines of `<config dir>/projects/<folder>/<session>.jsonl` and of its sub-agents' files. */
export const transcriptSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user'),
    isMeta: z.boolean().nullish(),
    isSidechain: z.boolean().nullish(),
    timestamp,
    message: z.object({ content: contentSchema }),
  }),
  z.object({
    type: z.literal('assistant'),
    isSidechain: z.boolean().nullish(),
    timestamp,
    isApiErrorMessage: z.boolean().nullish(),
    error: z.string().nullish(),
    message: z.object({
      id: z.string(),
      model: z.string(),
      content: contentSchema,
      stop_reason: z.string().nullish(),
      usage: usageSchema.optional(),
    }),
  }),
  z.object({
    type: z.literal('queue-operation'),
    operation: z.string(),
    content: z.string().optional(),
    timestamp,
  }),
  z.object({ type: z.literal('system'), subtype: z.string().optional(), timestamp }),
]);
export type TranscriptLine = z.infer<typeof transcriptSchema>;
