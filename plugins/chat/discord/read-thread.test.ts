import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PluginWorld, pluginWorld } from '../../../test/support/discord-plugin.ts';
import { until } from '../../../test/support/until.ts';

let world: PluginWorld;
const open = async (options: Parameters<typeof pluginWorld>[0] = {}): Promise<void> => {
  world = await pluginWorld(options);
  await world.start();
  await world.ready();
};
beforeEach(() => open());
afterEach(async () => {
  await world.close();
  expect(world.fake.problems).toEqual([]);
});

it('reads a thread up to a message, back to what it began from', async () => {
  const { fake } = world;
  const { thread, channel } = await world.thread();
  const place = fake.channel(thread);
  for (let n = 0; n < 230; n += 1) fake.write(fake.people.lee, place, `message ${n}`);
  const call = fake.write(fake.people.dana, place, `<@${fake.bot.id}> fix this`);
  fake.write(fake.people.dana, place, 'later');
  await until(() => world.inputs.some((input) => 'text' in input && input.text === 'fix this'), {
    what: 'the mention at the host',
  });
  expect(world.inputs.find((input) => input.type === 'command')).toMatchObject({
    plain: true,
    words: 'fix this',
    thread,
    message: call.id,
  });
  const read = world.plugin().readThread;
  const all = await read?.({ channel, thread }, { after: null, before: call.id, limit: 500 });
  expect(all?.[0]).toMatchObject({ id: thread, own: true });
  expect(all?.slice(1).map(({ text }) => text)).toEqual(
    Array.from({ length: 230 }, (_, n) => `message ${n}`),
  );
  expect(all?.[1]).toMatchObject({ own: false, who: expect.stringMatching(/lee/i) });
  const newest = await read?.(
    { channel, thread },
    { after: all?.at(-3)?.id ?? null, before: call.id, limit: 500 },
  );
  expect(newest?.map(({ text }) => text)).toEqual(['message 228', 'message 229']);
});

it('says that it can not read what Discord does not show', async () => {
  await world.close();
  await open({ messageContent: false });
  const { fake } = world;
  const { thread, channel } = await world.thread();
  fake.write(fake.people.lee, fake.channel(thread), 'secret');
  const call = fake.write(fake.people.dana, fake.channel(thread), `<@${fake.bot.id}> fix this`);
  await expect(
    world.plugin().readThread?.({ channel, thread }, { after: null, before: call.id, limit: 9 }),
  ).rejects.toMatchObject({ code: 'AO_DISCORD_NO_CONTENT' });
});

it('a session in a thread of people neither archives nor locks it', async () => {
  const { fake } = world;
  const own = await world.thread();
  // Somebody else's thread, in the same channel.
  const message = fake.write(fake.people.lee, fake.text, 'It broke');
  const made = await fetch(
    `${fake.api}/v10/channels/${fake.text.id}/messages/${message.id}/threads`,
    {
      method: 'POST',
      headers: { authorization: `Bot ${fake.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'It broke', auto_archive_duration: 60 }),
    },
  );
  const place = fake.channel(((await made.json()) as { id: string }).id);
  const ref = await world.plugin().openThread({
    channel: own.channel,
    session: 'app-2',
    title: 'app-2',
    card: { kind: 'card', text: 'card', blocks: [{ type: 'text', text: 'card' }] },
    key: 'open-2',
    thread: place.id,
  });
  expect(ref).toMatchObject({ channel: own.channel, thread: place.id });
  expect(fake.seenIn(place.id).map(({ id }) => id)).toContain(ref.root);
  expect(await world.plugin().hasThread(ref)).toBe(true);
  fake.write(fake.people.dana, place, 'for the agent');
  await until(() => world.inputs.length === 1, { what: 'the reply' });
  expect(world.inputs).toMatchObject([{ type: 'reply', text: 'for the agent', thread: place.id }]);
  await world.plugin().setThreadState(ref, 'ended');
  await world
    .plugin()
    .update(
      { platform: ref.platform, channel: ref.channel, thread: ref.thread, message: ref.root },
      { kind: 'card', text: 'over', blocks: [{ type: 'text', text: 'over' }] },
    );
  expect(fake.channel(place.id)).toMatchObject({
    thread_metadata: { archived: false, locked: false },
  });
});
