import { describe, expect, it } from 'vitest';
import {
  type ChatDriver,
  type PersonDoes,
  type SeenMessage,
  testChat,
} from '../../test/contract/chat.ts';
import { createMemoryMessageStore } from '../../test/fakes/memory-message-store.ts';
import { memoryInbox, silentLogger } from '../../test/support/plugin-context.ts';
import { until } from '../../test/support/until.ts';
import type { ChatInput, ChatReply, ChatUser } from '../slots/chat.ts';
import type { Inbox } from '../slots/inbox.ts';
import { type MessageStore, type StoredMessage, visibleTo } from '../slots/message-store.ts';
import type { ChatInputBody } from '../slots/web-chat-input.ts';
import { createWebChat, type WebChat } from './web-chat.ts';

const PAGE = { limit: 100, before: null };
const person = (name: string): ChatUser => ({
  subject: `web:${name}`,
  name,
  groups: [],
  external: false,
  bot: false,
});

function build(
  inbox: Inbox = memoryInbox(),
  store: MessageStore = createMemoryMessageStore(),
): { store: MessageStore; chat: WebChat } {
  let now = 1_000;
  return {
    store,
    chat: createWebChat({
      logger: silentLogger,
      inbox,
      store,
      clock: { now: () => now++, after: () => ({ cancel: () => {} }) },
      channels: () => ['general', 'app'],
    }),
  };
}

const seen = (message: StoredMessage): SeenMessage => ({
  ref: {
    platform: 'web',
    channel: message.channel,
    thread: message.thread ?? message.id,
    message: message.id,
  },
  text: message.text,
  buttons:
    message.message?.blocks.flatMap((block) =>
      block.type === 'buttons' ? block.buttons.map((button) => button.id) : [],
    ) ?? [],
  receipt: message.reactions[0] ?? null,
  by: message.author.bot ? 'ao' : 'person',
});

function bodyOf(what: PersonDoes): ChatInputBody {
  const base = { delivery: what.delivery, channel: 'app', thread: what.thread?.thread ?? null };
  switch (what.type) {
    case 'command':
      return { ...base, type: 'command', text: what.text };
    case 'reply':
      return { ...base, type: 'reply', thread: base.thread ?? '', text: what.text };
    case 'press':
      return {
        ...base,
        type: 'action',
        message: what.message.message,
        action: what.action,
        value: null,
      };
    case 'submit':
      return { ...base, type: 'form', form: what.form, values: what.values };
  }
}

testChat('web', async (): Promise<ChatDriver> => {
  const { store, chat } = build();
  const shown = (rows: readonly StoredMessage[], subject: string): StoredMessage[] =>
    rows.filter((row) => visibleTo(subject, row) && !row.deleted);
  return {
    plugin: chat,
    channel: 'app',
    subject: (user) => person(user).subject,
    seen: async (thread) => shown(store.thread(thread.thread, PAGE), 'web:nobody').map(seen),
    seenInChannel: async () => shown(store.channel('app', PAGE), 'web:nobody').map(seen),
    async whispers(user, where) {
      const rows =
        where.thread === null
          ? store.channel(where.channel, PAGE)
          : store.thread(where.thread, PAGE);
      return shown(rows, person(user).subject)
        .filter((row) => !visibleTo('web:nobody', row))
        .map((row) => row.text);
    },
    async does(what) {
      const reply = await chat.receive(bodyOf(what), person(what.user));
      return { whisper: reply.whisper?.text ?? null, form: reply.form?.title ?? null };
    },
    close: async () => {},
  };
});

