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

  /** One message of each kind in each thread. */
  const inBoth = (...kinds: readonly RegExp[]): Promise<true> =>
    until(
      () =>
        [chats.slackThread(), chats.discordThread()].every((texts) =>
          kinds.every((kind) => texts.filter((text) => kind.test(text)).length === 1),
        ),
      {
        what: `${kinds.join(', ')} in both threads`,
        timeoutMs: 40_000,
      },
    );
  /** The next post on each is made, and the bot never learns of it. */
  const swallowNextPosts = (): void => {
    chats.slack.fault({ method: 'chat.postMessage', kind: { type: 'silent' } });
    chats.discord.inject({ method: 'POST', path: /\/messages$/, answer: 'silent' });
  };

  it('no post is made twice, no reply is lost and none is taken twice', async () => {
    const {
      world,
      slack,
      discord,
      dana,
      connected,
      slackRoots: roots,
      discordRoots,
      discordThread,
    } = chats;
    swallowNextPosts();
    await dana.types(CHANNEL, '/ao spawn "do: ask"');
    await until(() => roots().length === 1 && discordRoots().length === 1, {
      what: 'both cards, unanswered',
    });
    await world.kill();
    await world.start();
    await connected();
    // Both the card and the escalation are out, so that the next posts are those of her replies.
    await inBoth(/The agent asks: "Which way\?"/, /sample-1 asks: Which way\?/);
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);

    // Taken before the death, and told again by Slack after it.
    await dana.says(CHANNEL, 'Keep it small.', {
      thread: roots()[0]?.ts ?? '',
      delivery: 'EvBEFORE',
    });
    // All that comes of it is out, so that what is swallowed is what comes of the answer.
    await inBoth(/^@dana takes care of it/, /Not delivered/);
    swallowNextPosts();
    await dana.says(CHANNEL, '!answer left', { thread: roots()[0]?.ts ?? '' });
    await inBoth(/I heard: Left/);
    await world.kill();
    // Written while nobody listens: both platforms keep it.
    const late = dana.says(CHANNEL, 'And keep it fast.', {
      thread: roots()[0]?.ts ?? '',
      delivery: 'EvMEANWHILE',
    });
    discord.write(
      discord.people.dana,
      discord.channel(discordRoots()[0]?.id ?? ''),
      'And keep it cheap.',
    );
    await world.start();
    await connected();
    await late;
    await dana.says(CHANNEL, 'Keep it small.', {
      thread: roots()[0]?.ts ?? '',
      delivery: 'EvBEFORE',
    });
    const wanted = ['Keep it small.', 'And keep it fast.', 'And keep it cheap.'];
    await until(() => wanted.every((words) => world.accepted('sample-1').includes(words)), {
      what: 'all three replies at the agent',
      timeoutMs: 40_000,
    });
    await inBoth(
      /I have it: Keep it small/,
      /I have it: And keep it fast/,
      /I have it: And keep it cheap/,
    );
    for (const words of wanted)
      expect(world.accepted('sample-1').filter((text) => text === words)).toHaveLength(1);
    const keys = slack.workspace.messages.flatMap((message) =>
      message.metadata === undefined ? [] : [JSON.stringify(message.metadata)],
    );
    expect(new Set(keys).size).toBe(keys.length);
    // Said once for each restart.
    const said = discordThread().filter(
      (text) => !text.startsWith('And keep') && !text.startsWith('ao was started again'),
    );
    expect(new Set(said).size).toBe(said.length);
    expect([roots().length, discordRoots().length]).toEqual([1, 1]);
  }, 180_000);
});
