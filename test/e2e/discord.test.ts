import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { type DiscordTeam, discordTeam, textOf } from '../support/discord-team.ts';
import { card, sees } from '../support/team.ts';
import { until } from '../support/until.ts';

const REFUSED = "You can't do that here";
const QUESTION = 'How should the parts be joined?';

describe('a team in Discord', () => {
  let team: DiscordTeam;
  beforeAll(ensureBuilt, 120_000);
  afterEach(() => team.close());

  it('whoever has no role may do nothing: command, button, reply, completion', async () => {
    team = await discordTeam();
    const { fake } = team;
    const { lee } = fake.people;
    expect(await team.typesAs(lee, '/ao spawn 2')).toContain(REFUSED);
    expect((await fake.complete(lee, fake.text, 'spawn', 'issue', '')).data.choices).toEqual([]);
    await team.types('/ao spawn 2');
    await sees(team, QUESTION);
    const question = await until(
      async () =>
        (await team.thread()).find((message) => message.buttons.includes('2 hours, 5 minutes')),
      { what: 'the question' },
    );
    expect(team.answerTo(await team.pressesAs(lee, question, '2 hours, 5 minutes'))).toContain(
      REFUSED,
    );
    fake.write(lee, team.place(), 'Do it my way.');
    await until(
      () => fake.directMessages(lee).some((message) => message.content.includes(REFUSED)),
      { what: 'the refusal' },
    );
    expect(
      team.bot
        .app()
        .reader.sessions({})[0]
        ?.steers.filter((steer) => steer.kind === 'human'),
    ).toEqual([]);
    const rows = team.bot
      .audit()
      .filter((row) => row.via === 'discord')
      .map(
        (row) =>
          `${row.subject === `discord:${fake.guildId}:${lee.id}` ? 'lee' : 'dana'} ${row.action} ${row.allowed === 1 ? 'allowed' : 'refused'}`,
      );
    expect(rows).toEqual([
      'lee command refused',
      'dana command allowed',
      'dana spawn allowed',
      'lee click refused',
      'lee input refused',
    ]);
  }, 60_000);

  it('completes issues and sessions, opens the form, spawns from a message', async () => {
    team = await discordTeam();
    const { fake } = team;
    const { dana } = fake.people;
    const issues = await fake.complete(dana, fake.text, 'spawn', 'issue', '');
    expect((issues.data.choices as { value: string }[]).map((choice) => choice.value)).toContain(
      '2',
    );
    expect(issues.ackMs).toBeLessThan(3_000);
    const form = await fake.slash(dana, fake.text, 'spawn', {});
    expect(form).toMatchObject({ type: 9, data: { title: 'Start a session' } });
    const empty = await fake.submit(dana, fake.text, String(form.data.custom_id), {});
    expect(team.answerTo(empty)).toBe('Choose an issue, or say in words what to do.');
    await fake.submit(dana, fake.text, String(form.data.custom_id), { issue: '2' });
    await sees(team, QUESTION);
    const sessions = await fake.complete(dana, fake.text, 'show', 'session', 'sam');
    expect((sessions.data.choices as { value: string }[]).map((choice) => choice.value)).toEqual([
      'sample-1',
    ]);
    const message = fake.write(
      fake.people.lee,
      fake.text,
      'Durations such as 5 apples are not refused.',
    );
    const second = await fake.onMessage(dana, fake.text, message);
    expect(JSON.stringify(second.data)).toContain('Durations such as 5 apples');
    expect(await team.typesAs(dana, '/ao show', team.place())).toContain('sample-1');
  }, 60_000);

  it('!kill archives and locks the thread, Undo opens it again', async () => {
    team = await discordTeam();
    await team.types('/ao spawn 2');
    await sees(team, QUESTION);
    await team.says('!kill');
    await until(async () => (await card(team)).text.startsWith('⛔'), {
      what: 'the card to say killed',
      timeoutMs: 20_000,
    });
    await until(
      () =>
        team.place().thread_metadata?.archived === true &&
        team.place().thread_metadata?.locked === true,
      { what: 'the thread to be archived' },
    );
    await until(async () => (await card(team)).buttons.includes('Undo'), {
      what: 'Undo on the card',
    });
    await team.presses(await card(team), 'Undo');
    await until(() => team.place().thread_metadata?.archived === false, {
      what: 'the thread to be open',
      timeoutMs: 20_000,
    });
  }, 60_000);

  it('what is written while the bot is down is a steer once it is up, and the card is not made twice', async () => {
    team = await discordTeam();
    const { fake } = team;
    await team.types('/ao spawn 2');
    await sees(team, QUESTION);
    await team.bot.stop();
    const reply = fake.write(fake.people.dana, team.place(), 'Keep the old API.');
    await team.bot.start();
    await until(() => fake.reactions(reply.id).length === 1, {
      what: 'the receipt',
      timeoutMs: 20_000,
    });
    expect(
      team.bot
        .app()
        .reader.sessions({})[0]
        ?.steers.filter((steer) => steer.kind === 'human')
        .map((steer) => steer.text),
    ).toEqual(['Keep the old API.']);
    expect(
      fake
        .seenIn(fake.text.id)
        .filter((message) => textOf(message).includes('sample-1') && message.thread !== undefined),
    ).toHaveLength(1);
  }, 60_000);

  it('a bot that starts while Discord is down works without it', async () => {
    team = await discordTeam();
    const { fake } = team;
    await team.bot.stop();
    fake.inject({ method: 'GET', path: /.*/, answer: { status: 503 }, times: 12 });
    fake.inject({ method: 'POST', path: /.*/, answer: { status: 503 }, times: 4 });
    await team.bot.start();
    const { commands, reader, admin } = team.bot.app();
    const spawned = await commands.spawn(admin, {
      project: 'sample',
      issues: ['2'],
      text: null,
      agent: null,
      model: null,
      base: null,
      prompt: null,
      plan: false,
      again: false,
      key: 'k',
      channel: null,
    } as unknown as Parameters<typeof commands.spawn>[1]);
    expect(spawned.ok).toBe(true);
    await until(() => reader.sessions({})[0]?.openRequests.length === 1, {
      what: 'the agent to work without Discord',
      timeoutMs: 20_000,
    });
    await sees(team, QUESTION);
  }, 60_000);
});
