import { randomUUID } from 'node:crypto';
import { renderPlain } from '../../src/chat/words/render-plain.ts';
import type { ChatReply } from '../../src/slots/chat.ts';
import type { StoredMessage } from '../../src/slots/message-store.ts';
import type { FakeDiscord } from '../fakes/discord/fake-discord.ts';
import type { Channel, Message } from '../fakes/discord/state.ts';
import { type FakeSlack, shownTo } from '../fakes/slack/fake-slack.ts';
import { controlsOf, personAt } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage } from '../fakes/slack/workspace.ts';
import type { ApiClient } from '../support/api-client.ts';
import { optionsOfLine } from '../support/discord-options.ts';
import { textOf } from '../support/discord-team.ts';

export type Platform = 'web' | 'slack' | 'discord';

/** A message of the thread as a person reads it. */
export interface Line {
  readonly id: string;
  readonly text: string;
  readonly buttons: readonly string[];
  readonly reactions: readonly string[];
  readonly mine: boolean;
}

/**
 * Somebody at a chat while the bot dies and comes back. Each verb resolves once the platform (or the bot itself, on the web) took it:
 * from then on it is ao's, and must not be lost. It throws when nobody acknowledged it; people do the same again then.
 */
export interface CrashPerson {
  readonly platform: Platform;
  types(line: string): Promise<void>;
  /** In the thread; sent once, whatever becomes of the bot. */
  says(text: string): Promise<void>;
  /** Presses on a message of the thread; a form that opens is filled with `words`. */
  presses(on: Line, label: string, words?: string): Promise<void>;
  /** The thread, card first; empty when it is not open. */
  thread(): Promise<readonly Line[]>;
  /** What stands in the project's channel besides the card. */
  channel(): Promise<readonly Line[]>;
  /** How many private answers this person got; a refusal is one. */
  whispers(): number;
}

const SLACK_EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  white_check_mark: '✅',
  warning: '⚠️',
};

