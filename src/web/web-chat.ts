import { randomUUID } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type {
  ChatMessage,
  ChatPlugin,
  ChatReply,
  ChatUser,
  Inbound,
  InboundFile,
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
import { createWebInbox, type WebInbox } from './inbox.ts';
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

interface WebChatState {
  readonly store: WebChatParts['store'];
  readonly clock: WebChatParts['clock'];
  readonly channels: WebChatParts['channels'];
  inbound: Inbound | null;
  readonly inbox: WebInbox;
}

/**
 * The built-in chat. It has no platform behind it: messages are rows of the MessageStore, and the page reads them over
 * HTTP and SSE. A session has one thread, whose id (and root message id) is the session id.
 */
export function createWebChat(parts: WebChatParts): WebChat {
  const { store, clock, channels } = parts;
  const chat: WebChatState = {
    store,
    clock,
    channels,
    inbound: null,
    inbox: createWebInbox({
      ...parts,
      deal: (input, user, now) =>
        chat.inbound === null
          ? Promise.reject(new Error('ao is stopping'))
          : receive({ store, now, inbound: chat.inbound, platform: PLATFORM }, input, user),
      tell: (user, where, text) =>
        void put(chat, {
          id: whisperId(user, randomUUID()),
          ...where,
          session: null,
          key: null,
          message: { text, kind: 'post', blocks: [{ type: 'text', text }] },
        }),
    }),
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

    start: (host) => start(chat, host),

    stop: () => stop(chat),

    openThread: (input) => openThread(chat, input),

    post: (thread, message, key) => post(chat, thread, message, key),

    postToChannel: (channel, message, key) => postToChannel(chat, channel, message, key),

    update: (ref, content) => update(chat, ref, content),

    react: (ref, emoji) => react(chat, ref, emoji),

    whisper: (user, where, message) => whisper(chat, user, where, message),

    download: (file) => download(file),

    lookup: (_where, key) => lookup(chat, _where, key),

    hasThread: async (thread) => store.get(thread.root) !== null,

    setThreadState: (thread, state) => setThreadState(chat, thread, state),

    async doctor() {
      return [{ level: 'ok', what: `Web chat: ${channels().length} channels.`, fix: null }];
    },

    receive: (input, user) => receiveChat(chat, input, user),
  };
}

function stopped(): never {
  throw transient(
    'AO_CHAT_STOPPED',
    'ao is starting or stopping and takes no input yet. Send it again in a moment.',
  );
}

const put = (
  chat: WebChatState,
  message: Omit<NewMessage, 'author' | 'text' | 'at'> & { readonly message: ChatMessage },
): StoredMessage =>
  chat.store.insert({
    ...message,
    author: AUTHOR,
    text: message.message.text,
    at: chat.clock.now(),
  });

function mustExist(chat: WebChatState, id: string): StoredMessage {
  const found = chat.store.get(id);
  if (found) return found;
  throw notFound(
    'AO_CHAT_MESSAGE_GONE',
    `Message ${id} is no longer in the web chat. Post it again.`,
  );
}

async function start(chat: WebChatState, host: Inbound): Promise<void> {
  chat.inbound = host;
  chat.inbox.resume();
}

async function stop(chat: WebChatState): Promise<void> {
  await chat.inbox.stop();
  chat.inbound = null;
}

async function openThread(
  chat: WebChatState,
  { channel, session, card, key }: Parameters<WebChat['openThread']>[0],
): Promise<ThreadRef> {
  knownChannel(chat.channels(), channel);
  const root = put(chat, { id: session, channel, thread: session, session, key, message: card });
  return { platform: PLATFORM, channel: root.channel, thread: root.id, root: root.id };
}

async function post(
  chat: WebChatState,
  thread: ThreadRef,
  message: ChatMessage,
  key: string,
): Promise<MessageRef> {
  const root = mustExist(chat, thread.root);
  return refOf(
    put(chat, {
      id: randomUUID(),
      channel: root.channel,
      thread: root.id,
      session: root.session,
      key,
      message: await withImages(message),
    }),
  );
}

async function postToChannel(
  chat: WebChatState,
  channel: string,
  message: ChatMessage,
  key: string,
): Promise<MessageRef> {
  knownChannel(chat.channels(), channel);
  return refOf(
    put(chat, {
      id: randomUUID(),
      channel,
      thread: null,
      session: null,
      key,
      message: await withImages(message),
    }),
  );
}

async function update(chat: WebChatState, ref: MessageRef, content: ChatMessage): Promise<void> {
  const current = mustExist(chat, ref.message);
  if (JSON.stringify(current.message) === JSON.stringify(content)) return;
  chat.store.update(ref.message, {
    message: content,
    text: content.text,
    editedAt: chat.clock.now(),
  });
}

async function react(
  chat: WebChatState,
  ref: MessageRef,
  emoji: '👀' | '✅' | '⚠️' | null,
): Promise<void> {
  const current = mustExist(chat, ref.message);
  const reactions = emoji === null ? [] : [emoji];
  if (current.reactions.join() !== reactions.join()) chat.store.update(ref.message, { reactions });
}

async function whisper(
  chat: WebChatState,
  user: string,
  where: { channel: string; thread: string | null },
  message: ChatMessage,
): Promise<void> {
  put(chat, {
    id: whisperId(user, randomUUID()),
    channel: where.channel,
    thread: where.thread,
    session: null,
    key: null,
    message,
  });
}

async function download(file: InboundFile): Promise<Uint8Array> {
  throw rejected(
    'AO_CHAT_NO_FILES',
    `The web chat takes no files, so there is no ${file.name} to read.`,
  );
}

async function lookup(
  chat: WebChatState,
  _where: { channel: string; thread: string | null },
  key: string,
): Promise<MessageRef | null> {
  const found = chat.store.findByKey(key);
  return found && refOf(found);
}

async function setThreadState(
  chat: WebChatState,
  thread: ThreadRef,
  state: 'open' | 'ended',
): Promise<void> {
  const root = mustExist(chat, thread.root);
  if (root.ended !== (state === 'ended')) chat.store.update(root.id, { ended: state === 'ended' });
}

async function receiveChat(
  chat: WebChatState,
  input: ChatInputBody,
  user: ChatUser,
): Promise<ChatReply> {
  if (!chat.inbound) return stopped();
  const reply = await chat.inbox.take(input, user);
  return reply.whisper === undefined
    ? reply
    : { ...reply, whisper: await withImages(reply.whisper) };
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
