/** What inbound chat needs from its host, each as narrow as it is used. app.ts joins them. */
import type { Commands } from '../../commands/commands.ts';
import type { Quote } from '../../commands/requests.ts';
import type { CostSeries } from '../../domain/money/ledger.ts';
import type { ChatHome, ChatMessageRef, Listens } from '../../domain/session/chat-place.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Actor } from '../../domain/session/ids.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatUser, InboundFile, ThreadMessage } from '../../slots/chat.ts';
import type { ParsedCommand } from '../grammar/parsed-command.ts';
import type { CardLinks } from '../words/links.ts';

/** Something a person began and finishes with a button: survives a restart, kept at least a day. */
export type Draft =
  | {
      readonly type: 'command';
      readonly command: ParsedCommand;
      /** What came with the words, where the command can carry it. */
      readonly files?: readonly InboundFile[];
      /** The message it was written as: it shows what became of it. */
      readonly source?: ChatMessageRef | null;
      readonly home?: ChatHome | null;
      /** Idempotency key: however often the button is pressed, it is done once. Null: once for each press. */
      readonly key?: string | null;
    }
  | {
      readonly type: 'message';
      readonly session: string;
      readonly text: string;
      readonly files: readonly string[];
      readonly source?: ChatMessageRef | null;
      readonly key?: string | null;
    };

export interface SavedFiles {
  /** Absolute paths, in order. */
  readonly paths: readonly string[];
  /** Those that is no longer available, each with the reason, as sentences for people. */
  readonly missing: readonly string[];
}

export interface InboundDeps {
  readonly commands: Commands;
  readonly now: () => number;
  readonly access: {
    /** Called with every input before anything else, so that the policy knows the groups of this subject. */
    seen(user: ChatUser): void;
    /** Asked before anything is shown or stored for what a use case would refuse only later. */
    may(actor: Actor, verb: 'spawn' | 'steer'): Refusal | null;
  };
  /** What people do here: each command, click and form, and every refusal. */
  readonly audit: (entry: {
    readonly actor: Actor;
    readonly action: 'command' | 'click' | 'form' | 'shortcut' | 'input';
    readonly session: string | null;
    readonly detail: string;
    /** Why it was refused; null: it was not, here. */
    readonly refused: string | null;
  }) => void;
  readonly threads: {
    /** The session whose thread this is, live or ended. */
    sessionOf(where: {
      readonly platform: string;
      readonly channel: string;
      readonly thread: string;
    }): string | null;
    /** Address of a session's thread on this platform. */
    link(platform: string, session: string): string | null;
    /** Whether all that is written in this thread of a session is for its agent, or only mentions of ao. */
    listens(where: ChatHome, session: string): Listens;
    /** The newest message of the thread that the agent was told of, with all before it; null: none. */
    heard(where: ChatHome): string | null;
    setHeard(where: ChatHome, message: string): void;
    /** What was said there after and before these messages, oldest first; null where threads can't be read. Throws PluginError. */
    read(
      where: { readonly platform: string; readonly channel: string; readonly thread: string },
      range: { readonly after: string | null; readonly before: string; readonly limit: number },
    ): Promise<readonly ThreadMessage[] | null>;
  };
  readonly steers: {
    /** The steer that was made from this chat message. */
    bySource(source: ChatMessageRef): { readonly session: string; readonly steer: string } | null;
  };
  readonly receipts: {
    /** Durable; the reaction is set through the outbox. */
    set(source: ChatMessageRef, emoji: '👀' | '⚠️' | null): void;
  };
  readonly drafts: {
    /** Returns a new id of at most 32 characters. */
    keep(draft: Draft): string;
    find(id: string): Draft | null;
  };
  readonly files: {
    /** Downloads into a folder outside the tracked tree. Refused when the platform could not be asked for one of them. */
    save(
      platform: string,
      session: string,
      files: readonly InboundFile[],
    ): Promise<Result<SavedFiles, Refusal>>;
  };
  readonly people: {
    /** From `@name` or a platform mention to a person known here; null when nobody or more than one fits. */
    find(platform: string, mention: string): Actor | null;
    /** Everybody of the platform who ever spoke to ao, by name. */
    known(platform: string): readonly Actor[];
  };
  /** Draws money per day into a file; null when there is nothing to draw or it can't be drawn. */
  chart(series: CostSeries): Promise<string | null>;
  links(platform: string): CardLinks;
}

/** Who asks, from where: one input reduced to what the answers need. */
export interface Asker {
  readonly actor: Actor;
  readonly platform: string;
  readonly channel: string;
  /** Session of the thread the input came from. */
  readonly session: string | null;
  /** Delivery id: the idempotency key of whatever follows. */
  readonly key: string;
  /** The message it was written as; null for slash commands, buttons and forms. */
  readonly source: ChatMessageRef | null;
  /** The thread of people it was asked for in, where a session can live. */
  readonly home: ChatHome | null;
  readonly files: readonly InboundFile[];
  /** Words of others that go to the agent with those of the person. */
  readonly quotes?: readonly Quote[];
}
