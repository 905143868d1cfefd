import type { SessionView } from '../../commands/views.ts';
import type { Redacted } from '../../lib/redact.ts';
import type { ChatMessage, ChatPlugin, MessageRef, ThreadRef } from '../../slots/chat.ts';
import type { CardLinks } from '../words/links.ts';
import type { FadePayload, UpdatePayload } from './chat-job.ts';

/** What a handler may know of its job. */
export interface OutboundJob {
  readonly key: string;
  readonly session: string | null;
  readonly payload: unknown;
  /** 1 for the first try. */
  readonly attempts: number;
  readonly inDoubt: boolean;
}

export interface StoredThreadRef {
  readonly channel: string;
  readonly thread: string | null;
  readonly root: string | null;
  readonly cardHash: string | null;
}

/** A chat as this room may use it: it takes nothing that didn't pass the redactor. */
export interface SafeChat
  extends Omit<ChatPlugin, 'openThread' | 'post' | 'postToChannel' | 'update'> {
  openThread(
    input: Omit<Parameters<ChatPlugin['openThread']>[0], 'card' | 'title'> & {
      readonly title: Redacted<string>;
      readonly card: Redacted<ChatMessage>;
    },
  ): ReturnType<ChatPlugin['openThread']>;
  post(
    thread: ThreadRef,
    message: Redacted<ChatMessage>,
    key: string,
  ): ReturnType<ChatPlugin['post']>;
  postToChannel(
    channel: string,
    message: Redacted<ChatMessage>,
    key: string,
  ): ReturnType<ChatPlugin['postToChannel']>;
  update(ref: MessageRef, message: Redacted<ChatMessage>): ReturnType<ChatPlugin['update']>;
}

export interface OutboundDeps {
  plugin(platform: string): SafeChat;
  /** Cleaned of secrets already: what is composed of it is escaped and cut. */
  view(session: string): SessionView | null;
  thread(session: string, platform: string): StoredThreadRef | null;
  setThread(
    session: string,
    platform: string,
    change: { thread?: string; root?: string; cardHash?: string },
  ): void;
  /** Asks for the live card to be drawn again. */
  refreshCard(session: string, platform: string): void;
  /** Opens a thread anew in place of this one, with a note; what is posted waits for it. False when that was done before: then people want none. */
  reopen(session: string, platform: string, gone: ThreadRef): boolean;
  /** What an earlier post of this name became, the newest where there are several; null when it was never made. */
  posted(name: string): { readonly key: string; readonly ref: MessageRef } | null;
  /** Posts of a session on a platform as they are shown now, in its thread and in channels. */
  posts(
    session: string,
    platform: string,
  ): ReadonlyArray<{
    readonly key: string;
    readonly ref: MessageRef;
    readonly message: ChatMessage;
  }>;
  /** Changes of posts of a session on a platform that have yet to be carried out, oldest first. */
  waiting(session: string, platform: string): ReadonlyArray<UpdatePayload | FadePayload>;
  /** Remembers what a post was changed to. */
  changed(key: string, message: ChatMessage): void;
  /** Address of a session's thread; null while it is not known. */
  threadLink(platform: string, session: string): string | null;
  links(platform: string): CardLinks;
  readonly now: () => number;
  /** Removes known secrets from everything that is posted. */
  readonly redact: (text: string) => string;
}

export interface OutboundHandler {
  run(job: OutboundJob): Promise<{ readonly result?: unknown; readonly commit?: () => void }>;
  interval?(job: OutboundJob): number;
  readonly maxAttempts: number;
}
