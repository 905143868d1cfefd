import { type DiscordConfig, discordConfig } from '../../plugins/chat/discord/config.ts';
import { createDiscordChat } from '../../plugins/chat/discord/discord-chat.ts';
import { commandLine, typedCommands } from '../../src/chat/grammar/typed-commands.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type {
  ChatEvents,
  ChatInput,
  ChatMessage,
  ChatPlugin,
  ChatReply,
  ThreadRef,
} from '../../src/slots/chat.ts';
import type { ChatCatalogue } from '../../src/slots/chat-catalogue.ts';
import type { KeyValue } from '../../src/slots/plugin.ts';
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../fakes/discord/fake-discord.ts';
import { type LoggedLine, memoryInbox, memoryKeyValue, pluginContext } from './plugin-context.ts';
import { until } from './until.ts';

export const said = (text: string, ...buttons: string[]): ChatMessage => ({
  kind: 'post',
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

export interface PluginWorld {
  readonly fake: FakeDiscord;
  readonly plugin: () => ChatPlugin;
  readonly inputs: ChatInput[];
  /** Threads and channels that the host was told are gone. */
  readonly lost: Array<Parameters<ChatEvents['lost']>[0]>;
  readonly logged: readonly LoggedLine[];
  readonly kv: KeyValue;
  /** What the host answers. */
  answer: (input: ChatInput) => Promise<ChatReply>;
  /** Builds and starts a plugin on the same records. */
  start(): Promise<ChatPlugin>;
  ready(): Promise<void>;
  thread(key?: string): Promise<ThreadRef>;
  close(): Promise<void>;
}

/** The plugin with the real client against Discord on loopback, and a host that writes down what it gets. */
export async function pluginWorld(
  options: FakeDiscordOptions & {
    apiUrl?: (url: string) => Promise<string>;
    config?: Partial<DiscordConfig>;
    suggest?: ChatCatalogue['suggest'];
    clock?: Clock;
  } = {},
): Promise<PluginWorld> {
  const fake = await startFakeDiscord(options);
  const layout = options.config?.layout ?? 'threads';
  const channel = layout === 'forum' ? fake.forum : fake.text;
  const apiUrl = (await options.apiUrl?.(fake.api.replace(/\/api$/, ''))) ?? fake.api;
  const kv = memoryKeyValue();
  const inbox = memoryInbox();
  const logged: LoggedLine[] = [];
  let plugin: ChatPlugin | null = null;
  const running = (): ChatPlugin => {
    if (plugin === null) throw new Error('the plugin does not run');
    return plugin;
  };
  const world: PluginWorld = {
    fake,
    kv,
    logged,
    inputs: [],
    lost: [],
    answer: async () => ({}),
    plugin: running,
    async start() {
      const log = (level: string) => (_fields: object, message: string) =>
        void logged.push({ level, message });
      const context = pluginContext({
        id: 'discord',
        kv,
        inbox,
        ...(options.clock === undefined ? {} : { clock: options.clock }),
        logger: { debug() {}, info: log('info'), warn: log('warn'), error: log('error') },
      });
      plugin = createDiscordChat(
        discordConfig.parse({
          token: fake.token,
          guilds: [fake.guildId],
          channel: channel.id,
          apiUrl,
          ...options.config,
        }),
        context,
      );
      await plugin.start(
        (input) => {
          world.inputs.push(input);
          return world.answer(input);
        },
        {
          commands: typedCommands,
          line: commandLine,
          suggest: options.suggest ?? (async () => []),
        },
        { back() {}, lost: (where) => void world.lost.push(where) },
      );
      return plugin;
    },
    ready: async () =>
      void (await until(() => fake.gateway.connected() === 1 && fake.commands().length > 0, {
        what: 'the bot to be connected',
      })),
    thread: (key = 'open:1') =>
      running().openThread({
        channel: channel.id,
        session: 'app-1',
        title: 'app-1 Fix login',
        card: { ...said('app-1 Fix login'), kind: 'card' },
        key,
      }),
    async close() {
      await plugin?.stop();
      await fake.close();
    },
  };
  return world;
}
