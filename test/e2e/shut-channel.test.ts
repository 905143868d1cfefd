import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { discordTeam } from '../support/discord-team.ts';
import { type SkippingClock, skippingClock } from '../support/skipping-clock.ts';
import { slackTeam } from '../support/slack-team.ts';
import { PUPPET, type Shown, sees, type Team, type TeamOptions } from '../support/team.ts';
import { until } from '../support/until.ts';

const PLATFORMS: ReadonlyArray<
  readonly [name: string, open: (options?: TeamOptions) => Promise<Team>]
> = [
  ['slack, archived', slackTeam],
  ['discord, ao taken out', (options) => discordTeam(options)],
];

describe.each(PLATFORMS)('a channel that takes nothing for a while: %s', (_name, openTeam) => {
  let team: Team;
  let clock: SkippingClock;
  beforeAll(ensureBuilt, 120_000);
  afterEach(() => team.close());

  const session = () => team.bot.app().reader.sessions({})[0];
  /** From the web, which goes on. */
  const asked = (): Promise<string> =>
    until(() => session()?.openRequests.find((request) => request.answer === null)?.id, {
      what: 'the question',
      timeoutMs: 30_000,
    });
  const answers = async (option: string): Promise<void> => {
    const request = await asked();
    await team.bot
      .app()
      .commands.answer(team.bot.app().admin, 'sample-1', request, { option, text: null });
    await until(() => session()?.openRequests.length === 0 && session()?.status !== 'working', {
      what: `the answer ${option}`,
      timeoutMs: 30_000,
    });
  };
  const places = (shown: readonly Shown[], ...texts: string[]): readonly number[] =>
    texts.map((text) => shown.findIndex((post) => post.text.includes(text)));

  it('is told in the web chat; when it takes again, everything comes in order and as it is by then', async () => {
    clock = skippingClock();
    team = await openTeam({ ...PUPPET, clock });
    await team.types('/ao spawn "do: ask"');
    const first = await until(
      async () => (await team.thread()).find((post) => post.buttons.includes('Left')),
      { what: 'the question', timeoutMs: 30_000 },
    );
    const before = (await team.thread()).length;
    team.shuts?.(true);
    await answers('left');
    await until(
      async () =>
        (await team.bot.webChannel('general')).includes('What is to be shown there waits.'),
      {
        what: 'the web chat to tell',
        timeoutMs: 20_000,
      },
    );
    await team.bot.app().commands.send(team.bot.app().admin, 'sample-1', {
      text: 'do: ask',
      files: [],
      now: false,
      source: null,
      key: 'k1',
    });
    await answers('right');
    await team.bot.app().commands.send(team.bot.app().admin, 'sample-1', {
      text: 'last words',
      files: [],
      now: false,
      source: null,
      key: 'k2',
    });
    await until(() => session()?.status === 'idle', { what: 'the last turn', timeoutMs: 30_000 });
    expect(await team.thread()).toHaveLength(before);

    team.shuts?.(false);
    clock.skip(61_000);
    await sees(team, 'I have it: last words');
    const thread = await team.thread();
    const order = places(thread, 'I heard: Left', 'I heard: Right', 'I have it: last words');
    expect(order.toSorted((a, b) => a - b)).toEqual(order);
    // Each question once, and none that could still be answered.
    const [head] = first.text.split('\n');
    const questions = thread.filter((post) => post.text.startsWith(head ?? 'nothing'));
    expect(questions.map((post) => post.buttons)).toEqual([[], []]);
    expect(questions[0]?.id).toBe(first.id);
    expect(thread.filter((post) => post.buttons.includes('Left'))).toEqual([]);
    expect(team.bot.logged.filter((line) => line.level === 'error')).toEqual([]);
  }, 120_000);
});
