/** Who asks, and the web chat, as schemas. */
import { z } from '@hono/zod-openapi';
import { Time } from '../../commands/schemas/session-schema.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import type { StoredMessage } from '../../slots/message-store.ts';
import type { Channel, ChatReply, Me } from '../contract.ts';

export const MeSchema: z.ZodType<Me> = z
  .object({ subject: z.string(), name: z.string(), version: z.string(), demo: z.boolean() })
  .openapi('Me');

export const ChannelSchema: z.ZodType<Channel> = z
  .object({ id: z.string(), name: z.string(), project: z.string().nullable() })
  .openapi('Channel');

/** Blocks are described by src/slots/chat.ts; unknown ones are to be skipped. */
const ChatMessageSchema = z
  .looseObject({
    text: z.string(),
    blocks: z.array(z.looseObject({ type: z.string() })),
    kind: z.enum(['card', 'post', 'agent']),
  })
  .openapi('ChatMessage') as unknown as z.ZodType<ChatMessage>;

export const StoredMessageSchema: z.ZodType<StoredMessage> = z
  .object({
    id: z.string(),
    seq: z.int(),
    channel: z.string(),
    thread: z.string().nullable(),
    session: z.string().nullable(),
    key: z.string().nullable(),
    author: z.object({ subject: z.string(), name: z.string(), bot: z.boolean() }),
    text: z.string(),
    message: ChatMessageSchema.nullable(),
    reactions: z.array(z.string()),
    ended: z.boolean(),
    at: Time,
    editedAt: Time.nullable(),
    deleted: z.boolean(),
  })
  .openapi('Message');

export const ChatReplySchema = z
  .looseObject({
    whisper: ChatMessageSchema.optional(),
    form: z.looseObject({ id: z.string() }).optional(),
    errors: z.record(z.string(), z.string()).optional(),
  })
  .openapi('ChatReply') as unknown as z.ZodType<ChatReply>;
