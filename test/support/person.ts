import { randomUUID } from 'node:crypto';
import { renderPlain } from '../../src/chat/words/render-plain.ts';
import type { SessionView } from '../../src/commands/views.ts';
import type { Button, ChatReply } from '../../src/slots/chat.ts';
import type { StoredMessage } from '../../src/slots/message-store.ts';
import type { ChatInputBody } from '../../src/slots/web-chat-input.ts';
import type { ApiClient } from './api-client.ts';

/** A button somebody has on the screen, with the message it stands in. It stays pressable when the card has moved on. */
export interface Pressable {
  readonly message: string;
  readonly button: Button;
  readonly thread: string | null;
}

/** Somebody at the page. Answers are what the page would show to that person alone. */
export interface Person {
  /** Types in a channel, e.g. `/ao spawn 1`. */
  command(text: string): Promise<string>;
  /** Types in a session's thread; resolves with the private answer and the id of the message. */
  reply(
    session: string,
    text: string,
  ): Promise<{ readonly answer: string; readonly message: string }>;
  edit(session: string, message: string, text: string): Promise<string>;
  delete(session: string, message: string): Promise<string>;
  /** Sees the button of that label on the card, else the newest in the thread, `within` a message that matches. Throws when there is none. */
  finds(session: string, label: string, within?: RegExp): Promise<Pressable>;
  /** Presses; a form that opens is filled with `text` and submitted. */
  press(button: Pressable, text?: string): Promise<string>;
  /** `finds` (waiting until it is there) and `press`. */
  presses(
    session: string,
    label: string,
    options?: { readonly within?: RegExp; readonly text?: string },
  ): Promise<string>;
  /** The thread as plain text, one block per message, oldest first; the card is the first. */
  thread(session: string): Promise<string>;
  card(session: string): Promise<string>;
  messages(session: string): Promise<readonly StoredMessage[]>;
  view(session: string): Promise<SessionView>;
  /** Waits until the thread (card included) matches; resolves with its text. */
  sees(session: string, what: RegExp | string, timeoutMs?: number): Promise<string>;
  seesOnCard(session: string, what: RegExp | string, timeoutMs?: number): Promise<string>;
}

const PATIENCE = 20_000;
/** Between two looks, ms: the bot has more to do than to answer us. */
const LOOK_AGAIN = 25;

export function person(api: ApiClient, channel: string): Person {
  const send = async (
    input: DistributiveOmit<ChatInputBody, 'delivery' | 'channel'>,
  ): Promise<ChatReply> =>
    api.post<ChatReply>('/api/chat/inputs', { delivery: randomUUID(), channel, ...input });
  const messages = (session: string): Promise<readonly StoredMessage[]> =>
    api.get(`/api/chat/threads/${encodeURIComponent(session)}/messages?limit=500`);
  const thread = async (session: string): Promise<string> =>
    (await messages(session)).map(plain).join('\n\n');
  const card = async (session: string): Promise<string> => plain(rootOf(await messages(session)));

  const watch = async (
    what: RegExp | string,
    look: () => Promise<string>,
    timeoutMs: number,
  ): Promise<string> => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const text = await look().catch((error: unknown) => String(error));
      if (typeof what === 'string' ? text.includes(what) : what.test(text)) return text;
      if (Date.now() > deadline)
        throw new Error(
          `${String(what)} was not seen within ${timeoutMs} ms. What is seen:\n${text}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  };

  const self: Person = {
    command: async (text) => told(await send({ type: 'command', thread: null, text })),
    async reply(session, text) {
      const delivery = randomUUID();
      const answer = told(
        await api.post<ChatReply>('/api/chat/inputs', {
          type: 'reply',
          delivery,
          channel,
          thread: session,
          text,
        }),
      );
      return { answer, message: `in-${delivery}` };
    },
    edit: async (session, message, text) =>
      told(await send({ type: 'edit', thread: session, message, text })),
    delete: async (session, message) =>
      told(await send({ type: 'delete', thread: session, message })),
    async finds(session, label, within) {
      const found = (await messages(session))
        .filter(
          (message) => !message.deleted && (within === undefined || within.test(plain(message))),
        )
        .flatMap((message) =>
          buttonsOf(message)
            .filter((button) => button.label === label)
            .map((button) => ({ message: message.id, button, thread: message.thread })),
        )
        // The card is of now; of posts the newest.
        .toSorted((a, b) => Number(a.message === a.thread) - Number(b.message === b.thread))
        .at(-1);
      if (found === undefined) throw new Error(`There is no button "${label}".`);
      return found;
    },
    async press({ message, button, thread: place }, text) {
      const reply = await send({
        type: 'action',
        thread: place,
        message,
        action: button.id,
        value: null,
      });
      if (reply.form === undefined) return told(reply);
      if (text === undefined)
        throw new Error(`"${button.label}" asks for a text: ${reply.form.title}`);
      const [field] = reply.form.fields;
      return told(
        await send({
          type: 'form',
          thread: place,
          form: reply.form.id,
          values: { [field?.id ?? 'text']: text },
        }),
      );
    },
    async presses(session, label, options = {}) {
      const found: Pressable[] = [];
      const look = async (): Promise<string> => {
        found.push(await self.finds(session, label, options.within));
        return 'yes';
      };
      await watch('yes', look, PATIENCE).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${await thread(session)}`);
      });
      return self.press(found[0] as Pressable, options.text);
    },
    thread,
    card,
    messages,
    view: (session) => api.get(`/api/sessions/${session}`),
    sees: (session, what, timeoutMs = PATIENCE) => watch(what, () => thread(session), timeoutMs),
    seesOnCard: (session, what, timeoutMs = PATIENCE) =>
      watch(what, () => card(session), timeoutMs),
  };
  return self;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const rootOf = (messages: readonly StoredMessage[]): StoredMessage => {
  const root = messages.find((message) => message.id === message.thread);
  if (root === undefined) throw new Error('The thread has no card yet.');
  return root;
};

const buttonsOf = (message: StoredMessage): readonly Button[] =>
  (message.message?.blocks ?? []).flatMap((block) =>
    block.type === 'buttons' ? block.buttons : [],
  );

const plain = (message: StoredMessage): string => {
  const words =
    message.message === null
      ? `${message.author.name}: ${message.text}`
      : renderPlain(message.message);
  return [words, ...message.reactions].join(' ');
};

/** What the person alone is told. */
const told = (reply: ChatReply): string =>
  [
    ...(reply.whisper === undefined ? [] : [renderPlain(reply.whisper)]),
    ...(reply.form === undefined ? [] : [`(form: ${reply.form.title})`]),
    ...Object.values(reply.errors ?? {}),
  ].join('\n');