describe('what a person types on the page', () => {
  async function open(answer: (input: ChatInput) => Promise<ChatReply> = async () => ({})) {
    const { store, chat } = build();
    const inputs: ChatInput[] = [];
    await chat.start(async (input) => {
      inputs.push(input);
      return answer(input);
    });
    await chat.openThread({
      channel: 'app',
      session: 'app-1',
      title: 'one',
      card: { kind: 'card', text: 'one', blocks: [] },
      key: 'open',
    });
    const reply = (text: string, delivery = 'd1'): Promise<ChatReply> =>
      chat.receive(
        { type: 'reply', delivery, channel: 'app', thread: 'app-1', text },
        person('dana'),
      );
    return { store, chat, inputs, reply };
  }

  it.each([
    ['/etc/hosts is wrong', 'reply', '/etc/hosts is wrong'],
    ['!= null is missing', 'reply', '!= null is missing'],
    ['-v prints nothing', 'reply', '-v prints nothing'],
    ['  keep  my   spaces ', 'reply', '  keep  my   spaces '],
    ['/ao stop', 'command', 'stop'],
    ['@ao  status --all', 'command', 'status --all'],
    ['!now look here', 'command', 'now look here'],
    ['/aorta is no command', 'reply', '/aorta is no command'],
  ])('takes %j as a %s', async (text, type, words) => {
    const { inputs, reply } = await open();
    await reply(text);
    expect(inputs).toEqual([expect.objectContaining({ type, text: words })]);
  });

  it('is stored before the host answers', async () => {
    let stored: readonly StoredMessage[] = [];
    const { store, reply } = await open(async () => {
      stored = store.thread('app-1', PAGE);
      return {};
    });
    await reply('hello');
    expect(stored.map((message) => message.text)).toEqual(['one', 'hello']);
  });

  it('reaches the host again when the first delivery failed', async () => {
    let failures = 1;
    const { store, inputs, reply } = await open(async () => {
      if (failures-- > 0) throw new Error('died before the commit');
      return {};
    });
    await expect(reply('hello')).rejects.toThrow('died');
    await reply('hello');
    expect(inputs).toHaveLength(2);
    expect(store.thread('app-1', PAGE).map((message) => message.text)).toEqual(['one', 'hello']);
  });

  it('is dealt with by the next process, once and in order, when this one dies over it', async () => {
    const inbox = memoryInbox();
    const { store, chat } = build(inbox);
    await chat.start(() => new Promise(() => {}));
    await chat.openThread({
      channel: 'app',
      session: 'app-1',
      title: 'one',
      card: { kind: 'card', text: 'one', blocks: [] },
      key: 'open',
    });
    const says = (to: WebChat, text: string): Promise<ChatReply> =>
      to.receive(
        { type: 'reply', delivery: text, channel: 'app', thread: 'app-1', text },
        person('dana'),
      );
    void says(chat, 'first');
    void says(chat, 'second');
    void chat.receive(
      {
        type: 'edit',
        delivery: 'e',
        channel: 'app',
        thread: 'app-1',
        message: 'in-first',
        text: 'x',
      },
      person('dana'),
    );
    const next = build(inbox, store).chat;
    const inputs: ChatInput[] = [];
    await next.start(async (input) => {
      inputs.push(input);
      return {};
    });
    await until(() => inputs.length === 3, { what: 'all three' });
    expect(inputs.map((input) => ('text' in input ? input.text : ''))).toEqual([
      'first',
      'second',
      'x',
    ]);
    await says(next, 'second');
    expect(store.thread('app-1', PAGE).map((message) => message.text)).toEqual([
      'one',
      'x',
      'second',
    ]);
  });

  it('can’t be sent again by somebody else under its id', async () => {
    const { store, chat, inputs, reply } = await open();
    await reply('hello');
    const answer = await chat.receive(
      { type: 'reply', delivery: 'd1', channel: 'app', thread: 'app-1', text: 'and mine' },
      person('lee'),
    );
    expect(answer.whisper?.text).toContain("somebody else's");
    expect(inputs).toHaveLength(1);
    expect(store.get('in-d1')).toMatchObject({ text: 'hello' });
  });

  it('can be edited and deleted by its author only', async () => {
    const { store, chat, inputs, reply } = await open();
    await reply('hello');
    const change = (type: 'edit' | 'delete', user: string): Promise<ChatReply> => {
      const base = {
        delivery: `${type}:${user}`,
        channel: 'app',
        thread: 'app-1',
        message: 'in-d1',
      };
      return chat.receive(
        type === 'edit' ? { ...base, type, text: 'hello there' } : { ...base, type },
        person(user),
      );
    };
    expect((await change('edit', 'lee')).whisper?.text).toBe(
      'Only the person who wrote a message can edit it.',
    );
    expect((await change('delete', 'lee')).whisper?.text).toBe(
      'Only the person who wrote a message can delete it.',
    );
    expect(store.get('in-d1')).toMatchObject({ text: 'hello', deleted: false });
    await change('edit', 'dana');
    expect(store.get('in-d1')).toMatchObject({ text: 'hello there', editedAt: expect.any(Number) });
    await change('delete', 'dana');
    expect(store.get('in-d1')?.deleted).toBe(true);
    expect(inputs.map((input) => input.type)).toEqual(['reply', 'edit', 'delete']);
  });

  it('dismisses a stored whisper without asking the host', async () => {
    const { store, chat, inputs } = await open();
    await chat.whisper(
      'web:dana',
      { channel: 'app', thread: 'app-1' },
      { kind: 'post', text: 'psst', blocks: [] },
    );
    const whisper = store.thread('app-1', PAGE).at(-1);
    const dismiss = (user: string): Promise<ChatReply> =>
      chat.receive(
        {
          type: 'delete',
          delivery: `x:${user}`,
          channel: 'app',
          thread: 'app-1',
          message: whisper?.id ?? '',
        },
        person(user),
      );
    await dismiss('lee');
    expect(store.get(whisper?.id ?? '')?.deleted).toBe(false);
    await dismiss('dana');
    expect(store.get(whisper?.id ?? '')?.deleted).toBe(true);
    expect(inputs).toEqual([]);
  });

  it('is refused while the chat is stopped', async () => {
    const { chat, reply } = await open();
    await chat.stop();
    await expect(reply('hello')).rejects.toMatchObject({
      name: 'PluginError',
      kind: 'transient',
      code: 'AO_CHAT_STOPPED',
    });
  });
});
