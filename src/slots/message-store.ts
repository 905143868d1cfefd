import type { ChatMessage } from './chat.ts';

/** A message of the built-in web chat, stored by ao itself because the web chat has no platform behind it. */
export interface StoredMessage {
  readonly id: string;
  /** Global sequence (shared with events and sessions); grows with every change of the message. The SSE id. */
  readonly seq: number;
  readonly channel: string;
  /** Id of the thread; equals `id` for a thread's root message. Null: a message in the channel itself. */
  readonly thread: string | null;
  readonly session: string | null;
  /** Idempotency key of a post by ao; unique. */
  readonly key: string | null;
  readonly author: { readonly subject: string; readonly name: string; readonly bot: boolean };
  /** What a person typed, or the notification line of `message`. */
  readonly text: string;
  /** Null for messages by people. */
  readonly message: ChatMessage | null;
  readonly reactions: readonly string[];
  readonly ended: boolean;
  readonly at: number;
  readonly editedAt: number | null;
  readonly deleted: boolean;
}

export type NewMessage = Omit<
  StoredMessage,
  'seq' | 'reactions' | 'ended' | 'editedAt' | 'deleted'
>;

export interface MessagePage {
  readonly limit: number;
  /** Only with `at` less than this. */
  readonly before: number | null;
  /** Of those with just that `at`, also the ones that were stored before this message: many may share a millisecond. */
  readonly beforeId?: string | null;
  /** Without private messages to others, so that a page is full whenever there is more; not given: all. */
  readonly reader?: string;
}

/** Durable; each call is one transaction. Implemented by src/db, handed to the web plugin and the HTTP API by app.ts. */
export interface MessageStore {
  /** Returns the existing message when `key` or `id` is there already. */
  insert(message: NewMessage): StoredMessage;
  update(
    id: string,
    change: Partial<
      Pick<StoredMessage, 'text' | 'message' | 'reactions' | 'editedAt' | 'deleted' | 'ended'>
    >,
  ): StoredMessage | null;
  get(id: string): StoredMessage | null;
  findByKey(key: string): StoredMessage | null;
  /** The root, always; then the newest `limit` others of the page, oldest first. */
  thread(thread: string, page: MessagePage): readonly StoredMessage[];
  /** Roots and channel messages: the newest `limit` of the page, oldest first. */
  channel(channel: string, page: MessagePage): readonly StoredMessage[];
  changedAfter(seq: number, limit: number): readonly StoredMessage[];
  onChange(listener: (message: StoredMessage) => void): () => void;
}

const WHISPER = 'whisper/';

/** What the id of every private message begins with: with a subject, of that person's. */
export const whisperPrefix = (subject?: string): string =>
  subject === undefined ? WHISPER : `${WHISPER}${encodeURIComponent(subject)}/`;

/** Id of a stored message that one person alone may see. `unique` makes it differ from that person's other ones. */
export const whisperId = (subject: string, unique: string): string =>
  `${whisperPrefix(subject)}${unique}`;

/** Whether `subject` may see the message. Everything that hands out stored messages (lists, SSE) must ask. */
export function visibleTo(subject: string, message: Pick<StoredMessage, 'id'>): boolean {
  return !message.id.startsWith(WHISPER) || message.id.startsWith(whisperPrefix(subject));
}
