import { slackConfig } from '../../../plugins/chat/slack/config.ts';
import { createSlackChat, type SlackChat } from '../../../plugins/chat/slack/slack-chat.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { MessageRef } from '../../../src/slots/chat.ts';
import type { PluginContext } from '../../../src/slots/context.ts';
import type { ChatDriver, SeenMessage } from '../../contract/chat.ts';
import { pluginContext } from '../../support/plugin-context.ts';
import { tempDir } from '../../support/tmp.ts';
import { until } from '../../support/until.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  type FakeSlack,
  SIGNING_SECRET,
  shownTo,
  startFakeSlack,
} from './fake-slack.ts';
import { controlsOf, personAt } from './person.ts';
import { readBlock } from './read-blocks.ts';
import { BOT_USER, type FakeMessage, TEAM } from './workspace.ts';

export const CHANNEL = 'C0DEV000';
const PEOPLE = { dana: 'U0DANA00', lee: 'U0LEE000' } as const;
const EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  white_check_mark: '✅',
  warning: '⚠️',
};

export interface SlackDriver extends ChatDriver {
  readonly slack: FakeSlack;
  readonly plugin: SlackChat;
  /** The next process after the first one died: connections are cut, what is durable is the same. */
  another(): SlackChat;
  readonly context: PluginContext & {
    readonly logged: readonly { readonly level: string; readonly message: string }[];
  };
}

/** `apiUrl`: where the plugin finds Slack instead, e.g. behind something that spoils the connection. */
export async function openSlackDriver(
  options: {
    mode?: 'socket' | 'http';
    apiUrl?: (url: string) => Promise<string>;
    timeoutMs?: number;
    clock?: Clock;
  } = {},
): Promise<SlackDriver> {
  const slack = await startFakeSlack();
  const folder = tempDir('ao-slack-');
  const context = pluginContext({
    id: 'slack',
    folder: folder.path,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const mode = options.mode ?? 'socket';
  const config = slackConfig.parse({
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    apiUrl: (await options.apiUrl?.(slack.url)) ?? slack.apiUrl,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    mode,
    port: 0,
    channel: CHANNEL,
  });
  let dead = false;
  const { inbox } = context;
  // A process that is dead keeps nothing and finishes nothing.
  const plugin = createSlackChat(config, {
    ...context,
    inbox: {
      take: (delivery) => (dead ? notAny() : inbox.take(delivery)),
      waiting: () => inbox.waiting(),
      done: (id) => (dead ? notAny() : inbox.done(id)),
    },
  });
  const { workspace } = slack;

  const refOf = (message: FakeMessage): MessageRef => ({
    platform: 'slack',
    channel: message.channel,
    thread: message.thread_ts ?? message.ts,
    message: message.ts,
  });
  const seen = (message: FakeMessage): SeenMessage => {
    const own = message.reactions
      .filter((reaction) => reaction.users.includes(BOT_USER))
      .map((reaction) => EMOJI[reaction.name] ?? reaction.name);
    return {
      ref: refOf(message),
      text: unescaped(message.text),
      buttons: controlsOf(message.blocks).map((control) => control.id),
      receipt: own.length === 0 ? null : own.join(''),
      by: message.user === BOT_USER ? 'ao' : 'person',
    };
  };
  const ready = async (): Promise<void> => {
    if (mode === 'socket') return slack.connected();
    const port = await until(() => plugin.connection.port(), { what: 'the receiver to listen' });
    slack.viaHttp(`http://127.0.0.1:${port}/slack/events`);
  };

  return {
    plugin,
    another() {
      dead = true;
      void plugin.stop();
      return createSlackChat(config, context);
    },
    slack,
    context,
    channel: CHANNEL,
    subject: (user) => `slack:${TEAM}:${PEOPLE[user]}`,
    seen: async (thread) => shownTo(workspace, thread.channel, thread.thread, null).map(seen),
    seenInChannel: async () => shownTo(workspace, CHANNEL, null, null).map(seen),
    whispers: async (user, where) =>
      shownTo(workspace, where.channel, where.thread, PEOPLE[user])
        .filter((message) => message.ephemeralFor === PEOPLE[user])
        .map((message) => unescaped(message.text)),
    async does(what) {
      await ready();
      const user = PEOPLE[what.user];
      const person = personAt(slack, user);
      const before = workspace.messages.filter((message) => message.ephemeralFor === user).length;
      workspace.forms.delete(what.type === 'submit' ? '' : user);
      const { delivery } = what;
      switch (what.type) {
        case 'command':
          // Slack has no slash commands in threads: it is typed in the channel.
          await person.types(what.thread?.channel ?? CHANNEL, what.text, { delivery });
          break;
        case 'reply':
          await person.says(what.thread?.channel ?? CHANNEL, what.text, {
            delivery,
            ...(what.thread === null ? {} : { thread: what.thread.thread }),
          });
          break;
        case 'press': {
          const message = workspace.find(what.message.channel, what.message.message);
          if (message === null) throw new Error('There is no such message');
          await person.presses(message, what.action, { delivery });
          break;
        }
        case 'submit':
          await person.submits(what.values, { delivery });
      }
      await plugin.idle();
      const whisper = workspace.messages.filter((message) => message.ephemeralFor === user)[before];
      const form = workspace.forms.get(user);
      return {
        whisper: whisper === undefined ? null : unescaped(whisper.text),
        form: form === undefined ? null : String((form.title as { text: string }).text),
      };
    },
    async close() {
      const { problems } = slack;
      await slack.close();
      folder.remove();
      if (problems.length > 0)
        throw new Error(`Slack would not take what was sent:\n${problems.join('\n')}`);
    },
  };
}

const notAny = (): never => {
  throw new Error('this process is dead');
};

export const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

export const readForm = (view: { readonly [key: string]: unknown }): string =>
  (view.blocks as Parameters<typeof readBlock>[0][]).map(readBlock).join('\n');
