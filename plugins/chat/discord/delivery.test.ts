import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ChatMessage, ThreadRef } from '../../../src/slots/chat.ts';
import { type PluginWorld, pluginWorld, said } from '../../../test/support/discord-plugin.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { until } from '../../../test/support/until.ts';

const replies = (world: PluginWorld): string[] =>
  world.inputs.flatMap((input) => (input.type === 'reply' ? [input.text] : []));
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `reply ${from + at}`);

describe('what people write while Discord is away', () => {
  let world: PluginWorld;
  let thread: ThreadRef;
  beforeEach(async () => {
    world = await pluginWorld();
    await world.start();
    await world.ready();
    thread = await world.thread();
  });
  afterEach(async () => {
    await world.close();
    expect(world.fake.problems).toEqual([]);
  });

  const write = (texts: readonly string[]): void => {
    for (const text of texts)
      world.fake.write(world.fake.people.dana, world.fake.channel(thread.thread), text);
  };
  const gets = (texts: readonly string[]): Promise<unknown> =>
    until(() => replies(world).length >= texts.length, {
      what: `${texts.length} replies`,
      timeoutMs: 20_000,
    }).then(() => expect(replies(world)).toEqual(texts));

  it.each([
    ['close 4000', (): void => world.fake.gateway.close(4000)],
    ['op 7', (): void => world.fake.gateway.reconnect()],
    ['a cut wire', (): void => world.fake.gateway.cut()],
  ])(
    'is forwarded once and in order after %s, 100 messages',
    async (_what, lose) => {
      write(['reply 0']);
      await gets(['reply 0']);
      lose();
      write(numbered(1, 100));
      await gets(numbered(0, 100));
      await until(() => world.fake.gateway.counts.resume === 1, { what: 'a resume' });
      expect(world.fake.gateway.counts.identify).toBe(1);
      write(['reply 101']);
      await gets(numbered(0, 101));
    },
    30_000,
  );

  it.each([
    ['op 9', (): void => world.fake.gateway.invalidate()],
    [
      'an hour offline',
      (): void => {
        world.fake.gateway.forget();
        world.fake.gateway.cut();
      },
    ],
  ])(
    'is fetched once and in order after %s, 100 messages',
    async (_what, lose) => {
      write(['reply 0']);
      await gets(['reply 0']);
      lose();
      write(numbered(1, 100));
      await gets(numbered(0, 100));
      await until(() => world.fake.gateway.counts.identify === 2, { what: 'a new session' });
      write(['reply 101']);
      await gets(numbered(0, 101));
    },
    30_000,
  );

  it('is fetched when the bot was down, also more than one page', async () => {
    write(['reply 0']);
    await gets(['reply 0']);
    await world.plugin().stop();
    write(numbered(1, 150));
    await world.start();
    await gets(numbered(0, 150));
  }, 30_000);

  it('is read with what was forwarded in it; stickers are named; what was forwarded is no command', async () => {
    const { fake } = world;
    const place = fake.channel(thread.thread);
    const forwards = (content: string, words: string, more: object = {}): void =>
      void fake.write(fake.people.dana, place, content, {
        extra: {
          message_reference: { type: 1, channel_id: place.id, message_id: '1' },
          message_snapshots: [
            { message: { content: words, embeds: [], attachments: [], type: 0, ...more } },
          ],
        },
      });
    const attachment = { id: '9', filename: 'pump.log', size: 3, url: `${fake.api}/pump.log` };
    forwards('', 'The pump leaks\nagain', { attachments: [attachment] });
    forwards('Mend this', '', { embeds: [{ type: 'rich', title: 'Alert', description: 'Leak' }] });
    forwards('', '!kill');
    fake.write(fake.people.dana, place, '', {
      extra: { sticker_items: [{ id: '1', name: 'wave' }] },
    });
    await gets([
      'Forwarded:\n> The pump leaks\n> again',
      'Mend this\n\nForwarded:\n> Alert\n> Leak',
      'Forwarded:\n> !kill',
      '(sticker: wave)',
    ]);
    expect(world.inputs[0]).toMatchObject({ files: [{ name: 'pump.log' }] });
  });

  it('reaches the host again when the host failed', async () => {
    let failures = 1;
    world.answer = async () => {
      if (failures-- > 0) throw new Error('the database is locked');
      return {};
    };
    write(['reply 1', 'reply 2']);
    await until(() => replies(world).length === 3, { what: 'three deliveries' });
    expect(replies(world)).toEqual(['reply 1', 'reply 1', 'reply 2']);
  });

  it('edits and deletions of a reply are told, previews are not', async () => {
    const { fake } = world;
    const message = fake.write(fake.people.dana, fake.channel(thread.thread), 'Keep it.');
    await gets(['Keep it.']);
    fake.gateway.dispatch('MESSAGE_UPDATE', {
      ...message,
      guild_id: fake.guildId,
      embeds: [{ type: 'link' }],
    });
    fake.edit(message, 'Drop it.');
    fake.remove(message);
    await until(() => world.inputs.length === 3, { what: 'edit and deletion' });
    expect(world.inputs.slice(1)).toMatchObject([
      { type: 'edit', text: 'Drop it.', message: message.id },
      { type: 'delete', message: message.id },
    ]);
  });
});

