import { randomUUID } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type {
  ChatMessage,
  ChatPlugin,
  ChatReply,
  ChatUser,
  Inbound,
  MessageRef,
  ThreadRef,
} from '../slots/chat.ts';
import type { Logger } from '../slots/context.ts';
import { notFound, rejected, transient } from '../slots/errors.ts';
import type { Inbox } from '../slots/inbox.ts';
import {
  type MessageStore,
  type NewMessage,
  type StoredMessage,
  whisperId,
} from '../slots/message-store.ts';
import type { ChatInputBody } from '../slots/web-chat-input.ts';
import { createWebInbox } from './inbox.ts';
import { receive } from './receive.ts';
import { withImages } from './with-images.ts';

const PLATFORM = 'web';
const AUTHOR = { subject: 'system:ao', name: 'ao', bot: true } as const;

export interface WebChat extends ChatPlugin {
  /**
   * Takes what a person did on the page. It is kept before anything is done, and what they typed is stored before the host is
   * asked, so it shows at once; a delivery sent again stores nothing new and gets the same answer.
   */
  receive(input: ChatInputBody, user: ChatUser): Promise<ChatReply>;
}

export interface WebChatParts {
  readonly store: MessageStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: Inbox;
  /** Channel ids: one per project, and `general`. Asked at every use, so a reloaded config counts. */
  readonly channels: () => readonly string[];
}

/**
 * The built-in chat. It has no platform behind it: messages are rows of the MessageStore, and the page reads them over
 * HTTP and SSE. A session has one thread, whose id (and root message id) is the session id.
 */
export function createWebChat(parts: WebChatParts): WebChat {
  const { store, clock, channels } = parts;
  let inbound: Inbound | null = null;
  const stopped = (): never => {
    throw transient(
      'AO_CHAT_STOPPED',
      'ao is starting or stopping and takes no input yet. Send it again in a moment.',
    );
  };
  const inbox = createWebInbox({
    ...parts,
    deal: (input, user, now) =>
      inbound === null
        ? Promise.reject(new Error('ao is stopping'))
        : receive({ store, now, inbound, platform: PLATFORM }, input, user),
    tell: (user, where, text) =>
      void put({
        id: whisperId(user, randomUUID()),
        ...where,
        session: null,
        key: null,
        message: { text, kind: 'post', blocks: [{ type: 'text', text }] },
      }),
  });

  const put = (
    message: Omit<NewMessage, 'author' | 'text' | 'at'> & { readonly message: ChatMessage },
  ): StoredMessage =>
    store.insert({ ...message, author: AUTHOR, text: message.message.text, at: clock.now() });

  const mustExist = (id: string): StoredMessage => {
    const found = store.get(id);
    if (found) return found;
    throw notFound(
      'AO_CHAT_MESSAGE_GONE',
      `Message ${id} is no longer in the web chat. Post it again.`,
    );
  };

  return {
    platform: PLATFORM,
    capabilities: {
      threads: true,
      forms: true,
      whisper: true,
      files: false,
      nativeStatus: false,
      editInterval: 100,
    },

    async start(host) {
      inbound = host;
      inbox.resume();
    },

    async stop() {
      await inbox.stop();
      inbound = null;
    },

    async openThread({ channel, session, card, key }) {
      knownChannel(channels(), channel);
      const root = put({ id: session, channel, thread: session, session, key, message: card });
      return { platform: PLATFORM, channel: root.channel, thread: root.id, root: root.id };
    },

    async post(thread, message, key) {
      const root = mustExist(thread.root);
      return refOf(
        put({
          id: randomUUID(),
          channel: root.channel,
          thread: root.id,
          session: root.session,
          key,
          message: await withImages(message),
        }),
      );
    },

    async postToChannel(channel, message, key) {
      knownChannel(channels(), channel);
      return refOf(
        put({
          id: randomUUID(),
          channel,
          thread: null,
          session: null,
          key,
          message: await withImages(message),
        }),
      );
    },

    async update(ref, content) {
      const current = mustExist(ref.message);
      if (JSON.stringify(current.message) === JSON.stringify(content)) return;
      store.update(ref.message, { message: content, text: content.text, editedAt: clock.now() });
    },

    async react(ref, emoji) {
      const current = mustExist(ref.message);
      const reactions = emoji === null ? [] : [emoji];
      if (current.reactions.join() !== reactions.join()) store.update(ref.message, { reactions });
    },

    async whisper(user, where, message) {
      put({
        id: whisperId(user, randomUUID()),
        channel: where.channel,
        thread: where.thread,
        session: null,
        key: null,
        message,
      });
    },

    async download(file) {
      throw rejected(
        'AO_CHAT_NO_FILES',
        `The web chat takes no files, so there is no ${file.name} to read.`,
      );
    },

    async lookup(_where, key) {
      const found = store.findByKey(key);
      return found && refOf(found);
    },

    hasThread: async (thread) => store.get(thread.root) !== null,

    async setThreadState(thread, state) {
      const root = mustExist(thread.root);
      if (root.ended !== (state === 'ended')) store.update(root.id, { ended: state === 'ended' });
    },

    async doctor() {
      return [{ level: 'ok', what: `Web chat: ${channels().length} channels.`, fix: null }];
    },

    async receive(input, user) {
      if (!inbound) return stopped();
      const reply = await inbox.take(input, user);
      return reply.whisper === undefined
        ? reply
        : { ...reply, whisper: await withImages(reply.whisper) };
    },
  };
}

function knownChannel(channels: readonly string[], channel: string): void {
  if (channels.includes(channel)) return;
  throw notFound(
    'AO_CHAT_CHANNEL_UNKNOWN',
    `The web chat has no channel "${channel}". It has ${channels.join(', ')}.`,
  );
}

const refOf = (message: StoredMessage): MessageRef & Pick<ThreadRef, 'thread'> => ({
  platform: PLATFORM,
  channel: message.channel,
  thread: message.thread ?? message.id,
  message: message.id,
});
