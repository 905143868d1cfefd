import { expect } from 'vitest';
import { commandLine, typedCommands } from '../../../src/chat/grammar/typed-commands.ts';
import type { Inbound, ThreadRef } from '../../../src/slots/chat.ts';
import {
  type ChatDriver,
  type PersonDoes,
  type PrivatelySeen,
  type SeenMessage,
  testChat,
} from '../../../test/contract/chat.ts';
import { type Acknowledged, startFakeDiscord } from '../../../test/fakes/discord/fake-discord.ts';
import type { Message } from '../../../test/fakes/discord/state.ts';
import { optionsOfLine } from '../../../test/support/discord-options.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { until } from '../../../test/support/until.ts';
import { discordConfig } from './config.ts';
import { createDiscordChat } from './discord-chat.ts';
import { subjectOf } from './ids.ts';

const catalogue = { commands: typedCommands, line: commandLine, suggest: async () => [] };

for (const layout of ['threads', 'forum'] as const) {
  testChat(`discord (${layout})`, async () => openDriver(layout));
}

const textOf = (message: Message): string =>
  message.content || String(message.embeds[0]?.description ?? '');
const buttonsOf = (message: Message): string[] =>
  message.components.flatMap((row) =>
    (row.components as { custom_id?: string }[]).flatMap((each) => each.custom_id ?? []),
  );

async function openDriver(layout: 'threads' | 'forum'): Promise<ChatDriver> {
  const fake = await startFakeDiscord();
  const channel = layout === 'forum' ? fake.forum : fake.text;
  const config = discordConfig.parse({
    token: fake.token,
    guilds: [fake.guildId],
    channel: channel.id,
    layout,
    apiUrl: fake.api,
  });
  const plugin = createDiscordChat(config, pluginContext({ id: 'discord' }));
  // The suite names deliveries; Discord numbers them.
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const idOf = (delivery: string): string => {
    const known = ids.get(delivery) ?? fake.newId();
    ids.set(delivery, known);
    names.set(known, delivery);
    return known;
  };
  const seen = (message: Message, thread: string): SeenMessage => ({
    ref: { platform: 'discord', channel: channel.id, thread, message: message.id },
    text: textOf(message),
    buttons: buttonsOf(message),
    receipt: fake.reactions(message.id)[0] ?? null,
    by: message.author.id === fake.bot.id ? 'ao' : 'person',
  });
  const inThread = (thread: string): Message[] => {
    const root = layout === 'threads' ? fake.messages.get(thread) : undefined;
    return [...(root === undefined ? [] : [root]), ...fake.seenIn(thread)];
  };
  const written = new Map<string, Message>();
  const does = async (what: PersonDoes): Promise<Acknowledged | null> => {
    const user = fake.people[what.user];
    const place = fake.channel(what.thread?.thread ?? channel.id);
    switch (what.type) {
      case 'command': {
        const { verb, values } = optionsOfLine(what.text);
        return fake.slash(user, place, verb, values, idOf(what.delivery));
      }
      case 'reply': {
        const before = written.get(what.delivery);
        if (before !== undefined) fake.again(before);
        else
          written.set(
            what.delivery,
            fake.write(user, place, what.text, { id: idOf(what.delivery) }),
          );
        return null;
      }
      case 'press': {
        const message = fake.messages.get(what.message.message);
        if (message === undefined) throw new Error('no such message');
        return fake.press(user, message, what.action, idOf(what.delivery));
      }
      case 'submit':
        return fake.submit(user, place, what.form, what.values, idOf(what.delivery));
    }
  };
  return {
    plugin: {
      ...plugin,
      start: (inbound: Inbound) =>
        plugin.start(
          (input) => inbound({ ...input, delivery: names.get(input.delivery) ?? input.delivery }),
          catalogue,
        ),
    },
    channel: channel.id,
    subject: (user) => subjectOf(fake.guildId, fake.people[user].id),
    seen: async (thread: ThreadRef) =>
      inThread(thread.thread).map((message) => seen(message, thread.thread)),
    async seenInChannel() {
      const roots =
        layout === 'threads'
          ? fake.seenIn(channel.id)
          : [...fake.channels.values()]
              .filter((each) => each.parent_id === channel.id)
              .flatMap((each) => fake.seenIn(each.id).slice(0, 1));
      return roots.map((message) => seen(message, message.id));
    },
    whispers: async (user) => fake.directMessages(fake.people[user]).map(textOf),
    async does(what): Promise<PrivatelySeen> {
      await until(() => fake.gateway.connected() === 1 && fake.commands().length > 0, {
        what: 'the bot to be connected',
      });
      const ack = await does(what);
      if (ack === null) return { whisper: null, form: null };
      const [shown] = fake.privately(ack.interaction);
      return {
        whisper: shown === undefined || shown.content === '✅' ? null : textOf(shown),
        form: ack.type === 9 ? String(ack.data.title) : null,
      };
    },
    async close() {
      await fake.close();
      expect(fake.problems).toEqual([]);
    },
  };
}
