import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BothChats, bothChats } from '../support/both-chats.ts';
import { CHANNEL } from '../support/slack-world.ts';
import { until } from '../support/until.ts';

describe('kill -9 in the middle of talking to Slack and Discord', () => {
  let chats: BothChats;
  beforeEach(async () => {
    chats = await bothChats();
  });
  afterEach(() => chats.close());

  const holding = (texts: readonly string[], words: string): number => texts.filter((text) => text.includes(words)).length;
  /** The next post on each is made, and the bot never learns of it. */
  const swallowNextPosts = (): void => {
    chats.slack.fault({ method: 'chat.postMessage', kind: { type: 'silent' } });
    chats.discord.inject({ method: 'POST', path: /\/messages$/, answer: 'silent' });
  };

  it('no post is made twice, no reply is lost and none is taken twice', async () => {
    const { world, slack, discord, dana, connected, slackRoots: roots, discordRoots, slackThread, discordThread } = chats;
    swallowNextPosts();
    await dana.types(CHANNEL, '/ao spawn "do: ask"');
    await until(() => roots().length === 1 && discordRoots().length === 1, { what: 'both cards, unanswered' });
    await world.kill();
    await world.start();
    await connected();
    await until(() => holding(slackThread(), 'Which way?') === 1 && holding(discordThread(), 'Which way?') === 1, {
      what: 'the question in both threads',
      timeoutMs: 40_000,
    });
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);

    // Taken before the death, and told again by Slack after it.
    await dana.says(CHANNEL, 'Keep it small.', { thread: roots()[0]?.ts ?? '', delivery: 'EvBEFORE' });
    // Its receipt is out, so that what is swallowed is what comes of the answer.
    await until(() => holding(slackThread(), 'Not delivered') === 1 && holding(discordThread(), 'Not delivered') === 1, {
      what: 'the receipt in both threads',
      timeoutMs: 40_000,
    });
    swallowNextPosts();
    await dana.says(CHANNEL, '!answer left', { thread: roots()[0]?.ts ?? '' });
    // The answer is also word of who takes care of the escalation; that is said first.
    await until(() => holding(slackThread(), 'takes care of it') === 1 && holding(discordThread(), 'takes care of it') === 1, {
      what: 'the next posts, unanswered',
      timeoutMs: 40_000,
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
    const said = discordThread().filter((text) => !text.startsWith('And keep') && !text.startsWith('ao was started again'));
    expect(new Set(said).size).toBe(said.length);
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);
  }, 180_000);
});
