import { afterEach, describe, expect, it } from 'vitest';
import type { ChatReply, Form } from '../../../src/slots/chat.ts';
import type { Message } from '../../../test/fakes/discord/state.ts';
import { type PluginWorld, pluginWorld, said } from '../../../test/support/discord-plugin.ts';
import { until } from '../../../test/support/until.ts';

const FORM: Form = {
  id: 'spawn_form:',
  title: 'Start a session',
  submit: 'Spawn',
  fields: [{ id: 'text', label: 'Task', kind: 'text', optional: false }],
};
const controls = (message: Message | undefined): { label?: string; custom_id?: string }[] =>
  (message?.components ?? []).flatMap(
    (row) => row.components as { label?: string; custom_id?: string }[],
  );

describe('interactions', () => {
  let world: PluginWorld;
  const open = async (options: Parameters<typeof pluginWorld>[0] = {}): Promise<void> => {
    world = await pluginWorld(options);
    await world.start();
    await world.ready();
  };
  afterEach(async () => {
    await world.close();
    expect(world.fake.problems).toEqual([]);
  });
  /** The host answers only when told to. */
  const holdHost = (): ((reply: ChatReply) => void) => {
    let give: (reply: ChatReply) => void = () => undefined;
    const later = new Promise<ChatReply>((resolve) => {
      give = resolve;
    });
    world.answer = () => later;
    return give;
  };

  // How fast is measured by the bench (`npm run bench -- discord`); here it is that nobody is forgotten, however busy the machine.
  it('200 at once are all answered, each once', async () => {
    await open({ ackLimit: 30_000 });
    world.answer = async () => ({ whisper: said('No sessions.') });
    const { fake } = world;
    const acks = await Promise.all(
      Array.from({ length: 200 }, () => fake.slash(fake.people.dana, fake.text, 'status', {})),
    );
    const late = acks.filter((ack) => ack.type !== 4);
    expect(late.filter((ack) => ack.type !== 5)).toEqual([]);
    await until(() => late.every((ack) => fake.privately(ack.interaction).length === 1), {
      what: 'the answers that were deferred',
      timeoutMs: 30_000,
    });
  });

  it('are deferred when the host is slow, and answered afterwards', async () => {
    await open();
    const give = holdHost();
    const { fake } = world;
    const ack = await fake.slash(fake.people.dana, fake.text, 'inbox', {});
    expect(ack).toMatchObject({ type: 5, data: { flags: 64 } });
    give({ whisper: said('Nothing waits for you.') });
    const [answer] = await until(
      () => (fake.privately(ack.interaction).length > 0 ? fake.privately(ack.interaction) : null),
      { what: 'the late answer' },
    );
    expect(answer?.content).toBe('Nothing waits for you.');
  });

  it('a form that comes too late waits behind a button', async () => {
    await open();
    const give = holdHost();
    const { fake } = world;
    const ack = await fake.slash(fake.people.dana, fake.text, 'spawn', {});
    give({ form: FORM });
    const [offer] = await until(
      () => (fake.privately(ack.interaction).length > 0 ? fake.privately(ack.interaction) : null),
      { what: 'the offer' },
    );
    const button = controls(offer)[0];
    expect(button?.label).toBe('Spawn');
    expect(
      await fake.press(fake.people.dana, offer as Message, button?.custom_id ?? ''),
    ).toMatchObject({
      type: 9,
      data: { custom_id: 'spawn_form:', title: 'Start a session' },
    });
  });

  it('a form with wrong fields opens again, filled in', async () => {
    await open();
    const { fake } = world;
    world.answer = async () => ({ form: FORM });
    await fake.slash(fake.people.dana, fake.text, 'spawn', {});
    world.answer = async () => ({ errors: { text: 'Say what to do.' } });
    const ack = await fake.submit(fake.people.dana, fake.text, FORM.id, { text: '??' });
    const [told] = fake.privately(ack.interaction);
    expect(told?.content).toBe('Say what to do.');
    const again = await fake.press(
      fake.people.dana,
      told as Message,
      controls(told)[0]?.custom_id ?? '',
    );
    expect(JSON.stringify(again.data)).toContain('"value":"??"');
  });

  it('a button that asks is taken only after the yes, for the message it was on', async () => {
    await open();
    const { fake } = world;
    const thread = await world.thread();
    const { message } = await world.plugin().post(
      thread,
      {
        kind: 'post',
        text: 'x',
        blocks: [
          { type: 'text', text: 'x' },
          {
            type: 'buttons',
            buttons: [
              {
                id: 'kill:app-1',
                label: 'Kill',
                style: 'danger',
                confirm: { title: 'Kill app-1?', text: 'A snapshot is kept.', ok: 'Kill' },
              },
            ],
          },
        ],
      },
      'k1',
    );
    const on = fake.messages.get(message) as Message;
    const ack = await fake.press(fake.people.dana, on, controls(on)[0]?.custom_id ?? '');
    const question = fake.privately(ack.interaction)[0] as Message;
    expect(question.content).toBe('**Kill app-1?**\nA snapshot is kept.');
    expect(world.inputs).toEqual([]);
    await fake.press(fake.people.dana, question, controls(question)[0]?.custom_id ?? '');
    expect(world.inputs).toMatchObject([
      {
        type: 'action',
        action: 'kill:app-1',
        message,
        thread: thread.thread,
        channel: fake.text.id,
      },
    ]);
    expect(
      (await fake.press(fake.people.dana, question, controls(question)[1]?.custom_id ?? '')).type,
    ).toBe(7);
    expect(world.inputs).toHaveLength(1);
  });

  it('an answer that Discord takes no more is given by direct message', async () => {
    await open();
    const { fake } = world;
    world.answer = async () => ({ whisper: said('You are not allowed to.') });
    fake.inject({
      method: 'POST',
      path: /\/callback$/,
      answer: { status: 404, body: { code: 10062, message: 'Unknown interaction' } },
    });
    void fake.slash(fake.people.dana, fake.text, 'merge', {});
    await until(
      () =>
        fake
          .directMessages(fake.people.dana)
          .some((message) => message.content === 'You are not allowed to.'),
      { what: 'the direct message' },
    );
  });

  it('an answer that Discord has already is not given a second time', async () => {
    await open();
    const { fake } = world;
    world.answer = async () => ({ whisper: said('No sessions.') });
    fake.inject({
      method: 'POST',
      path: /\/callback$/,
      answer: {
        status: 400,
        body: { code: 40060, message: 'Interaction has already been acknowledged.' },
      },
    });
    void fake.slash(fake.people.dana, fake.text, 'status', {});
    expect((await fake.slash(fake.people.dana, fake.text, 'status', {})).type).toBe(4);
    await world.plugin().stop();
    expect(fake.directMessages(fake.people.dana)).toEqual([]);
  });

  it('completes options from the catalogue and passes on who asks', async () => {
    const asked: unknown[] = [];
    await open({
      suggest: async (request) => {
        asked.push(request);
        return [{ value: '42', label: '#42 Fix login' }];
      },
    });
    const { fake } = world;
    const ack = await fake.complete(fake.people.dana, fake.text, 'spawn', 'issue', 'log', {
      project: 'app',
    });
    expect(ack).toMatchObject({
      type: 8,
      data: { choices: [{ name: '#42 Fix login', value: '42' }] },
    });
    expect(asked).toMatchObject([
      {
        suggests: 'issue',
        text: 'log',
        chosen: { project: 'app' },
        user: { groups: [`discord:${fake.guildId}:${fake.roles.team}`] },
      },
    ]);
  });

  it('"Spawn from this message" hands over the text, and commands beyond 25 are in a group', async () => {
    await open();
    const { fake } = world;
    const message = fake.write(fake.people.lee, fake.text, 'The login test is flaky.');
    world.answer = async () => ({ form: FORM });
    expect((await fake.onMessage(fake.people.dana, fake.text, message)).type).toBe(9);
    expect(world.inputs).toMatchObject([
      { type: 'shortcut', text: 'The login test is flaky.', message: message.id },
    ]);
    world.answer = async () => ({});
    await fake.slash(fake.people.dana, fake.text, 'unmute', { session: 'app-1' });
    expect(world.inputs.at(-1)).toMatchObject({ type: 'command', text: 'unmute app-1' });
  });

  it('works by mention without the message content intent, and says once what is missing', async () => {
    await open({ messageContent: false });
    const { fake } = world;
    const thread = await world.thread();
    const place = fake.channel(thread.thread);
    fake.write(fake.people.dana, place, 'Keep the API.');
    fake.write(fake.people.dana, place, 'Please.');
    fake.write(fake.people.dana, place, `<@${fake.bot.id}> keep the old cookie`);
    fake.write(fake.people.dana, place, `<@${fake.bot.id}> stop`);
    await until(() => world.inputs.length === 2, { what: 'reply and command' });
    expect(world.inputs).toMatchObject([
      { type: 'command', text: 'keep the old cookie', words: 'keep the old cookie', plain: true },
      { type: 'command', text: 'stop', plain: true },
    ]);
    expect(
      fake
        .seenIn(thread.thread)
        .filter(
          (message) =>
            message.author.id === fake.bot.id && message.content.includes('message content intent'),
        ),
    ).toHaveLength(1);
    expect(
      (await world.plugin().doctor()).some(
        (finding) => finding.level === 'warning' && finding.what.includes('intent is off'),
      ),
    ).toBe(true);
  });

  it('outsiders, other bots and other threads are nobody', async () => {
    await open();
    const { fake } = world;
    const thread = await world.thread();
    fake.write(fake.people.lee, fake.text, 'Lunch?');
    fake.gateway.dispatch('MESSAGE_CREATE', {
      ...fake.write(fake.people.lee, fake.text, 'x'),
      author: { ...fake.people.lee, bot: true },
      guild_id: fake.guildId,
      channel_id: thread.thread,
    });
    const foreign = fake.newId();
    fake.gateway.dispatch('MESSAGE_CREATE', {
      ...fake.write(fake.people.lee, fake.text, `<@${fake.bot.id}> status`),
      id: foreign,
      guild_id: fake.newId(),
      member: { roles: [] },
    });
    fake.write(fake.people.dana, fake.channel(thread.thread), 'last');
    await until(
      () => world.inputs.some((input) => input.type === 'reply' && input.text === 'last'),
      { what: 'the last reply' },
    );
    expect(
      world.inputs
        .filter((input) => input.type !== 'reply')
        .map((input) => [input.type, input.user.external]),
    ).toEqual(expect.arrayContaining([['command', true]]));
    expect(world.inputs.filter((input) => input.type === 'reply')).toHaveLength(1);
  });

  it('files go both ways', async () => {
    await open();
    const { fake } = world;
    const thread = await world.thread();
    fake.write(fake.people.dana, fake.channel(thread.thread), 'See this.', {
      files: [{ name: 'log.txt', content: 'hello' }],
    });
    const reply = await until(() => world.inputs.find((input) => input.type === 'reply'), {
      what: 'the reply',
    });
    const [file] = reply.type === 'reply' ? reply.files : [];
    if (file === undefined) throw new Error('no file came');
    expect(file).toMatchObject({ name: 'log.txt', mime: 'text/plain', size: 5 });
    expect(Buffer.from(await world.plugin().download(file, 100)).toString()).toBe('hello');
    await expect(world.plugin().download(file, 4)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(
      world.plugin().download({ ...file, ref: 'https://evil.test/x' }, 100),
    ).rejects.toMatchObject({ kind: 'rejected' });
    const { message } = await world
      .plugin()
      .post(
        thread,
        { ...said('The patch.'), files: [{ name: 'app-1.patch', content: 'diff' }] },
        'k1',
      );
    expect(fake.messages.get(message)?.attachments.map((each) => each.filename)).toEqual([
      'app-1.patch',
    ]);
  });

  it('an ended thread is archived and locked, also after late posts, and opens again', async () => {
    await open();
    const thread = await world.thread();
    const state = () => world.fake.channel(thread.thread).thread_metadata;
    await world.plugin().setThreadState(thread, 'ended');
    await world.plugin().post(thread, said('cost $2'), 'k1');
    expect(state()).toMatchObject({ archived: true, locked: true });
    await world.plugin().setThreadState(thread, 'open');
    expect(state()).toMatchObject({ archived: false, locked: false });
  });

  it('a forum shows the status as a tag', async () => {
    await open({ config: { layout: 'forum' } });
    const thread = await world.thread();
    const tags = (): string[] =>
      (world.fake.channel(thread.thread).applied_tags ?? []).flatMap(
        (id) => world.fake.forum.available_tags?.find((tag) => tag.id === id)?.name ?? [],
      );
    for (const status of ['working', 'mergeable', 'merged'] as const) {
      await world
        .plugin()
        .update({ ...thread, message: thread.root }, { ...said(status), kind: 'card', status });
      expect(tags()).toEqual([status]);
    }
    await world.plugin().setThreadState(thread, 'ended');
    await world
      .plugin()
      .update(
        { ...thread, message: thread.root },
        { ...said('killed'), kind: 'card', status: 'killed' },
      );
    expect(tags()).toEqual(['killed']);
    expect(world.fake.channel(thread.thread).thread_metadata).toMatchObject({
      archived: true,
      locked: true,
    });
    expect(
      world.fake.calls.filter(
        (call) => call.path === `/channels/${world.fake.forum.id}` && call.method === 'PATCH',
      ),
    ).toHaveLength(1);
  });
});
