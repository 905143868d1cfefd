import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  type FakeSlack,
  shownTo,
  startFakeSlack,
} from '../fakes/slack/fake-slack.ts';
import { type FakePerson, personAt } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage, TEAM } from '../fakes/slack/workspace.ts';
import { type BotWorld, botWorld } from './bot.ts';
import { textOf } from './discord-team.ts';
import { CHANNEL } from './slack-world.ts';
import { PUPPET } from './team.ts';
import { until } from './until.ts';

/** The real process, in Slack and in Discord at once, with an agent that does what it is told. */
export interface BothChats {
  readonly world: BotWorld;
  readonly slack: FakeSlack;
  readonly discord: FakeDiscord;
  /** At Slack. */
  readonly dana: FakePerson;
  connected(): Promise<void>;
  /** Cards in the channel of each. */
  slackRoots(): readonly FakeMessage[];
  discordRoots(): ReturnType<FakeDiscord['seenIn']>;
  /** The first thread of each, as texts. */
  slackThread(): readonly string[];
  discordThread(): readonly string[];
  close(): Promise<void>;
}

export async function bothChats(): Promise<BothChats> {
  const [slack, discord] = await Promise.all([startFakeSlack(), startFakeDiscord()]);
  const world = await botWorld({
    project: { ...PUPPET.project, channels: [`slack:${CHANNEL}`, `discord:${discord.text.id}`] },
    config: {
      agents: PUPPET.more?.agents,
      chat: {
        slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: slack.apiUrl },
        discord: { token: discord.token, guilds: [discord.guildId], apiUrl: discord.api },
      },
      access: {
        users: { [`slack:${TEAM}:U0DANA00`]: ['member'] },
        groups: { [`discord:${discord.guildId}:${discord.roles.team}`]: ['member'] },
      },
    },
  });
  const chats: BothChats = {
    world,
    slack,
    discord,
    dana: personAt(slack, 'U0DANA00'),
    async connected() {
      await slack.connected();
      await until(() => discord.gateway.connected() === 1 && discord.commands().length > 0, {
        what: 'the bot to be on Discord',
        timeoutMs: 20_000,
      });
    },
    slackRoots: () =>
      shownTo(slack.workspace, CHANNEL, null, null).filter((message) => message.user === BOT_USER),
    discordRoots: () =>
      discord.seenIn(discord.text.id).filter((message) => message.author.id === discord.bot.id),
    slackThread: () =>
      shownTo(slack.workspace, CHANNEL, chats.slackRoots()[0]?.ts ?? 'none', null).map(
        readMessageText,
      ),
    discordThread: () => discord.seenIn(chats.discordRoots()[0]?.id ?? 'none').map(textOf),
    async close() {
      await world.close();
      await Promise.all([slack.close(), discord.close()]);
      const problems = [...slack.problems, ...discord.problems];
      if (problems.length > 0)
        throw new Error(`What was sent would not be taken:\n${problems.join('\n')}`);
    },
  };
  await world.start();
  await chats.connected();
  return chats;
}
