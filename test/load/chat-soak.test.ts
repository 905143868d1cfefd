import { afterEach, describe, expect, it } from 'vitest';
import { type BothChats, bothChats } from '../support/both-chats.ts';
import { CHANNEL } from '../support/slack-world.ts';
import { until } from '../support/until.ts';

/** Hours of a team's day that are played, one after another as fast as they go: 3 in the tests, 24 with `AO_SOAK_HOURS=24`. */
const HOURS = Number(process.env.AO_SOAK_HOURS ?? '3');
/** Code is compiled and caches are filled in the first of them. */
const WARM = Math.max(1, Math.floor(HOURS / 4));

interface Hour {
  readonly heapMiB: number;
  readonly descriptors: number;
  readonly handles: number;
}

describe('a day in Slack and Discord', () => {
  let chats: BothChats;
  afterEach(() => chats.close());

  const metric = (text: string, name: string): number =>
    Number(new RegExp(`^${name}(?:{[^}]*})? ([\\d.e+]+)$`, 'm').exec(text)?.[1] ?? Number.NaN);

  /** The smallest heap of some looks: between two collections it only grows. */
  const measured = async (): Promise<Hour> => {
    let heap = Number.POSITIVE_INFINITY;
    let text = '';
    for (let look = 0; look < 30; look += 1) {
      await chats.dana.types(CHANNEL, '/ao status');
      text = await chats.world.api.text('/metrics');
      heap = Math.min(heap, metric(text, 'nodejs_heap_size_used_bytes'));
    }
    return {
      heapMiB: heap / 2 ** 20,
      descriptors: metric(text, 'process_open_fds'),
      handles: metric(text, 'nodejs_active_handles_total'),
    };
  };

  /** What a team does in an hour, and what the platforms do to it. */
  const hour = async (n: number): Promise<void> => {
    const { dana, slack, discord, slackThread, discordThread } = chats;
    const root = chats.slackRoots()[0];
    const place = discord.channel(chats.discordRoots()[0]?.id ?? '');
    for (const line of [
      'inbox',
      'cost today',
      'help',
      'show sample-1',
      'mute sample-1',
      'unmute sample-1',
    ]) {
      await dana.types(CHANNEL, `/ao ${line}`);
      await discord.slash(discord.people.dana, discord.text, 'status', {});
    }
    await dana.opensHome();
    slack.refresh();
    discord.gateway.close(4000);
    await chats.connected();
    const words = [`Hour ${n}, from Slack`, `Hour ${n}, from Discord`];
    await dana.says(CHANNEL, words[0] ?? '', {
      thread: root?.ts ?? '',
      files: [{ name: 'a.txt', content: 'x'.repeat(100_000) }],
    });
    discord.write(discord.people.dana, place, words[1] ?? '');
    await until(
      () =>
        words.every((one) =>
          [slackThread(), discordThread()].every((thread) =>
            thread.some((text) => text.includes(`I have it: ${one}`)),
          ),
        ),
      {
        what: `the answers of hour ${n} in both threads`,
        timeoutMs: 60_000,
      },
    );
    // Neither server remembers everything for ever.
    (slack.calls as unknown[]).length = 0;
    (discord.calls as unknown[]).length = 0;
  };

  it(
    'grows neither in memory nor in open handles',
    async () => {
      chats = await bothChats();
      await chats.dana.types(CHANNEL, '/ao spawn "Be there"');
      await until(
        () =>
          chats.slackThread().some((text) => text.includes('I have it')) &&
          chats.discordThread().some((text) => text.includes('I have it')),
        {
          what: 'both threads',
          timeoutMs: 60_000,
        },
      );
      const hours: Hour[] = [];
      for (let n = 1; n <= HOURS; n += 1) {
        await hour(n);
        if (n === WARM || n === HOURS) hours.push(await measured());
      }
      const [warm, last] = [hours[0], hours.at(-1)];
      if (warm === undefined || last === undefined) throw new Error('nothing was measured');
      if (HOURS > 3) console.log(`${HOURS} h: ${JSON.stringify({ warm, last })}`);
      // A new connection may be under way while another still closes.
      expect(last.descriptors - warm.descriptors).toBeLessThanOrEqual(6);
      expect(last.handles - warm.handles).toBeLessThanOrEqual(6);
      expect(last.heapMiB - warm.heapMiB).toBeLessThan(15);
    },
    HOURS * 60_000 + 120_000,
  );
});
