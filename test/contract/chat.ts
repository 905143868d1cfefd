import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  ChatInput,
  ChatMessage,
  ChatPlugin,
  ChatReply,
  MessageRef,
  ThreadRef,
} from '../../src/slots/chat.ts';
import { until } from '../support/until.ts';

/** A message as a person sees it on the platform. */
export interface SeenMessage {
  readonly ref: MessageRef;
  readonly text: string;
  /** Ids of the buttons on it. */
  readonly buttons: readonly string[];
  /** ao's receipt on it. */
  readonly receipt: string | null;
  readonly by: 'ao' | 'person';
}

/** What a person does on the platform. `delivery` is the platform's id of it: the same one again is a redelivery. */
export type PersonDoes = {
  readonly delivery: string;
  readonly user: 'dana' | 'lee';
  readonly thread: ThreadRef | null;
} & (
  | { readonly type: 'command'; readonly text: string }
  | { readonly type: 'reply'; readonly text: string }
  | { readonly type: 'press'; readonly message: MessageRef; readonly action: string }
  | {
      readonly type: 'submit';
      readonly form: string;
      readonly values: Readonly<Record<string, string>>;
    }
);

/** Private answer to one thing a person did, as shown to that person. */
export interface PrivatelySeen {
  readonly whisper: string | null;
  readonly form: string | null;
}

/** Stands between the suite and one platform: acts as people do, and sees what people see. */
export interface ChatDriver {
  readonly plugin: ChatPlugin;
  readonly channel: string;
  /** Subject of a person, as the plugin reports it. */
  subject(user: 'dana' | 'lee'): string;
  /** Oldest first, the root included. */
  seen(thread: ThreadRef): Promise<readonly SeenMessage[]>;
  /** Roots and channel messages, oldest first. */
  seenInChannel(): Promise<readonly SeenMessage[]>;
  /** Whispers sent by `plugin.whisper`, as this person sees them. */
  whispers(
    user: 'dana' | 'lee',
    where: { channel: string; thread: string | null },
  ): Promise<readonly string[]>;
  does(what: PersonDoes): Promise<PrivatelySeen>;
  close(): Promise<void>;
}

const card = (text: string, ...buttons: string[]): ChatMessage => ({
  kind: 'card',
  text,
  blocks: [
    { type: 'text', text },
    ...(buttons.length === 0
      ? []
      : [
          {
            type: 'buttons' as const,
            buttons: buttons.map((id) => ({ id, label: id, style: 'plain' as const })),
          },
        ]),
  ],
});
const post = (text: string): ChatMessage => ({
  kind: 'post',
  text,
  blocks: [{ type: 'text', text }],
});

const textsOf = (messages: readonly SeenMessage[]): string[] =>
  messages.map((message) => message.text);

