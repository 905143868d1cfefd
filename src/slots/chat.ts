import type { ChatCatalogue, TypedCommand } from './chat-catalogue.ts';
import type { DoctorFinding } from './context.ts';

/**
 * Inline text is Markdown (CommonMark, no HTML); the platform plugin converts, escapes and limits it. `[5 min ago](time:<ms>)`
 * is a moment, shown live where the platform can; its label is for where it can't.
 */
export type Markdown = string;

export interface Button {
  /** Short opaque id, unique in the message, at most 80 bytes: `<verb>:<session>:<argument>`. Survives restarts. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
  /** Link buttons open this and send no action. */
  readonly url?: string;
  /** Asked before the action is sent. */
  readonly confirm?: { readonly title: string; readonly text: Markdown; readonly ok: string };
}

export interface Select {
  readonly id: string;
  readonly placeholder: string;
  readonly options: ReadonlyArray<{ readonly value: string; readonly label: string }>;
}

export type Block =
  | { readonly type: 'text'; readonly text: Markdown }
  /** Small grey line. */
  | { readonly type: 'context'; readonly text: Markdown }
  /** Monospaced, folded when long; shown with its title. `untrusted` text is never linkified. */
  | {
      readonly type: 'code';
      readonly title: string | null;
      readonly text: string;
      readonly folded: boolean;
    }
  | {
      readonly type: 'fields';
      readonly fields: ReadonlyArray<{ readonly name: string; readonly value: Markdown }>;
    }
  | {
      readonly type: 'table';
      readonly columns: readonly string[];
      readonly rows: ReadonlyArray<readonly string[]>;
    }
  | { readonly type: 'buttons'; readonly buttons: readonly Button[] }
  | { readonly type: 'select'; readonly select: Select }
  | { readonly type: 'image'; readonly file: string; readonly alt: string }
  | { readonly type: 'divider' };

/** What is posted. `text` alone must make sense as a notification line. */
export interface ChatMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** `card`: the live root message; `agent`: speech of the agent (untrusted Markdown); `post`: everything else. */
  readonly kind: 'card' | 'post' | 'agent';
  /** Attached as files by the plugin. */
  readonly files?: ReadonlyArray<{ readonly name: string; readonly content: string }>;
  /** Subjects to mention, as `slack:T:U`. Others in the text are never mentioned. */
  readonly mention?: readonly string[];
  /** Discord forum tag, web board column and the like. */
  readonly status?: string;
}

export interface ThreadRef {
  readonly platform: string;
  readonly channel: string;
  /** Platform id of the thread (Slack: ts of the root, Discord: thread id, web: thread id). */
  readonly thread: string;
  /** Platform id of the root message (the live card); in a thread that people began, of the card in it. */
  readonly root: string;
}

export interface MessageRef {
  readonly platform: string;
  readonly channel: string;
  readonly thread: string;
  readonly message: string;
}

export interface ChatUser {
  /** `slack:T…:U…`, `discord:<guild>:<user>`, `web:local`. */
  readonly subject: string;
  readonly name: string;
  /** Group and role ids, for the access policy. */
  readonly groups: readonly string[];
  /** Guest, other team, or in a channel that other organizations share: never allowed anything. */
  readonly external: boolean;
  /** `external` for where they wrote alone: one of the team, in a channel that other organizations share. */
  readonly inSharedChannel?: boolean;
  readonly bot: boolean;
}

export interface InboundFile {
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  /** Opaque; `download` takes it. */
  readonly ref: string;
}

/** A message of a thread, as it can be read by somebody who wasn't there. */
export interface ThreadMessage {
  readonly id: string;
  /** Name as the platform shows it. */
  readonly who: string;
  readonly at: number;
  /** Readable, with blocks, embeds and what was forwarded in it. */
  readonly text: string;
  readonly files: readonly InboundFile[];
  /** ao's own. */
  readonly own: boolean;
}

interface InboundBase {
  readonly platform: string;
  /** Claimed in the transaction that records the consequence; the same id again does nothing. */
  readonly delivery: string;
  readonly user: ChatUser;
  readonly channel: string;
  /** Null outside a thread. */
  readonly thread: string | null;
  readonly at: number;
}

export type ChatInput =
  /**
   * `text` without the leading `/ao`, mention or `!`. `words`: all that was written but for a mention of ao, readable, with what was
   * forwarded; left out where it can't be meant as words for an agent. `plain`: it was said to ao by its name or in a direct message,
   * so that words that are no command are a task, or in a session's thread a message. `message`: the one it was written as.
   */
  | (InboundBase & {
      readonly type: 'command';
      readonly text: string;
      readonly files: readonly InboundFile[];
      readonly trigger: string | null;
      readonly words?: string;
      readonly plain?: true;
      readonly message?: string;
      /** Written where nobody else reads. */
      readonly direct?: true;
    })
  | (InboundBase & {
      readonly type: 'reply';
      readonly text: string;
      readonly message: string;
      readonly files: readonly InboundFile[];
    })
  | (InboundBase & { readonly type: 'edit'; readonly text: string; readonly message: string })
  | (InboundBase & { readonly type: 'delete'; readonly message: string })
  /** Button press or select; `value` only for selects. */
  | (InboundBase & {
      readonly type: 'action';
      readonly action: string;
      readonly value: string | null;
      readonly message: string;
      readonly trigger: string | null;
    })
  | (InboundBase & {
      readonly type: 'form';
      readonly form: string;
      readonly values: Readonly<Record<string, string>>;
    })
  /** "Spawn from this message". */
  | (InboundBase & {
      readonly type: 'shortcut';
      readonly text: string;
      readonly message: string;
      readonly trigger: string | null;
    });