export function atWeb(api: ApiClient, session: string): CrashPerson {
  let whispers = 0;
  const give = async (delivery: string, input: object): Promise<ChatReply> => {
    const reply = await api.post<ChatReply>('/api/chat/inputs', {
      delivery,
      channel: 'sample',
      ...input,
    });
    if (reply.whisper !== undefined) whispers += 1;
    return reply;
  };
  const buttonsOf = (row: StoredMessage) =>
    (row.message?.blocks ?? []).flatMap((block) => (block.type === 'buttons' ? block.buttons : []));
  const line = (row: StoredMessage): Line => ({
    id: row.id,
    text: row.message === null ? row.text : renderPlain(row.message),
    buttons: buttonsOf(row).map((button) => button.label),
    reactions: row.reactions,
    mine: row.message === null,
  });
  const rows = (): Promise<readonly StoredMessage[]> =>
    api.get(`/api/chat/threads/${session}/messages?limit=500`);
  return {
    platform: 'web',
    async types(text) {
      await give(randomUUID(), { type: 'command', thread: null, text });
    },
    async says(text) {
      // The page keeps the delivery's id and sends it again until it is taken.
      const delivery = randomUUID();
      for (;;) {
        try {
          await give(delivery, { type: 'reply', thread: session, text });
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    },
    async presses(on, label, words) {
      const row = (await rows()).find((each) => each.id === on.id);
      const button =
        row === undefined ? undefined : buttonsOf(row).find((each) => each.label === label);
      if (button === undefined) throw new Error(`no button ${label} on ${on.text}`);
      const reply = await give(randomUUID(), {
        type: 'action',
        thread: session,
        message: on.id,
        action: button.id,
        value: null,
      });
      const form = reply.form;
      if (form === undefined) return;
      await give(randomUUID(), {
        type: 'form',
        thread: session,
        form: form.id,
        values: { [form.fields[0]?.id ?? 'text']: words },
      });
    },
    thread: async () => (await rows()).filter((row) => !row.deleted).map(line),
    channel: async () =>
      ((await api.get('/api/chat/channels/sample/messages?limit=500')) as readonly StoredMessage[])
        .filter((row) => row.id !== row.thread)
        .map(line),
    whispers: () => whispers,
  };
}

export function atSlack(slack: FakeSlack, channel: string, user: string): CrashPerson {
  const self = personAt(slack, user);
  const line = (message: FakeMessage): Line => ({
    id: message.ts,
    text: readMessageText(message),
    buttons: controlsOf(message.blocks).map((control) => control.label),
    reactions: message.reactions
      .filter((reaction) => reaction.users.includes(BOT_USER))
      .map((reaction) => SLACK_EMOJI[reaction.name] ?? reaction.name),
    mine: message.user !== BOT_USER,
  });
  const roots = (): readonly FakeMessage[] =>
    shownTo(slack.workspace, channel, null, null).filter((message) => message.user === BOT_USER);
  // The card is the first thing ao says in this channel; a second one would be seen among the posts of the channel.
  const root = (): FakeMessage | undefined => roots()[0];
  return {
    platform: 'slack',
    async types(text) {
      await self.types(channel, text);
    },
    async says(text) {
      await self.says(channel, text, { thread: root()?.ts ?? '' });
    },
    async presses(on, label, words) {
      const message = slack.workspace.messages.find((each) => each.ts === on.id);
      if (message === undefined) throw new Error(`no message ${on.id}`);
      slack.workspace.forms.delete(user);
      await self.presses(message, label);
      if (words === undefined) return;
      const form = await waitFor(() => slack.workspace.forms.get(user));
      const field =
        (form.blocks as { type: string; block_id: string }[]).find(
          (block) => block.type === 'input',
        )?.block_id ?? 'text';
      await self.submits({ [field]: words });
    },
    async thread() {
      const top = root();
      return top === undefined ? [] : shownTo(slack.workspace, channel, top.ts, null).map(line);
    },
    channel: async () => roots().slice(1).map(line),
    whispers: () =>
      slack.workspace.messages.filter((message) => message.ephemeralFor === user).length,
  };
}

export function atDiscord(fake: FakeDiscord): CrashPerson {
  const { dana } = fake.people;
  const controls = (message: Message) =>
    message.components.flatMap((row) => row.components as { label?: string; custom_id?: string }[]);
  const line = (message: Message): Line => ({
    id: message.id,
    text: textOf(message),
    buttons: controls(message).flatMap((button) => button.label ?? []),
    reactions: fake.reactions(message.id),
    mine: message.author.id !== fake.bot.id,
  });
  const place = (): Channel | undefined =>
    [...fake.channels.values()].find((each) => each.parent_id === fake.text.id);
  const taken = (ack: { readonly type: number | null }): void => {
    if (ack.type === null) throw new Error('The application did not respond');
  };
  return {
    platform: 'discord',
    async types(text) {
      const { verb, values } = optionsOfLine(text);
      taken(await fake.slash(dana, fake.text, verb, values));
    },
    async says(text) {
      const thread = place();
      if (thread === undefined) throw new Error('no thread is open');
      fake.write(dana, thread, text);
    },
    async presses(on, label, words) {
      const message = fake.messages.get(on.id);
      const button =
        message === undefined ? undefined : controls(message).find((each) => each.label === label);
      if (message === undefined || button?.custom_id === undefined)
        throw new Error(`no button ${label} on ${on.text}`);
      const ack = await fake.press(dana, message, button.custom_id);
      taken(ack);
      if (words !== undefined) {
        const form = ack.data as {
          custom_id?: string;
          components?: { component?: { custom_id?: string } }[];
        };
        const field =
          form.components?.find((row) => row.component?.custom_id !== undefined)?.component
            ?.custom_id ?? 'text';
        taken(
          await fake.submit(dana, fake.channel(message.channel_id), form.custom_id ?? '', {
            [field]: words,
          }),
        );
        return;
      }
      const question = button.custom_id.startsWith('?')
        ? fake.privately(ack.interaction)[0]
        : undefined;
      const yes = question === undefined ? undefined : controls(question)[0];
      if (question !== undefined && yes?.custom_id !== undefined)
        taken(await fake.press(dana, question, yes.custom_id));
    },
    async thread() {
      const thread = place();
      const top = thread === undefined ? undefined : fake.messages.get(thread.id);
      return thread === undefined
        ? []
        : [...(top === undefined ? [] : [top]), ...fake.seenIn(thread.id)].map(line);
    },
    channel: async () => {
      const thread = place();
      return fake
        .seenIn(fake.text.id)
        .filter((message) => message.author.id === fake.bot.id && message.id !== thread?.id)
        .map(line);
    },
    whispers: () =>
      [...fake.interactions.values()].flatMap((interaction) => interaction.shown).length +
      fake.directMessages(dana).length,
  };
}

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 3_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('nothing opened');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
