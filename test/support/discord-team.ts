import {
  type Acknowledged,
  type FakeDiscord,
  startFakeDiscord,
} from '../fakes/discord/fake-discord.ts';
import type { Channel, Message, User } from '../fakes/discord/state.ts';
import { botWorld } from './bot-world.ts';
import { optionsOfLine } from './discord-options.ts';
import type { Shown, Team, TeamOptions } from './team.ts';
import { until } from './until.ts';

export interface DiscordTeam extends Team {
  readonly fake: FakeDiscord;
  /** The thread of the only session. */
  place(): Channel;
  root(): Message;
  typesAs(user: User, line: string, where?: Channel): Promise<string | null>;
  pressesAs(user: User, message: Pick<Shown, 'id'>, label: string): Promise<Acknowledged>;
  /** What somebody saw privately after something they did. */
  answerTo(ack: Acknowledged): string | null;
  restart(): Promise<void>;
}

export interface DiscordTeamOptions extends TeamOptions {
  readonly layout?: 'threads' | 'forum';
  readonly messageContent?: boolean;
}

export const textOf = (message: Message): string =>
  [
    message.content,
    String(message.embeds[0]?.description ?? ''),
    ...message.components.flatMap((part) => (part.type === 10 ? [String(part.content)] : [])),
  ]
    .filter((text) => text !== '')
    .join('\n');

interface Control {
  readonly type?: number;
  readonly label?: string;
  readonly custom_id?: string;
}

const controls = (message: Message): Control[] =>
  message.components.flatMap((row) => (row.components ?? []) as Control[]);
const shown = (message: Message): Shown => ({
  id: message.id,
  text: textOf(message),
  buttons: controls(message).flatMap((button) => button.label ?? []),
  files: message.attachments.map((file) => file.filename),
});

/** Dana and Lee at Discord. Dana is a member by her server role, Lee is nobody. */
export async function discordTeam(options: DiscordTeamOptions = {}): Promise<DiscordTeam> {
  const layout = options.layout ?? 'threads';
  const fake = await startFakeDiscord({ messageContent: options.messageContent ?? true });
  const channel = layout === 'forum' ? fake.forum : fake.text;
  const bot = await botWorld({
    chat: { discord: { token: fake.token, guilds: [fake.guildId], layout, apiUrl: fake.api } },
    channels: [`discord:${channel.id}`],
    secrets: [fake.token],
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    more: {
      access: { groups: { [`discord:${fake.guildId}:${fake.roles.team}`]: ['member'] } },
      ...options.more,
    },
  });
  const connected = (): Promise<unknown> =>
    until(() => fake.gateway.connected() === 1 && fake.commands().length > 0, {
      what: 'the bot to be on Discord',
    });
  await bot.start();
  await connected();
  const { dana } = fake.people;

  const place = (): Channel => {
    const thread = [...fake.channels.values()].find((each) => each.parent_id === channel.id);
    if (thread === undefined) throw new Error('no thread is open');
    return thread;
  };
  const root = (): Message => {
    const message = fake.messages.get(place().id);
    if (message === undefined) throw new Error('the root is gone');
    return message;
  };
  const answerTo = (ack: Acknowledged): string | null => {
    const last = fake.privately(ack.interaction).at(-1);
    return last === undefined || last.content === '✅' ? null : textOf(last);
  };
  const last = { shown: null as Message | null, form: null as string | null, interaction: '' };
  const direct = (): Message | undefined => fake.directMessages(dana).at(-1);
  const message = (id: string): Message =>
    fake.messages.get(id) ?? (last.shown?.id === id ? last.shown : root());
  const noted = (ack: Acknowledged): Acknowledged => {
    if (ack.type === 9) last.form = String(ack.data.custom_id);
    last.interaction = ack.interaction;
    return ack;
  };
  const press = async (user: User, on: Message, label: string): Promise<Acknowledged> => {
    const button = controls(on).find((each) => each.label === label);
    if (button?.custom_id === undefined) throw new Error(`no button ${label} on: ${textOf(on)}`);
    const ack = await fake.press(user, on, button.custom_id);
    const question = button.custom_id.startsWith('?')
      ? fake.privately(ack.interaction)[0]
      : undefined;
    const yes = question === undefined ? undefined : controls(question)[0];
    return noted(
      question === undefined || yes?.custom_id === undefined
        ? ack
        : await fake.press(user, question, yes.custom_id),
    );
  };
  const typesAs = async (user: User, line: string, where = channel): Promise<string | null> => {
    const { verb, values } = optionsOfLine(line);
    return answerTo(noted(await fake.slash(user, where, verb, values)));
  };

  return {
    bot,
    fake,
    place,
    root,
    answerTo,
    typesAs,
    types: (line) => typesAs(dana, line),
    thread: async () =>
      (layout === 'threads' ? [root(), ...fake.seenIn(place().id)] : fake.seenIn(place().id)).map(
        shown,
      ),
    channel: async () =>
      (layout === 'threads'
        ? fake.seenIn(channel.id)
        : [...fake.channels.values()]
            .filter((each) => each.parent_id === channel.id)
            .flatMap((each) => fake.seenIn(each.id).slice(0, 1))
      ).map(shown),
    takesFiles: true,
    deletesThread() {
      const gone = place();
      fake.deleteThread(gone);
      const card = fake.messages.get(gone.id);
      if (card !== undefined) fake.remove(card);
    },
    shuts: (shut) =>
      void (shut
        ? fake.settings.removedFrom.add(channel.id)
        : fake.settings.removedFrom.delete(channel.id)),
    says: async (text, files = []) => fake.write(dana, place(), text, { files }).id,
    edits: async (id, text) => fake.edit(message(id), text),
    deletes: async (id) => fake.remove(message(id)),
    async submits(values) {
      if (last.form === null) throw new Error('there is no form');
      noted(await fake.submit(dana, place(), last.form, values));
    },
    async chooses(on, value) {
      const menu = controls(message(on.id)).find((control) => control.type === 3);
      if (menu?.custom_id === undefined) throw new Error('there is no menu');
      noted(await fake.choose(dana, message(on.id), menu.custom_id, value));
    },
    async privately() {
      const [answered, sent] = [fake.privately(last.interaction).at(-1), direct()];
      last.shown =
        [answered, sent]
          .filter((one) => one !== undefined)
          .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
          .at(-1) ?? null;
      return last.shown === null ? null : shown(last.shown);
    },
    receipt: async (id) => fake.reactions(id)[0] ?? null,
    presses: async (on, label) => answerTo(await press(dana, message(on.id), label)),
    pressesAs: (user, on, label) => press(user, message(on.id), label),
    async restart() {
      await bot.stop();
      await bot.start();
      await connected();
    },
    async close() {
      await bot.close();
      await fake.close();
      if (fake.problems.length > 0)
        throw new Error(`Discord would not take what was sent:\n${fake.problems.join('\n')}`);
    },
  };
}
