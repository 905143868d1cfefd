import type { ChatInput, ChatReply, ChatUser, Inbound } from '../slots/chat.ts';
import { type MessageStore, visibleTo } from '../slots/message-store.ts';
import type { ChatInputBody } from '../slots/web-chat-input.ts';

interface Receiving {
  readonly store: MessageStore;
  readonly now: number;
  readonly inbound: Inbound;
  readonly platform: string;
}

type Body<T extends ChatInputBody['type']> = Extract<ChatInputBody, { type: T }>;

/** Stores what the person typed, then hands the input to the host and returns its private answer. */
export async function receive(
  to: Receiving,
  body: ChatInputBody,
  user: ChatUser,
): Promise<ChatReply> {
  const base = {
    platform: to.platform,
    delivery: body.delivery,
    user,
    channel: body.channel,
    thread: body.thread,
    at: to.now,
  };
  switch (body.type) {
    case 'command':
      return to.inbound({
        ...base,
        ...commandOf(body.text),
      });
    case 'reply':
      return reply(to, body, user, base);
    case 'edit':
      return edit(to, body, base);
    case 'delete':
      return remove(to, body, base);
    case 'action':
      return to.inbound({
        ...base,
        ...placeOf(to, body.message),
        type: 'action',
        action: body.action,
        value: body.value,
        message: body.message,
        trigger: null,
      });
    case 'form':
      return to.inbound({ ...base, type: 'form', form: body.form, values: body.values });
  }
}

type Base = Pick<ChatInput, 'platform' | 'delivery' | 'user' | 'channel' | 'thread' | 'at'>;

async function reply(
  to: Receiving,
  body: Body<'reply'>,
  user: ChatUser,
  base: Base,
): Promise<ChatReply> {
  const root = to.store.get(body.thread);
  if (!root)
    return whisper(
      `There is no thread ${body.thread} any more. Reload the page to see what there is.`,
    );
  const known = to.store.get(messageIdOf(body.delivery));
  // Ids of deliveries are seen in the thread: somebody else's can't be used to speak, or be answered, in that name.
  if (known !== null && known.author.subject !== user.subject)
    return whisper("This message has the id of somebody else's. Send it again.");
  const { id } = to.store.insert({
    id: messageIdOf(body.delivery),
    channel: root.channel,
    thread: root.id,
    session: root.session,
    key: null,
    author: { subject: user.subject, name: user.name, bot: false },
    text: body.text,
    message: null,
    at: to.now,
  });
  if (isCommand(body.text))
    return to.inbound({
      ...base,
      channel: root.channel,
      ...commandOf(body.text),
      message: id,
    });
  return to.inbound({
    ...base,
    channel: root.channel,
    type: 'reply',
    text: body.text,
    message: id,
    files: [],
  });
}

async function edit(to: Receiving, body: Body<'edit'>, base: Base): Promise<ChatReply> {
  if (!isOwn(to, body.message, base.user))
    return whisper('Only the person who wrote a message can edit it.');
  to.store.update(body.message, { text: body.text, editedAt: to.now });
  return to.inbound({
    ...base,
    ...placeOf(to, body.message),
    type: 'edit',
    text: body.text,
    message: body.message,
  });
}

async function remove(to: Receiving, body: Body<'delete'>, base: Base): Promise<ChatReply> {
  if (isOwnWhisper(to, body.message, base.user)) {
    to.store.update(body.message, { deleted: true });
    return {};
  }
  if (!isOwn(to, body.message, base.user))
    return whisper('Only the person who wrote a message can delete it.');
  to.store.update(body.message, { deleted: true });
  return to.inbound({
    ...base,
    ...placeOf(to, body.message),
    type: 'delete',
    message: body.message,
  });
}

/** The stored message knows best where it is: a card pressed in the channel belongs to its thread. */
function placeOf(to: Receiving, message: string): Partial<Pick<ChatInput, 'channel' | 'thread'>> {
  const place = to.store.get(message);
  return place === null ? {} : { channel: place.channel, thread: place.thread };
}

const isOwn = (to: Receiving, message: string, user: ChatUser): boolean =>
  to.store.get(message)?.author.subject === user.subject;

/** A stored whisper is dismissed by its reader; nobody else has to know. */
function isOwnWhisper(to: Receiving, id: string, user: ChatUser): boolean {
  const message = to.store.get(id);
  return message !== null && !visibleTo('', message) && visibleTo(user.subject, message);
}

/** Derived from the delivery, so that the same delivery is the same message. */
const messageIdOf = (delivery: string): string => `in-${delivery}`;

const PREFIX = /^(?:[/@]ao(?=\s|$)|!(?=[a-z]))\s*/i;

/** `/ao stop`, `@ao stop` and `!stop` are commands; `/etc/hosts` and `!= null` are words for the agent. */
const isCommand = (text: string): boolean => PREFIX.test(text.trimStart());

/** With `/` or `!` it is a command; said to ao by its name, or with nothing before it, it may be words as well. */
const commandOf = (
  text: string,
): Pick<
  Extract<ChatInput, { type: 'command' }>,
  'type' | 'text' | 'files' | 'trigger' | 'words' | 'plain'
> => {
  const bare = text.trim().replace(PREFIX, '');
  const plain = !/^\s*[/!]/.test(text);
  return {
    type: 'command',
    text: bare,
    files: [],
    trigger: null,
    words: plain ? bare : text,
    ...(plain ? { plain: true } : {}),
  };
};

const whisper = (text: string): ChatReply => ({
  whisper: { text, blocks: [{ type: 'text', text }], kind: 'post' },
});