describe('a reply that the host can not take for a while', () => {
  it('is taken later and before those that came after it, also when the bot was restarted', async () => {
    const clock = manualClock();
    const world = await pluginWorld({ clock });
    onTestFinished(() => world.close());
    await world.start();
    await world.ready();
    const thread = await world.thread();
    const taken: string[] = [];
    let isLocked = true;
    let tries = 0;
    world.answer = async (input) => {
      if (input.type !== 'reply') return {};
      if (isLocked && input.text === 'reply 1') {
        tries += 1;
        throw Object.assign(new Error('the database is locked'), { code: 'SQLITE_BUSY' });
      }
      taken.push(input.text);
      return {};
    };
    const moving = <T>(condition: () => T, what: string): Promise<unknown> =>
      until(
        () => {
          clock.advance(5_000);
          return condition();
        },
        { what },
      );
    for (const text of ['reply 1', 'reply 2'])
      world.fake.write(world.fake.people.dana, world.fake.channel(thread.thread), text);
    await moving(() => tries > 5, 'some tries');
    await world.plugin().stop();
    isLocked = false;
    await world.start();
    await world.ready();
    world.fake.write(world.fake.people.dana, world.fake.channel(thread.thread), 'reply 3');
    await moving(() => taken.includes('reply 3'), 'the third reply');
    expect(taken).toEqual(['reply 1', 'reply 2', 'reply 3']);
  });
});

