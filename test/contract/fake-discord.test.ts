import { Client } from 'oceanic.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { until } from '../support/until.ts';

/** A second client library, so that the fake is not fitted to the one the plugin uses. */
describe('the Discord on loopback, used by another library', () => {
  let fake: FakeDiscord;
  let client: Client;
  beforeEach(async () => {
    fake = await startFakeDiscord();
    client = new Client({
      auth: `Bot ${fake.token}`,
      rest: { baseURL: `${fake.api}/v10` },
      gateway: { intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'], autoReconnect: false },
    });
    client.on('error', () => undefined);
    await client.connect();
    await until(() => client.ready, { what: 'the client to be ready' });
  });
  afterEach(async () => {
    client.disconnect(false);
    await fake.close();
    expect(fake.problems).toEqual([]);
  });

  it('posts, edits, reacts, opens a thread and reads what a person writes in it', async () => {
    const posted = await client.rest.channels.createMessage(fake.text.id, {
      content: 'hello',
      components: [
        { type: 1, components: [{ type: 2, style: 1, label: 'Stop', customID: 'stop:app-1' }] },
      ],
    });
    await client.rest.channels.editMessage(fake.text.id, posted.id, { content: 'hello again' });
    await client.rest.channels.createReaction(fake.text.id, posted.id, '👀');
    const thread = await client.rest.channels.startThreadFromMessage(fake.text.id, posted.id, {
      name: 'app-1',
    });
    expect(thread.id).toBe(posted.id);
    const read: string[] = [];
    client.on('messageCreate', (message) => void read.push(message.content));
    fake.write(fake.people.dana, fake.channel(thread.id), 'Keep the API.');
    await until(() => read.includes('Keep the API.'), { what: 'the message' });
    expect(fake.seenIn(fake.text.id).map((message) => message.content)).toEqual(['hello again']);
    expect(fake.reactions(posted.id)).toEqual(['👀']);
  });

  it('registers commands and answers interactions', async () => {
    await client.rest.applications.bulkEditGuildCommands(fake.bot.id, fake.guildId, [
      {
        type: 1,
        name: 'ao',
        description: 'Agents',
        options: [{ type: 1, name: 'status', description: 'Table' }],
      },
    ]);
    client.on('interactionCreate', (interaction) => {
      if (interaction.isCommandInteraction())
        void interaction.createMessage({ content: 'No sessions.', flags: 64 });
      if (interaction.isComponentInteraction()) void interaction.deferUpdate();
    });
    const ack = await fake.slash(fake.people.dana, fake.text, 'status', {});
    expect(fake.privately(ack.interaction).map((message) => message.content)).toEqual([
      'No sessions.',
    ]);
    const posted = await client.rest.channels.createMessage(fake.text.id, {
      content: 'x',
      components: [
        { type: 1, components: [{ type: 2, style: 1, label: 'Stop', customID: 'stop:app-1' }] },
      ],
    });
    const message = fake.messages.get(posted.id);
    if (message === undefined) throw new Error('the message is gone');
    expect((await fake.press(fake.people.dana, message, 'stop:app-1')).type).toBe(6);
  });

  it('refuses what Discord refuses', async () => {
    await expect(
      client.rest.channels.createMessage(fake.text.id, { content: 'x'.repeat(2001) }),
    ).rejects.toThrow('2000');
    await expect(client.rest.channels.createMessage('1', { content: 'x' })).rejects.toThrow(
      'Unknown Channel',
    );
    const foreign = fake.write(fake.people.dana, fake.text, 'mine');
    await expect(
      client.rest.channels.editMessage(fake.text.id, foreign.id, { content: 'x' }),
    ).rejects.toThrow('authored by another user');
    expect(fake.problems.splice(0)).toEqual([expect.stringContaining('2000')]);
  });
});
