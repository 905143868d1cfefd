import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { APP_TOKEN, BOT_TOKEN, type FakeSlack, shownTo, startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { type FakePerson, personAt } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage, TEAM } from '../fakes/slack/workspace.ts';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { textOf } from '../support/discord-team.ts';
import { CHANNEL } from '../support/slack-world.ts';
import { PUPPET } from '../support/team.ts';
import { until } from '../support/until.ts';

/** The real process, in Slack and in Discord at once. */
describe('kill -9 in the middle of talking to Slack and Discord', () => {
  let slack: FakeSlack;
  let discord: FakeDiscord;
  let world: BotWorld;
  let dana: FakePerson;
  beforeEach(async () => {
    [slack, discord] = await Promise.all([startFakeSlack(), startFakeDiscord()]);
    dana = personAt(slack, 'U0DANA00');
    world = await botWorld({
      project: { ...PUPPET.project, channels: [`slack:${CHANNEL}`, `discord:${discord.text.id}`] },
      config: {
        agents: PUPPET.more?.agents,
        chat: {
          slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: slack.apiUrl },
          discord: { token: discord.token, guilds: [discord.guildId], apiUrl: discord.api },
        },
        access: { users: { [`slack:${TEAM}:U0DANA00`]: ['member'] }, groups: { [`discord:${discord.guildId}:${discord.roles.team}`]: ['member'] } },
      },
    });
    await world.start();
    await connected();
  });
  afterEach(async () => {
    await world.close();
    await Promise.all([slack.close(), discord.close()]);
    expect([...slack.problems, ...discord.problems]).toEqual([]);
  });

  const connected = async (): Promise<void> => {
    await slack.connected();
    await until(() => discord.gateway.connected() === 1 && discord.commands().length > 0, { what: 'the bot to be on Discord' });
  };
  const restart = async (): Promise<void> => {
    await world.kill();
    await world.start();
    await connected();
  };
  const roots = (): readonly FakeMessage[] => shownTo(slack.workspace, CHANNEL, null, null).filter((message) => message.user === BOT_USER);
  const slackThread = (): readonly string[] => shownTo(slack.workspace, CHANNEL, roots()[0]?.ts ?? 'none', null).map(readMessageText);
  const discordRoots = () => discord.seenIn(discord.text.id).filter((message) => message.author.id === discord.bot.id);
  const discordThread = (): readonly string[] => discord.seenIn(discordRoots()[0]?.thread?.id ?? discordRoots()[0]?.id ?? 'none').map(textOf);
  const holding = (texts: readonly string[], words: string): number => texts.filter((text) => text.includes(words)).length;
  /** The next post on each is made, and the bot never learns of it. */
  const swallowNextPosts = (): void => {
    slack.fault({ method: 'chat.postMessage', kind: { type: 'silent' } });
    discord.inject({ method: 'POST', path: /\/messages$/, answer: 'silent' });
  };

  it('no post is made twice, no reply is lost and none is taken twice', async () => {
    swallowNextPosts();
    await dana.types(CHANNEL, '/ao spawn "do: ask"');
    await until(() => roots().length === 1 && discordRoots().length === 1, { what: 'both cards, unanswered' });
    await restart();
    await until(() => holding(slackThread(), 'Which way?') === 1 && holding(discordThread(), 'Which way?') === 1, {
      what: 'the question in both threads',
      timeoutMs: 40_000,
    });
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);

    // Taken before the death, and told again by Slack after it.
    await dana.says(CHANNEL, 'Keep it small.', { thread: roots()[0]?.ts ?? '', delivery: 'EvBEFORE' });
    swallowNextPosts();
    await dana.says(CHANNEL, '!answer left', { thread: roots()[0]?.ts ?? '' });
    await until(() => holding(slackThread(), 'I heard: Left') + holding(slackThread(), 'I have it') > 0, {
      what: 'the next post, unanswered',
      timeoutMs: 20_000,
    });
    await world.kill();
    // Written while nobody listens: both platforms keep it.
    const late = dana.says(CHANNEL, 'And keep it fast.', { thread: roots()[0]?.ts ?? '', delivery: 'EvMEANWHILE' });
    discord.write(discord.people.dana, discord.channel(discordRoots()[0]?.id ?? ''), 'And keep it cheap.');
    await world.start();
    await connected();
    await late;
    await dana.says(CHANNEL, 'Keep it small.', { thread: roots()[0]?.ts ?? '', delivery: 'EvBEFORE' });
    const wanted = ['Keep it small.', 'And keep it fast.', 'And keep it cheap.'];
    await until(() => wanted.every((words) => world.accepted('sample-1').includes(words)), { what: 'all three replies at the agent', timeoutMs: 40_000 });
    await until(() => wanted.every((words) => holding(slackThread(), `I have it: ${words}`) === 1 && holding(discordThread(), `I have it: ${words}`) === 1), {
      what: 'the agent to answer each once in both threads',
      timeoutMs: 40_000,
    });
    for (const words of wanted) expect(world.accepted('sample-1').filter((text) => text === words)).toHaveLength(1);
    const keys = slack.workspace.messages.flatMap((message) => (message.metadata === undefined ? [] : [JSON.stringify(message.metadata)]));
    expect(new Set(keys).size).toBe(keys.length);
    // Said once for each restart.
    const said = discordThread().filter((text) => !text.startsWith('And keep') && !text.startsWith('ao was restarted'));
    expect(new Set(said).size).toBe(said.length);
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);
  }, 180_000);
});