describe('a post in doubt', () => {
  let world: PluginWorld;
  let thread: ThreadRef;
  beforeEach(async () => {
    world = await pluginWorld();
    await world.start();
    await world.ready();
    thread = await world.thread();
  });
  afterEach(async () => {
    await world.close();
    expect(world.fake.problems).toEqual([]);
  });
  const shown = (): string[] => world.fake.seenIn(thread.thread).map((message) => message.content);
  const cutNext = (path: RegExp): void =>
    world.fake.inject({ method: 'POST', path, answer: 'cut' });

  it('is not made twice: its event or its nonce tells', async () => {
    cutNext(/^\/channels\/\d+\/messages$/);
    await expect(world.plugin().post(thread, said('started'), 'k1')).rejects.toMatchObject({
      kind: 'transient',
    });
    await world.plugin().post(thread, said('started'), 'k1');
    expect(shown()).toEqual(['started']);
  });

  it.each([50035, 50006, 40005])(
    'is said in plain words, with what to type, where Discord takes it in no other way (%i)',
    async (code) => {
      const refuse = (method: string): void =>
        world.fake.inject({
          method,
          path: /\/messages(\/\d+)?$/,
          answer: { status: 400, body: { code, message: 'Invalid Form Body' } },
        });
      const question: ChatMessage = {
        kind: 'card',
        text: 'Which way?',
        blocks: [
          { type: 'text', text: '**Which** way?' },
          {
            type: 'buttons',
            buttons: [
              { id: 'answer:app-1:1', label: 'Left', style: 'plain' },
              { id: 'answer:app-1:2', label: 'Right', style: 'plain' },
              { id: 'stop:app-1', label: 'Stop', style: 'danger' },
            ],
          },
        ],
        files: [{ name: 'log.txt', content: 'a line' }],
      };
      refuse('POST');
      const ref = await world.plugin().post(thread, question, 'q');
      const newest = () => world.fake.seenIn(thread.thread).at(-1);
      expect(newest()?.content).toContain('**Which** way?');
      expect(newest()?.content).toContain('`!answer Left` or `!answer Right`');
      expect(newest()?.content).toContain('Instead of Stop');
      // Found again by what was really said.
      expect((await world.plugin().post(thread, question, 'q')).message).toBe(ref.message);
      refuse('PATCH');
      await world.plugin().update(ref, { ...question, files: [] });
      expect(newest()).toMatchObject({ embeds: [], components: [] });
      refuse('POST');
      refuse('POST');
      await world.plugin().post(thread, question, 'q2');
      expect(newest()?.content).toContain('does not take the files');
    },
  );

  it('is found in the history by a bot that was killed, after Discord has forgotten the nonce', async () => {
    const former = world.plugin();
    await world.plugin().post(thread, said('started'), 'k0');
    await former.stop();
    cutNext(/^\/channels\/\d+\/messages$/);
    await expect(former.post(thread, said('started'), 'k1')).rejects.toMatchObject({
      kind: 'transient',
    });
    world.fake.forgetNonces();
    const plugin = await world.start();
    const found = await plugin.lookup({ channel: thread.channel, thread: thread.thread }, 'k1');
    expect(found?.message).toBe(world.fake.seenIn(thread.thread).at(-1)?.id);
    expect(await plugin.post(thread, said('started'), 'k1')).toEqual(found);
    expect(
      await plugin.lookup({ channel: thread.channel, thread: thread.thread }, 'k2'),
    ).toBeNull();
    expect(shown()).toEqual(['started', 'started']);
  });

  it('gets its thread when the bot died between the message and the thread', async () => {
    world.fake.inject({ method: 'POST', path: /\/threads$/, answer: { status: 503 }, times: 4 });
    await expect(world.thread('open:2')).rejects.toMatchObject({ kind: 'transient' });
    const found = await world.plugin().lookup({ channel: thread.channel, thread: null }, 'open:2');
    expect(found).not.toBeNull();
    expect(world.fake.channel(found?.thread ?? '').name).toBe('app-1 Fix login');
    expect(world.fake.seenIn(thread.channel)).toHaveLength(2);
  }, 20_000);

  it('survives 500s and short rate limits without a double, and gives long ones back', async () => {
    world.fake.inject({ method: 'POST', path: /\/messages$/, answer: { status: 500 } });
    await world.plugin().post(thread, said('one'), 'k1');
    world.fake.inject({
      method: 'POST',
      path: /\/messages$/,
      answer: {
        status: 429,
        body: { message: 'slow', retry_after: 0.3, global: false },
        headers: { 'retry-after': '0.3', 'x-ratelimit-scope': 'user' },
      },
    });
    await world.plugin().post(thread, said('two'), 'k2');
    world.fake.inject({
      method: 'POST',
      path: /\/messages$/,
      answer: {
        status: 429,
        body: { message: 'slow', retry_after: 60, global: true },
        headers: {
          'retry-after': '60',
          'x-ratelimit-global': 'true',
          'x-ratelimit-scope': 'global',
        },
      },
    });
    await expect(world.plugin().post(thread, said('three'), 'k3')).rejects.toMatchObject({
      kind: 'transient',
      retryAfter: expect.closeTo(60_000, -3),
    });
    expect(shown()).toEqual(['one', 'two']);
  });

  it.each([
    [404, 10003, 'not_found'],
    [403, 50013, 'rejected'],
    [403, 50001, 'rejected'],
    [400, 30046, 'transient'],
    [401, 0, 'auth'],
  ])('an error %i %i is %s', async (status, code, kind) => {
    world.fake.inject({
      method: 'POST',
      path: /\/messages$/,
      answer: { status, body: { code, message: 'no' } },
    });
    await expect(world.plugin().post(thread, said('x'), 'k1')).rejects.toMatchObject({
      name: 'PluginError',
      kind,
    });
  });
});

