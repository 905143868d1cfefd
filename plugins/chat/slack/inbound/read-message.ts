import { paragraphs, takesWords } from '../../../../src/lib/forwarded.ts';
import type { InboundFile } from '../../../../src/slots/chat.ts';
import { forwardedFiles, forwardedIn } from './read-body.ts';
import { readCommandText, readText, typedCommand, withoutMention } from './read-text.ts';
import type { WireFile, WireMessage } from './wire.ts';

/** What a message event means, before it is known who wrote it. */
export type ReadMessage = {
  readonly user: string;
  readonly team: string | null;
  readonly channel: string;
  readonly thread: string | null;
  readonly message: string;
} & (
  | {
      readonly type: 'command';
      readonly text: string;
      readonly files: readonly InboundFile[];
      /** All that was written, readable; it may have been meant for an agent. */
      readonly words?: string;
      /** Said to ao by its name, or in a direct message. */
      readonly plain?: true;
      readonly direct?: true;
    }
  | { readonly type: 'reply'; readonly text: string; readonly files: readonly InboundFile[] }
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'delete' }
);

export interface Self {
  readonly botUserId: string;
  readonly botId: string;
  readonly command: string;
  nameOf(user: string): string;
  /** A session lives in this thread, whoever began it. */
  isThread(channel: string, thread: string): boolean;
}

/** People's own messages; everything else that Slack sends as one is none (joins, bots, broadcasts of topics). */
const SPOKEN: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
]);

/** Null: not for ao. `app_mention` tells the same message as `message`: a mention is read from the former only. */
export function readMessage(event: WireMessage, self: Self): ReadMessage | null {
  if (event.subtype === 'message_changed') return readEdit(event, self);
  if (event.subtype === 'message_deleted') return readDelete(event, self);
  if (event.hidden === true || !SPOKEN.has(event.subtype) || !byPerson(event, self)) return null;
  return event.type === 'app_mention' ? readMention(event, self) : readSpoken(event, self);
}

const byPerson = (
  message: Omit<WireMessage, 'channel'>,
  self: Self,
): message is Omit<WireMessage, 'channel'> & { readonly user: string } =>
  message.user !== undefined &&
  message.user !== self.botUserId &&
  message.user !== 'USLACKBOT' &&
  message.bot_id === undefined &&
  message.subtype !== 'bot_message';

type Spoken = WireMessage & { readonly user: string };

function readMention(event: Spoken, self: Self): ReadMessage | null {
  // An edit that adds a mention comes as a new mention; the edit itself comes too.
  if (event.edited !== undefined) return null;
  const text = withoutMention(event.text ?? '', self.botUserId);
  return text === null
    ? null
    : {
        ...place(event),
        type: 'command',
        text: commandText(text, event, self),
        files: filesOf(event),
        words: spokenText({ ...event, text }, self),
        plain: true,
      };
}

function readSpoken(event: Spoken, self: Self): ReadMessage | null {
  const text = event.text ?? '';
  const mentioned = withoutMention(text, self.botUserId);
  const direct = event.channel_type === 'im';
  if (mentioned !== null && !direct) return null;
  const files = filesOf(event);
  const inThread = event.thread_ts !== undefined && event.thread_ts !== event.ts;
  // With an agent's app Slack makes a thread of every direct message.
  if (!inThread || (direct && event.parent_user_id !== self.botUserId))
    return direct ? readDirect(event, mentioned, self) : null;
  // A thread that ao did not begin and that no session lives in is none of its business.
  if (
    event.parent_user_id !== undefined &&
    event.parent_user_id !== self.botUserId &&
    !self.isThread(event.channel, event.thread_ts ?? '')
  )
    return null;
  const typed = mentioned ?? typedCommand(text, self.command);
  if (typed !== null)
    return {
      ...place(event),
      type: 'command',
      text: commandText(typed, event, self),
      files,
      ...(mentioned === null ? { words: spokenText(event, self) } : {}),
    };
  return { ...place(event), type: 'reply', text: spokenText(event, self), files };
}

/** In a direct message everything is said to ao. */
function readDirect(event: Spoken, mentioned: string | null, self: Self): ReadMessage {
  const text = event.text ?? '';
  const typed = typedCommand(text, self.command);
  const words = mentioned ?? text;
  return {
    ...place(event),
    type: 'command',
    text: commandText(mentioned ?? typed ?? text, event, self),
    files: filesOf(event),
    words: spokenText({ ...event, text: words }, self),
    ...(mentioned === null && typed !== null ? {} : { plain: true as const }),
    direct: true,
  };
}

/** What a person wrote, and what they forwarded with it. */
const spokenText = (message: Pick<WireMessage, 'text' | 'attachments'>, self: Self): string =>
  paragraphs(readText(message.text ?? '', self.nameOf), forwardedIn(message, self.nameOf));

function commandText(text: string, event: WireMessage, self: Self): string {
  const command = readCommandText(text);
  return takesWords(command) ? paragraphs(command, forwardedIn(event, self.nameOf)) : command;
}

/** ao's own updates and unfurled links come as edits too: only another text by its author counts. */
function readEdit(event: WireMessage, self: Self): ReadMessage | null {
  const { message, previous_message: before } = event;
  if (
    message === undefined ||
    !byPerson(message, self) ||
    message.text === undefined ||
    message.text === before?.text
  )
    return null;
  return {
    user: message.user,
    team: message.team ?? null,
    channel: event.channel,
    thread: message.thread_ts ?? null,
    message: message.ts,
    type: 'edit',
    text: spokenText(
      { ...message, text: withoutMention(message.text, self.botUserId) ?? message.text },
      self,
    ),
  };
}

function readDelete(event: WireMessage, self: Self): ReadMessage | null {
  const { previous_message: before } = event;
  if (before === undefined || !byPerson(before, self)) return null;
  return {
    user: before.user,
    team: before.team ?? null,
    channel: event.channel,
    thread: before.thread_ts ?? null,
    message: event.deleted_ts ?? before.ts,
    type: 'delete',
  };
}

const place = (
  event: Spoken,
): Pick<ReadMessage, 'user' | 'team' | 'channel' | 'thread' | 'message'> => ({
  user: event.user,
  team: event.user_team ?? event.team ?? null,
  channel: event.channel,
  thread: event.thread_ts !== undefined && event.thread_ts !== event.ts ? event.thread_ts : null,
  message: event.ts,
});

export const filesOf = (
  event: Pick<WireMessage, 'files' | 'attachments'>,
): readonly InboundFile[] =>
  [...(event.files ?? []), ...forwardedFiles(event)]
    .filter((file) => file.mode !== 'tombstone')
    .map(fileOf);

const fileOf = (file: WireFile): InboundFile => ({
  name: file.name ?? file.id,
  mime: file.mimetype ?? 'application/octet-stream',
  size: file.size ?? 0,
  ref: file.id,
});
