/** The built-in web chat: channels, threads, and what the person does. */
import { z } from '@hono/zod-openapi';
import type { Actor } from '../../domain/session/ids.ts';
import { ok } from '../../lib/result.ts';
import type { ChatUser } from '../../slots/chat.ts';
import { type MessagePage, visibleTo } from '../../slots/message-store.ts';
import type { ChatInputBody } from '../contract.ts';
import type { HttpDeps } from '../deps.ts';
import { type Api, addEndpoint } from '../endpoint.ts';
import { ChannelSchema, ChatReplySchema, StoredMessageSchema } from '../schemas/chat-schemas.ts';

const id = z.string().min(1).max(200);
const text = z.string().max(200_000);
const thread = id.nullable();
const base = { delivery: id, channel: id };

const Input: z.ZodType<ChatInputBody> = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('command'), ...base, thread, text }),
    z.object({ type: z.literal('reply'), ...base, thread: id, text }),
    z.object({ type: z.literal('edit'), ...base, thread: id, message: id, text }),
    z.object({ type: z.literal('delete'), ...base, thread: id, message: id }),
    z.object({
      type: z.literal('action'),
      ...base,
      thread,
      message: id,
      action: id,
      value: z.string().max(1000).nullable(),
    }),
    z.object({
      type: z.literal('form'),
      ...base,
      thread,
      form: id,
      values: z.record(z.string(), text),
    }),
  ])
  .openapi('ChatInput');

const Page = z.object({
  before: z.coerce
    .number()
    .optional()
    .openapi({ description: 'Time of the oldest message that is known' }),
  beforeId: id.optional().openapi({ description: 'Its id: others may have the same time' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Private messages of others are left out before they are counted: a short page means that there is no more. */
const pageFor = (
  { subject }: Actor,
  { before, beforeId, limit }: z.infer<typeof Page>,
): MessagePage => ({
  limit,
  before: before ?? null,
  beforeId: beforeId ?? null,
  reader: subject,
});

export function addChatRoutes(app: Api, deps: HttpDeps): void {
  const { messages } = deps;
  const tag = 'chat';

  addEndpoint(app, {
    method: 'get',
    path: '/api/chat/channels',
    tag,
    summary: 'Channels',
    response: z.array(ChannelSchema).readonly(),
    uses: null,
    run: () => ok(deps.channels()),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/chat/channels/:id/messages',
    tag,
    summary: 'Roots of threads and messages of a channel, oldest first',
    query: Page,
    response: z.array(StoredMessageSchema).readonly(),
    uses: null,
    run: ({ actor, param, query }) =>
      ok(
        messages
          .channel(param('id'), pageFor(actor, query))
          .filter((message) => visibleTo(actor.subject, message)),
      ),
  });

  addEndpoint(app, {
    method: 'get',
    path: '/api/chat/threads/:id/messages',
    tag,
    summary: 'A thread: its root, then the newest others, oldest first',
    query: Page,
    response: z.array(StoredMessageSchema).readonly(),
    uses: null,
    run: ({ actor, param, query }) =>
      ok(
        messages
          .thread(param('id'), pageFor(actor, query))
          .filter((message) => visibleTo(actor.subject, message)),
      ),
  });

  addEndpoint(app, {
    method: 'post',
    path: '/api/chat/inputs',
    tag,
    summary: 'What the person typed or pressed',
    body: Input,
    response: ChatReplySchema,
    uses: null,
    run: async ({ body, actor }) => ok(await deps.receive(body, webUser(actor))),
  });
}

const webUser = (actor: Actor): ChatUser => ({
  subject: actor.subject,
  name: actor.name,
  groups: [],
  external: false,
  bot: false,
});