describe('the login', () => {
  let world: PluginWorld;
  afterEach(() => world.close());

  it('is not tried again with a bad token, and doctor says why', async () => {
    world = await pluginWorld({ config: { token: 'wrong' } });
    const plugin = await world.start();
    await until(
      async () => (await plugin.doctor()).some((finding) => finding.what.includes('Not connected')),
      { what: 'doctor to know' },
    );
    expect(
      (await plugin.doctor())
        .filter((finding) => finding.level === 'error')
        .map((finding) => finding.what)
        .join(),
    ).toContain('does not take the token');
    expect(world.fake.gateway.counts.identify).toBe(0);
  });

  it('is not tried again when the gateway refuses the token, and doctor says what to do', async () => {
    world = await pluginWorld();
    world.fake.gateway.faults.refuseToken = true;
    const plugin = await world.start();
    const told = await until(
      async () =>
        (await plugin.doctor()).find((finding) => finding.what.startsWith('Not connected')),
      { what: 'doctor to know' },
    );
    expect(told).toMatchObject({
      level: 'error',
      what: expect.stringContaining('Reset it in the Developer Portal'),
      fix: expect.stringContaining('restarted'),
    });
    expect(world.fake.gateway.counts.identify).toBe(1);
  });

  it('never burns the identify budget: sessions that Discord ends again and again, and restarts, count', async () => {
    const clock = manualClock();
    world = await pluginWorld({ clock });
    world.kv.set(
      'logins',
      Array.from({ length: 19 }, () => clock.now()),
    );
    const plugin = await world.start();
    await world.ready();
    world.fake.gateway.invalidate();
    const waits = async (): Promise<boolean> =>
      (await world.plugin().doctor()).some((finding) =>
        finding.what.includes('logged in too often within an hour'),
      );
    await until(waits, { what: 'ao to wait' });
    await plugin.stop();
    await world.start();
    await until(waits, { what: 'ao to wait after a restart, too' });
    expect(world.fake.gateway.counts.identify).toBe(1);
    clock.advance(3_600_000);
    await until(
      () => world.fake.gateway.counts.identify === 2 && world.fake.gateway.connected() === 1,
      { what: 'the next login', timeoutMs: 20_000 },
    );
  }, 40_000);

  it('says which intent to turn on, and identifies once', async () => {
    world = await pluginWorld();
    world.fake.gateway.faults.disallow = true;
    const plugin = await world.start();
    await until(
      async () =>
        (await plugin.doctor()).some((finding) => finding.what.includes('MESSAGE CONTENT INTENT')),
      { what: 'doctor to know' },
    );
    expect(world.fake.gateway.counts.identify).toBe(1);
  });

  it('comes back by itself after Discord was down', async () => {
    world = await pluginWorld();
    world.fake.inject({
      method: 'GET',
      path: /^\/gateway\/bot$/,
      answer: { status: 503 },
      times: 5,
    });
    await world.start();
    await world.ready();
    expect(
      world.logged.some((line) => line.level === 'warn' && line.message.startsWith('Discord:')),
    ).toBe(true);
    expect(world.fake.gateway.counts.identify).toBe(1);
  }, 20_000);

  it('registers the commands only where they differ', async () => {
    world = await pluginWorld();
    await world.start();
    await world.ready();
    await world.plugin().stop();
    await world.start();
    const reads = (): number =>
      world.fake.calls.filter((call) => call.method === 'GET' && call.path.endsWith('/commands'))
        .length;
    await until(() => reads() === 2, { what: 'the commands to be compared' });
    await world.plugin().stop();
    expect(
      world.fake.calls.filter((call) => call.method === 'PUT' && call.path.endsWith('/commands')),
    ).toHaveLength(1);
    expect(world.fake.problems).toEqual([]);
  });
});

it.each([
  [
    'the thread',
    (world: PluginWorld, thread: string) => world.fake.deleteThread(world.fake.channel(thread)),
  ],
  [
    'the message it hangs on',
    (world: PluginWorld, thread: string) => {
      const root = world.fake.messages.get(thread);
      if (root !== undefined) world.fake.remove(root);
    },
  ],
])('tells when somebody deletes %s, and of no other message', async (_what, remove) => {
  const world = await pluginWorld();
  onTestFinished(() => world.close());
  await world.start();
  await world.ready();
  const { thread, channel } = await world.thread();
  const { fake } = world;
  fake.remove(fake.write(fake.people.dana, fake.channel(thread), 'hello'));
  remove(world, thread);
  await until(() => world.lost.length > 0, { what: 'the host to be told' });
  expect(world.lost).toEqual([{ channel, thread }]);
  expect(
    await world.plugin().hasThread({ platform: 'discord', channel, thread, root: thread }),
  ).toBe(false);
});
