/** What agents send, as far as it is used. Read leniently: versions differ, and an unknown kind of update is no error. */
import { z } from 'zod';

const text = z.object({ type: z.literal('text'), text: z.string() });
/** Other kinds (images, links) say nothing in a terminal. */
const content = z.union([
  text,
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);

const toolContent = z.union([
  z.object({ type: z.literal('content'), content }),
  z.object({ type: z.literal('diff'), path: z.string() }),
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
]);

const toolCall = z.object({
  toolCallId: z.string(),
  title: z.string().nullish(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  content: z.array(toolContent).nullish(),
  locations: z.array(z.object({ path: z.string() })).nullish(),
  rawInput: z.unknown().optional(),
});

export type ToolCall = z.infer<typeof toolCall>;

const update = z.union([
  z.object({ sessionUpdate: z.literal('agent_message_chunk'), content }),
  z.object({ sessionUpdate: z.literal('agent_thought_chunk'), content }),
  toolCall.extend({ sessionUpdate: z.enum(['tool_call', 'tool_call_update']) }),
  z.object({
    sessionUpdate: z.literal('usage_update'),
    cost: z.object({ amount: z.number(), currency: z.string() }).nullish(),
  }),
  z.object({ sessionUpdate: z.string() }).transform(() => ({ sessionUpdate: 'other' as const })),
]);

export type Update = z.infer<typeof update>;

export const sessionNotification = z.object({ sessionId: z.string(), update });

export const permissionRequest = z.object({
  sessionId: z.string(),
  toolCall,
  options: z.array(z.object({ optionId: z.string(), name: z.string(), kind: z.string() })).min(1),
});

export type PermissionRequest = z.infer<typeof permissionRequest>;

/** A form with fields; only those of one text or one choice are asked. */
export const elicitation = z.object({
  message: z.string(),
  requestedSchema: z.object({
    properties: z.record(
      z.string(),
      z.object({
        type: z.string().optional(),
        title: z.string().nullish(),
        description: z.string().nullish(),
        enum: z.array(z.string()).nullish(),
        oneOf: z.array(z.object({ const: z.string(), title: z.string() })).nullish(),
      }),
    ),
    required: z.array(z.string()).nullish(),
  }),
});

export type Elicitation = z.infer<typeof elicitation>;

/** Cursor's own way to ask. */
export const cursorQuestions = z.object({
  title: z.string().nullish(),
  questions: z.array(
    z.object({
      id: z.string(),
      prompt: z.string(),
      options: z.array(z.object({ id: z.string(), label: z.string() })).default([]),
    }),
  ),
});

const tokens = z.object({
  input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
});

export const promptResponse = z.object({
  stopReason: z.string(),
  /** Of the turn, where the agent tells it. */
  usage: z
    .object({
      inputTokens: z.number().default(0),
      outputTokens: z.number().default(0),
      cachedReadTokens: z.number().nullish(),
      cachedWriteTokens: z.number().nullish(),
      thoughtTokens: z.number().nullish(),
    })
    .nullish()
    .catch(null),
  _meta: z
    .object({
      quota: z
        .object({
          token_count: tokens.nullish(),
          model_usage: z.array(z.object({ model: z.string(), token_count: tokens })).nullish(),
        })
        .nullish(),
    })
    .nullish()
    .catch(null),
});

export type PromptResponse = z.infer<typeof promptResponse>;

const configOption = z.object({
  id: z.string(),
  category: z.string().nullish(),
  currentValue: z.unknown().optional(),
  options: z.array(z.unknown()).nullish(),
});

/** Answer to a new or loaded conversation. */
export const sessionStart = z
  .object({
    sessionId: z.string().optional(),
    modes: z
      .object({ currentModeId: z.string(), availableModes: z.array(z.object({ id: z.string() })) })
      .nullish(),
    models: z.object({ currentModelId: z.string().nullish() }).nullish().catch(null),
    configOptions: z.array(configOption).nullish().catch(null),
  })
  .nullish();

export type SessionStart = z.infer<typeof sessionStart>;

export const initialized = z.object({
  protocolVersion: z.number(),
  agentCapabilities: z
    .object({
      loadSession: z.boolean().default(false),
      sessionCapabilities: z.object({ resume: z.unknown().optional() }).nullish(),
    })
    .nullish()
    .catch(null),
});