/** Every chat plugin passes this. `open` gives a fresh platform with the plugin built and not started. */
export function testChat(name: string, open: () => Promise<ChatDriver>): void {
  describe(`chat ${name}`, () => {
    let driver: ChatDriver;
    let inputs: ChatInput[];
    let answer: ChatReply;
    let opened: number;

    beforeEach(async () => {
      driver = await open();
      inputs = [];
      answer = {};
      opened = 0;
      await driver.plugin.start(async (input) => {
        inputs.push(input);
        return answer;
      });
    });
    afterEach(async () => {
      await driver.plugin.stop();
      await driver.close();
    });

    const openThread = (text = 'app-1 Fix login', ...buttons: string[]): Promise<ThreadRef> => {
      opened += 1;
      return driver.plugin.openThread({
        channel: driver.channel,
        session: `app-${opened}`,
        title: text,
        card: card(text, ...buttons),
        key: `open:${opened}`,
      });
    };
    const sees = (thread: ThreadRef, texts: readonly string[]): Promise<unknown> =>
      until(
        async () => JSON.stringify(textsOf(await driver.seen(thread))) === JSON.stringify(texts),
        {
          what: `the thread to show ${JSON.stringify(texts)}`,
          timeoutMs: 3_000,
        },
      );
    const input = async <T extends ChatInput['type']>(
      type: T,
    ): Promise<Extract<ChatInput, { type: T }>> => {
      const found = await until(() => inputs.find((one) => one.type === type), {
        what: `an input ${type}`,
        timeoutMs: 3_000,
      });
      return found as Extract<ChatInput, { type: T }>;
    };

    describe('posting', () => {
      it('shows the card as the root of a new thread', async () => {
        const thread = await openThread('app-1 Fix login', 'stop:app-1');
        await sees(thread, ['app-1 Fix login']);
        const [root] = await driver.seen(thread);
        expect(root).toMatchObject({
          by: 'ao',
          buttons: ['stop:app-1'],
          ref: { message: thread.root, channel: driver.channel },
        });
        expect(textsOf(await driver.seenInChannel())).toContain('app-1 Fix login');
      });

      it('opens a thread once for the same key', async () => {
        const input = {
          channel: driver.channel,
          session: 'app-1',
          title: 'one',
          card: card('one'),
          key: 'open:same',
        };
        const first = await driver.plugin.openThread(input);
        expect(await driver.plugin.openThread(input)).toEqual(first);
        expect(textsOf(await driver.seenInChannel())).toEqual(['one']);
      });

      it('posts once for the same key and gives the same reference', async () => {
        const thread = await openThread();
        const first = await driver.plugin.post(thread, post('started'), 'k1');
        expect(await driver.plugin.post(thread, post('started'), 'k1')).toEqual(first);
        await sees(thread, ['app-1 Fix login', 'started']);
      });

      it('keeps the order of posts in a thread', async () => {
        const thread = await openThread();
        const texts = Array.from({ length: 12 }, (_, at) => `post ${at}`);
        for (const text of texts) await driver.plugin.post(thread, post(text), text);
        await sees(thread, ['app-1 Fix login', ...texts]);
      });

      it('keeps threads apart', async () => {
        const [one, two] = [await openThread('one'), await openThread('two')];
        await driver.plugin.post(two, post('for two'), 'k');
        await sees(two, ['two', 'for two']);
        await sees(one, ['one']);
      });

      it('posts to the channel itself', async () => {
        const thread = await openThread('one');
        await driver.plugin.postToChannel(driver.channel, post('digest'), 'digest:1');
        await driver.plugin.postToChannel(driver.channel, post('digest'), 'digest:1');
        expect(textsOf(await driver.seenInChannel())).toEqual(['one', 'digest']);
        await sees(thread, ['one']);
      });

      it('edits a message in place', async () => {
        const thread = await openThread('working', 'stop:app-1');
        await driver.plugin.post(thread, post('started'), 'k1');
        await driver.plugin.update(
          { ...thread, message: thread.root },
          card('mergeable', 'merge:app-1'),
        );
        await sees(thread, ['mergeable', 'started']);
        expect((await driver.seen(thread))[0]?.buttons).toEqual(['merge:app-1']);
      });

      it('goes on in a thread that was marked as ended', async () => {
        const thread = await openThread('one');
        await driver.plugin.setThreadState(thread, 'ended');
        await driver.plugin.post(thread, post('undone'), 'k1');
        await driver.plugin.setThreadState(thread, 'open');
        await sees(thread, ['one', 'undone']);
      });

      it('knows whether a thread is still there', async () => {
        const thread = await openThread();
        expect(await driver.plugin.hasThread(thread)).toBe(true);
        expect(await driver.plugin.hasThread({ ...thread, thread: 'gone', root: 'gone' })).toBe(
          false,
        );
      });

      it('says not_found for a channel, thread or message that is gone', async () => {
        const thread = await openThread();
        const gone = { ...thread, thread: 'gone', root: 'gone' };
        const error = { name: 'PluginError', kind: 'not_found' };
        await expect(driver.plugin.post(gone, post('x'), 'k')).rejects.toMatchObject(error);
        await expect(
          driver.plugin.update({ ...thread, message: 'gone' }, post('x')),
        ).rejects.toMatchObject(error);
        await expect(driver.plugin.postToChannel('gone', post('x'), 'k2')).rejects.toMatchObject(
          error,
        );
      });
    });

    describe('looking up a post in doubt', () => {
      it('finds what a key made, and nothing for a key that made nothing', async () => {
        const thread = await openThread();
        const made = await driver.plugin.post(thread, post('started'), 'k1');
        const where = { channel: driver.channel, thread: thread.thread };
        expect(await driver.plugin.lookup(where, 'k1')).toMatchObject({ message: made.message });
        expect(
          await driver.plugin.lookup({ channel: driver.channel, thread: null }, 'open:1'),
        ).toMatchObject({ message: thread.root });
        expect(await driver.plugin.lookup(where, 'k2')).toBeNull();
      });
    });

    describe('a person', () => {
      it('gives a command in the channel, without its prefix', async () => {
        await driver.does({
          type: 'command',
          delivery: 'd1',
          user: 'dana',
          thread: null,
          text: '/ao spawn 42 --agent codex',
        });
        expect(await input('command')).toMatchObject({
          text: 'spawn 42 --agent codex',
          channel: driver.channel,
          thread: null,
          delivery: 'd1',
          platform: driver.plugin.platform,
          user: { subject: driver.subject('dana'), bot: false },
        });
      });

      it('gives a command in a thread by !verb', async () => {
        const thread = await openThread();
        await driver.does({ type: 'reply', delivery: 'd1', user: 'dana', thread, text: '!stop' });
        expect(await input('command')).toMatchObject({ text: 'stop', thread: thread.thread });
        expect(inputs).toHaveLength(1);
      });

      it('replies in a thread and gets a receipt, one at a time', async () => {
        const thread = await openThread();
        await driver.does({
          type: 'reply',
          delivery: 'd1',
          user: 'dana',
          thread,
          text: 'Keep the API.\nPlease.',
        });
        const reply = await input('reply');
        expect(reply).toMatchObject({
          text: 'Keep the API.\nPlease.',
          thread: thread.thread,
          channel: driver.channel,
        });
        const ref = { ...thread, message: reply.message };
        for (const receipt of ['👀', '✅', null] as const) {
          await driver.plugin.react(ref, receipt);
          await until(async () => (await driver.seen(thread)).at(-1)?.receipt === receipt, {
            what: `the receipt ${receipt}`,
            timeoutMs: 3_000,
          });
        }
        expect((await driver.seen(thread)).at(-1)).toMatchObject({
          by: 'person',
          text: 'Keep the API.\nPlease.',
        });
      });

      it('presses a button', async () => {
        const thread = await openThread('one', 'stop:app-1');
        await driver.does({
          type: 'press',
          delivery: 'd1',
          user: 'lee',
          thread,
          message: { ...thread, message: thread.root },
          action: 'stop:app-1',
        });
        expect(await input('action')).toMatchObject({
          action: 'stop:app-1',
          value: null,
          message: thread.root,
          thread: thread.thread,
          user: { subject: driver.subject('lee') },
        });
      });

      it('sees a private answer, and nobody else does', async () => {
        const thread = await openThread();
        answer = { whisper: post("You can't merge here.") };
        expect(
          await driver.does({
            type: 'command',
            delivery: 'd1',
            user: 'dana',
            thread,
            text: '/ao merge',
          }),
        ).toEqual({
          whisper: "You can't merge here.",
          form: null,
        });
        await sees(thread, ['app-1 Fix login']);
      });

      it('is whispered to later, and nobody else sees it', async () => {
        const thread = await openThread();
        const where = { channel: driver.channel, thread: thread.thread };
        await driver.plugin.whisper(driver.subject('dana'), where, post('app-1 moved on.'));
        expect(await driver.whispers('dana', where)).toEqual(['app-1 moved on.']);
        expect(await driver.whispers('lee', where)).toEqual([]);
      });

      it('fills in a form', async () => {
        if (!driver.plugin.capabilities.forms) return;
        answer = {
          form: {
            id: 'spawn:app',
            title: 'New session',
            submit: 'Start',
            fields: [{ id: 'text', label: 'Task', kind: 'text', optional: false }],
          },
        };
        expect(
          await driver.does({
            type: 'command',
            delivery: 'd1',
            user: 'dana',
            thread: null,
            text: '/ao spawn',
          }),
        ).toEqual({
          whisper: null,
          form: 'New session',
        });
        answer = {};
        await driver.does({
          type: 'submit',
          delivery: 'd2',
          user: 'dana',
          thread: null,
          form: 'spawn:app',
          values: { text: 'upgrade eslint' },
        });
        expect(await input('form')).toMatchObject({
          form: 'spawn:app',
          values: { text: 'upgrade eslint' },
          delivery: 'd2',
        });
      });

      it('is shown once when the platform delivers twice, under one delivery id', async () => {
        const thread = await openThread();
        const twice = {
          type: 'reply',
          delivery: 'd1',
          user: 'dana',
          thread,
          text: 'hello',
        } as const;
        await driver.does(twice);
        await driver.does(twice);
        await sees(thread, ['app-1 Fix login', 'hello']);
        await input('reply');
        expect(new Set(inputs.map((one) => one.delivery)).size).toBe(1);
        expect(new Set(inputs.map((one) => one.type === 'reply' && one.message)).size).toBe(1);
      });
    });

    it("hands no message of ao's own to the host", async () => {
      const thread = await openThread();
      await driver.plugin.post(thread, post('!stop'), 'k1');
      await driver.does({ type: 'reply', delivery: 'd1', user: 'dana', thread, text: 'after it' });
      await input('reply');
      expect(inputs.map((one) => one.type)).toEqual(['reply']);
    });
  });
}
