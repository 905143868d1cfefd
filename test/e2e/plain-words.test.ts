import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER } from '../fakes/slack/workspace.ts';
import { ensureBuilt } from '../support/built.ts';
import { type DiscordTeam, discordTeam } from '../support/discord-team.ts';
import { CHANNEL, type SlackWorld, slackWorld } from '../support/slack-world.ts';
import { PUPPET, sees, type Team } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

beforeAll(ensureBuilt, 120_000);

/** What the agent was told first. */
const task = (bot: Team['bot']): string => {
  const told = bot.app().reader.steers('sample-1');
  return told.ok ? (told.value.find(({ kind }) => kind === 'task')?.text ?? '') : '';
};

describe('plain words at Slack', () => {
  let world: SlackWorld;
  afterEach(() => world.close());

  it('a discussion becomes a task that lives in its thread; a mention there is a message', async () => {
    world = await slackWorld(PUPPET);
    await world.start();
    await world.slack.connected();
    const { dana, lee } = world;
    const root = await lee.says(CHANNEL, 'The login is flaky since Monday');
    await dana.says(CHANNEL, 'I saw it too', { thread: root.ts });
    const call = await dana.says(CHANNEL, `<@${BOT_USER}> please look into this`, {
      thread: root.ts,
    });
    const receipt = (of: typeof call): string[] =>
      of.reactions.filter(({ users }) => users.includes(BOT_USER)).map(({ name }) => name);
    await until(() => receipt(call).join() === 'white_check_mark', {
      what: 'the agent to have the task',
      timeoutMs: 40_000,
    });
    expect(task(world)).toMatch(/^please look into this\n/);
    expect(task(world)).toContain('The login is flaky since Monday');
    expect(task(world)).toContain('I saw it too');
    await world.sees(root, 'please look into this');
    expect(world.roots().filter(({ user }) => user === BOT_USER)).toEqual([]);
    // In a thread of people they talk among themselves, and the agent catches up when it is called.
    await lee.says(CHANNEL, 'Is it the cookie?', { thread: root.ts });
    const more = await dana.says(CHANNEL, `<@${BOT_USER}> do: speak`, { thread: root.ts });
    await until(() => receipt(more).includes('white_check_mark'), {
      what: 'the agent to have the message',
      timeoutMs: 40_000,
    });
    const told = world.app().reader.steers('sample-1');
    const texts = told.ok ? told.value.map(({ text }) => text) : [];
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/^do: speak\n[\s\S]*lee, .*: Is it the cookie\?/);
    expect(texts[1]).not.toContain('flaky since Monday');
    const asked = await dana.says(CHANNEL, `<@${BOT_USER}> stpo`, { thread: root.ts });
    const answer = await world.privately('U0DANA00', 'Did you mean');
    expect(readMessageText(answer)).toContain('Send it to the agent as it is');
    await dana.presses(answer, 'Send it to the agent as it is');
    await until(() => receipt(asked).length === 1, { what: 'a receipt on what was asked about' });
  }, 90_000);
});

describe('plain words at Discord', () => {
  let team: DiscordTeam;
  afterEach(() => team.close());

  it('start a session in the channel', async () => {
    team = await discordTeam(PUPPET);
    const { fake } = team;
    fake.write(fake.people.dana, fake.text, `<@${fake.bot.id}> make the login stable`);
    await until(() => task(team.bot) !== '', { what: 'the session', timeoutMs: 20_000 });
    expect(task(team.bot)).toBe('make the login stable');
    await sees(team, 'make the login stable');
  }, 90_000);
});

describe('plain words at the web chat', () => {
  let team: Team;
  afterEach(() => team.close());

  it('start a session; a near miss asks', async () => {
    team = await webTeam(PUPPET);
    expect(await team.types('stauts')).toContain('Did you mean');
    await team.types('@ao make the login stable');
    expect(task(team.bot)).toBe('make the login stable');
  }, 90_000);
});
