/** What opencode's server sends, only the fields read here. Unknown events and parts are ignored. */
import { z } from 'zod';

export const sessionSchema = z.object({
  id: z.string(),
  parentID: z.string().nullish(),
  directory: z.string(),
  time: z.object({ created: z.number() }),
});

const errorSchema = z.object({
  name: z.string(),
  data: z
    .looseObject({ message: z.string().optional(), statusCode: z.number().optional() })
    .optional(),
});
export type MessageError = z.infer<typeof errorSchema>;

const messageSchema = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.enum(['user', 'assistant']),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
  modelID: z.string().optional(),
  error: errorSchema.nullish(),
  /** USD by opencode's own prices; 0 for models whose price it doesn't know. */
  cost: z.number().optional(),
  /** `input` excludes what was read from a cache; `reasoning` comes on top of `output`. */
  tokens: z
    .object({
      input: z.number(),
      output: z.number(),
      reasoning: z.number().default(0),
      cache: z.object({ read: z.number(), write: z.number() }),
    })
    .optional(),
});
export type Message = z.infer<typeof messageSchema>;

const partSchema = z.looseObject({
  messageID: z.string(),
  sessionID: z.string(),
  type: z.string(),
  text: z.string().optional(),
  synthetic: z.boolean().optional(),
  tool: z.string().optional(),
  callID: z.string().optional(),
  state: z
    .looseObject({ status: z.string(), input: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});
export type Part = z.infer<typeof partSchema>;

export const statusSchema = z.object({
  type: z.string(),
  attempt: z.number().optional(),
  message: z.string().optional(),
  next: z.number().optional(),
});
export type SessionStatus = z.infer<typeof statusSchema>;

export const permissionSchema = z.object({
  id: z.string(),
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
  always: z.array(z.string()).default([]),
});
export type Permission = z.infer<typeof permissionSchema>;

export const questionSchema = z.object({
  id: z.string(),
  sessionID: z.string(),
  questions: z
    .array(
      z.object({
        question: z.string(),
        header: z.string().default(''),
        options: z
          .array(z.object({ label: z.string(), description: z.string().default('') }))
          .default([]),
      }),
    )
    .min(1),
});
export type Question = z.infer<typeof questionSchema>;

export const messagesSchema = z.array(
  z.object({ info: messageSchema, parts: z.array(partSchema) }),
);

export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.created'), properties: z.object({ info: sessionSchema }) }),
  z.object({
    type: z.literal('session.status'),
    properties: z.object({ sessionID: z.string(), status: statusSchema }),
  }),
  z.object({
    type: z.literal('session.error'),
    properties: z.object({ sessionID: z.string().optional(), error: errorSchema }),
  }),
  z.object({ type: z.literal('message.updated'), properties: z.object({ info: messageSchema }) }),
  z.object({ type: z.literal('message.part.updated'), properties: z.object({ part: partSchema }) }),
  z.object({ type: z.literal('permission.asked'), properties: permissionSchema }),
  z.object({
    type: z.literal('permission.replied'),
    properties: z.object({ requestID: z.string() }),
  }),
  z.object({ type: z.literal('question.asked'), properties: questionSchema }),
  z.object({
    type: z.literal('question.replied'),
    properties: z.object({ requestID: z.string() }),
  }),
  z.object({
    type: z.literal('question.rejected'),
    properties: z.object({ requestID: z.string() }),
  }),
]);
export type ServerEvent = z.infer<typeof eventSchema>;
