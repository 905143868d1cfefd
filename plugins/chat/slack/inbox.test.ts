import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatInput, ChatMessage, ChatReply, ThreadRef } from '../../../src/slots/chat.ts';
import { type FakePerson, personAt } from '../../../test/fakes/slack/person.ts';
import {
  CHANNEL,
  openSlackDriver,
  type SlackDriver,
} from '../../../test/fakes/slack/slack-driver.ts';
import { until } from '../../../test/support/until.ts';
import type { SlackChat } from './slack-chat.ts';

const card: ChatMessage = { kind: 'card', text: 'card', blocks: [{ type: 'text', text: 'card' }] };

describe('what Slack delivered is kept until it is dealt with', () => {
  let driver: SlackDriver;
  let dana: FakePerson;
  let lee: FakePerson;
  let inputs: ChatInput[];
  let thread: ThreadRef;
  const started: SlackChat[] = [];

  const start = async (
    plugin: SlackChat,
    receive: (input: ChatInput) => Promise<ChatReply> = async () => ({}),
  ): Promise<void> => {
    started.push(plugin);
    await plugin.start(async (input) => {
      inputs.push(input);
      return receive(input);
    });
    await until(() => plugin.connection.state().type === 'connected', { what: 'the connection' });
  };
  beforeEach(async () => {
    driver = await openSlackDriver({ timeoutMs: 2_000 });
    dana = personAt(driver.slack, 'U0DANA00');
    lee = personAt(driver.slack, 'U0LEE000');
    inputs = [];
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((plugin) => plugin.stop()));
    await driver.close();
  });
  const openThread = async (): Promise<ThreadRef> =>
    driver.plugin.openThread({
      channel: CHANNEL,
      session: 'app-1',
      title: 'app-1',
      card,
      key: 'open',
    });
  const begun = async (receive?: (input: ChatInput) => Promise<ChatReply>): Promise<void> => {
    await start(driver.plugin, receive);
    thread = await openThread();
  };
  const says = (person: FakePerson, text: string) =>
    person.says(CHANNEL, text, { thread: thread.thread });
  const arrived = (count: number): Promise<unknown> =>
    until(() => inputs.length >= count, { what: `${count} inputs` });
  const texts = (): readonly string[] =>
    inputs.map((input) => ('text' in input ? `${input.type} ${input.text}` : input.type));
  const fails = (method: string, times: number): void =>
    driver.slack.fault({ method, kind: { type: 'http', status: 500 }, times });
  /** Kills: the old process never says another word to Slack's socket nor to the host. */
  const restarted = async (): Promise<SlackChat> => {
    const next = driver.another();
    await start(next);
    return next;
  };

  it('a look-up that fails after the ack is tried again', async () => {
    await begun();
    fails('users.info', 2);
    await says(dana, 'one');
    await arrived(1);
    expect(texts()).toEqual(['reply one']);
    fails('conversations.info', 1);
    fails('users.info', 1);
    expect((await lee.types('C0OTHER0', '/ao status')).ms).toBeLessThan(1_500);
    await arrived(2);
    expect(texts()[1]).toBe('command status');
  });

  it.each([
    ['a reply', () => says(dana, 'stay'), 'reply stay'],
    ['a slash command', () => dana.types(CHANNEL, '/ao status'), 'command status'],
    [
      'a press',
      async () => {
        await driver.plugin.update(
          { ...thread, message: thread.root },
          {
            ...card,
            blocks: [
              { type: 'buttons', buttons: [{ id: 'go:app-1', label: 'Go', style: 'plain' }] },
            ],
          },
        );
        return dana.presses(driver.slack.workspace.find(CHANNEL, thread.root), 'Go');
      },
      'action',
    ],
    [
      'a shortcut',
      async () => {
        const message = driver.slack.workspace.find(CHANNEL, thread.root);
        if (message === null) throw new Error('no root');
        return dana.usesShortcut(message);
      },
      'shortcut card',
    ],
  ] as const)(
    '%s is dealt with by the next process when this one dies after the ack',
    async (_what, act, wanted) => {
      await begun();
      driver.slack.fault({ method: 'users.info', kind: { type: 'silent' } });
      await act();
      expect(inputs).toEqual([]);
      await restarted();
      await arrived(1);
      expect(texts()).toEqual([wanted]);
    },
  );

  it('an answer that could not be given before the end is given by the next process', async () => {
    await begun(async () => ({ whisper: { ...card, kind: 'post', text: 'No.' } }));
    driver.slack.fault({ method: 'chat.postEphemeral', kind: { type: 'silent' } });
    await says(dana, 'hello');
    await until(() => driver.slack.calls.some((call) => call.method === 'chat.postEphemeral'), {
      what: 'the first try',
    });
    await restarted();
    await until(
      () => driver.slack.calls.filter((call) => call.method === 'chat.postEphemeral').length === 2,
      { what: 'the answer' },
    );
    expect(inputs).toHaveLength(1);
  });

  it('who can not be dealt with is told', async () => {
    await begun(async () => {
      throw new Error('a bug');
    });
    await says(dana, 'hello');
    await until(
      () => driver.slack.workspace.messages.some((one) => /That did not work/.test(one.text)),
      { what: 'the failure to be told' },
    );
    await until(() => driver.context.inbox.waiting().length === 0, { what: 'an empty inbox' });
  });

  it('keeps the order of a thread however long the look-ups take, edits and deletions included', async () => {
    await begun();
    fails('users.info', 2);
    const first = await says(lee, 'one');
    await says(dana, 'two');
    await lee.edits(first, 'one, better');
    const third = await says(dana, 'three');
    await dana.deletes(third);
    await arrived(5);
    expect(texts()).toEqual([
      'reply one',
      'reply two',
      'edit one, better',
      'reply three',
      'delete',
    ]);
  });

  it('replies that nobody listened to arrive once and in order, whatever Slack sends again', async () => {
    await begun();
    const before = await says(dana, 'zero');
    await arrived(1);
    await driver.plugin.stop();
    const { workspace } = driver.slack;
    const missed = ['one', 'two', 'three'].map((text) =>
      workspace.add({
        ts: workspace.nextTs(),
        channel: CHANNEL,
        user: 'U0DANA00',
        text,
        thread_ts: thread.thread,
      }),
    );
    Object.assign(missed[1] ?? {}, { delivery: 'EvTWO' });
    driver.slack.fault({ method: 'conversations.replies', kind: { type: 'http', status: 500 } });
    await restarted();
    await dana.says(CHANNEL, 'two', { thread: thread.thread, delivery: 'EvTWO' });
    await says(dana, 'four');
    await arrived(5);
    expect(texts()).toEqual(['zero', 'one', 'two', 'three', 'four'].map((text) => `reply ${text}`));
    expect(before.text).toBe('zero');
  });

  it('a group that can not be read is not a no', async () => {
    await begun();
    driver.slack.workspace.groups.set('S0TEAM00', {
      id: 'S0TEAM00',
      handle: 'team',
      users: ['U0DANA00'],
    });
    fails('usergroups.list', 2);
    await says(dana, 'hello');
    await arrived(1);
    expect(inputs[0]?.user.groups).toContain('slack:T024BE7LD:S0TEAM00');
  });

  it('ao is told each time Slack is there again', async () => {
    let back = 0;
    started.push(driver.plugin);
    await driver.plugin.start(async () => ({}), undefined, {
      back() {
        back += 1;
      },
      lost() {},
    });
    await until(() => back === 1, { what: 'the first connection' });
    driver.slack.drop();
    await until(() => back === 2, { what: 'the next connection' });
  });

  it('tells when somebody deletes the message a thread hangs on, or archives the channel', async () => {
    const lost: unknown[] = [];
    started.push(driver.plugin);
    await driver.plugin.start(async () => ({}), undefined, {
      back() {},
      lost: (where) => void lost.push(where),
    });
    await until(() => driver.plugin.connection.state().type === 'connected', {
      what: 'the connection',
    });
    const { root, channel } = await openThread();
    const card = driver.slack.workspace.messages.find((message) => message.ts === root);
    if (card === undefined) throw new Error('no card');
    await dana.deletes(card);
    await driver.slack.event({ type: 'message', subtype: 'channel_archive', channel });
    await until(() => lost.length === 2, { what: 'the host to be told' });
    expect(lost).toEqual([
      { channel, thread: root },
      { channel, thread: null },
    ]);
  });

  it('one message under two event ids is one input', async () => {
    await begun();
    await dana.says(CHANNEL, 'hello', { thread: thread.thread, delivery: 'Ev1' });
    const message = driver.slack.workspace.messages.find((one) => one.text === 'hello');
    Object.assign(message ?? {}, { delivery: 'Ev2' });
    await dana.says(CHANNEL, 'hello', { thread: thread.thread, delivery: 'Ev2' });
    await says(dana, 'after it');
    await arrived(2);
    expect(texts()).toEqual(['reply hello', 'reply after it']);
  });

  it('opens the new connection before the old one is given up', async () => {
    await begun();
    driver.slack.refresh();
    await until(() => driver.slack.sockets() === 2, { what: 'both connections' });
    expect(driver.plugin.connection.state().type).toBe('connected');
    await says(dana, 'in between');
    await arrived(1);
    await until(() => driver.slack.sockets() === 1, { what: 'the old one to be closed' });
    await says(dana, 'afterwards');
    await arrived(2);
  });
});