export interface FormField {
  readonly id: string;
  readonly label: string;
  readonly kind: 'text' | 'multiline' | 'select';
  readonly optional: boolean;
  readonly initial?: string;
  readonly placeholder?: string;
  readonly options?: ReadonlyArray<{ readonly value: string; readonly label: string }>;
}

export interface Form {
  /** Comes back in the `form` input. */
  readonly id: string;
  readonly title: string;
  readonly submit: string;
  readonly fields: readonly FormField[];
}

/** The direct answer to one input: private to the person, or nothing. */
export interface ChatReply {
  /** Seen by that person only. */
  readonly whisper?: ChatMessage;
  /** Must be the first response on some platforms; the plugin takes care. */
  readonly form?: Form;
  /** Form field errors, by field id; keeps the form open. */
  readonly errors?: Readonly<Record<string, string>>;
  /** What was asked for wasn't done, and `whisper` says why: a form that is still open keeps what was typed. */
  readonly refused?: true;
}

/** Given to the plugin by its host. Resolves when the consequence is committed; must be acked to the platform within 3 s regardless. */
export type Inbound = (input: ChatInput) => Promise<ChatReply>;

/** What a platform tells besides what people do; a plugin calls these, and the host never throws. */
export interface ChatEvents {
  /** It answers again after it did not: what waits to be posted is tried at once. */
  back(): void;
  /**
   * Somebody deleted a thread, the message it hangs on, or (thread null) a whole channel, or archived it. The host looks whether
   * that is so, and opens the threads of its sessions again or tells people where they still are; so a false alarm does no harm.
   */
  lost(where: { readonly channel: string; readonly thread: string | null }): void;
}

export interface ChatCapabilities {
  readonly threads: boolean;
  readonly forms: boolean;
  readonly whisper: boolean;
  readonly files: boolean;
  readonly nativeStatus: boolean;
  /** Shortest time between two edits of one message that the platform bears, ms. */
  readonly editInterval: number;
}

/**
 * A two-way chat platform. Posts carry a `key`; `lookup` finds a post by its key after a crash so that it isn't repeated.
 * Errors: PluginError (`not_found`: channel or message gone, `rejected`: not in channel or missing scope, `transient`: rate limit or outage, `auth`).
 */
export interface ChatPlugin {
  readonly platform: string;
  readonly capabilities: ChatCapabilities;
  /**
   * `catalogue` is for platforms whose commands have typed options; others need none.
   */
  start(inbound: Inbound, catalogue?: ChatCatalogue, events?: ChatEvents): Promise<void>;
  stop(): Promise<void>;
  /** Posts `card` as the root of a new thread; with `thread` in that one, which people began and which is never archived or locked. */
  openThread(input: {
    channel: string;
    session: string;
    title: string;
    card: ChatMessage;
    key: string;
    thread?: string;
  }): Promise<ThreadRef>;
  post(thread: ThreadRef, message: ChatMessage, key: string): Promise<MessageRef>;
  /** A message in the channel itself (digest, on-call escalation). */
  postToChannel(channel: string, message: ChatMessage, key: string): Promise<MessageRef>;
  update(message: MessageRef, content: ChatMessage): Promise<void>;
  /** Sets the bot's receipt on a person's message: exactly this one emoji of ao's stays. */
  react(message: MessageRef, emoji: '👀' | '✅' | '⚠️' | null): Promise<void>;
  /** A private message to one person in the thread or channel; falls back to a direct message. */
  whisper(
    user: string,
    where: { channel: string; thread: string | null },
    message: ChatMessage,
  ): Promise<void>;
  /** Reads an inbound file; at most `maxBytes`. */
  download(file: InboundFile, maxBytes: number): Promise<Uint8Array>;
  /** Finds what a former, in-doubt `openThread`/`post` with this key made; null when it made nothing. */
  lookup(
    where: { channel: string; thread: string | null },
    key: string,
  ): Promise<MessageRef | null>;
  /**
   * What was said in a thread after the message `after` (null: from its beginning) and before the message `before`, oldest first; at
   * most the newest `limit` of them, and where more were said the first one, too. Left out where threads hold nothing that ao has not.
   */
  readThread?(
    where: { readonly channel: string; readonly thread: string },
    range: { readonly after: string | null; readonly before: string; readonly limit: number },
  ): Promise<readonly ThreadMessage[]>;
  /** Whether a thread and its root are still there; false when somebody deleted one of them. Throws when its channel can't be seen. */
  hasThread(thread: ThreadRef): Promise<boolean>;
  /** Marks a thread as ended (archive, lock, status), or open again. */
  setThreadState(thread: ThreadRef, state: 'open' | 'ended'): Promise<void>;
  /** Address of a thread for links; null while it is not known. Left out where the host knows it (web). */
  link?(thread: ThreadRef): string | null;
  /** Somebody by the id the platform shows people; null when there is nobody. For set-up; needs no `start`. */
  findPerson?(id: string): Promise<{ readonly subject: string; readonly name: string } | null>;
  /** Tells the platform of the commands, where it must be told; also done at start. Needs no `start`. */
  register?(commands: readonly TypedCommand[]): Promise<readonly DoctorFinding[]>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
