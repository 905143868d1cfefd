import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld, sampleProject } from '../support/bot.ts';
import { makeRepo } from '../support/tmp.ts';
import { until } from '../support/until.ts';

/** One bot for all: project `sample` has a demo agent that answers at once, `slow` one that thinks for an hour until it is interrupted. */
describe('steering a session from its thread', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld();
    const slow = makeRepo({
      in: world.dir,
      name: 'slow',
      files: {
        'README.md': 'slow\n',
        '.ao/issues/1-thing.md': '---\ntitle: A thing\nstate: open\n---\nDo it.\n',
      },
    });
    slow.git('config', 'user.name', 'Slow');
    slow.git('config', 'user.email', 'slow@localhost');
    const config = JSON.parse(
      (await import('node:fs')).readFileSync(join(world.dir, 'ao.yaml'), 'utf8'),
    ) as Record<string, unknown> & {
      projects: Record<string, unknown>;
    };
    world.writeConfig({
      ...config,
      projects: {
        ...config.projects,
        slow: sampleProject(slow.path, {
          name: 'Slow',
          sessionPrefix: 'slow',
          checks: [],
          merge: { requireChecks: false },
          agentConfig: { env: { AO_DEMO_SPEED: '1000' } },
        }),
      },
    });
    await world.start();
    // A session that is idle without a pull request: its turn is interrupted.
    await world.me.command('/ao spawn "Keep a diary" --project slow');
    await world.me.sees('slow-1', /Started on main/);
    await world.me.command('/ao spawn "Note: hello" --project sample');
    await world.me.sees('sample-1', /PR #1 opened/);
    await until(
      async () => (await world.me.view('sample-1')).turn !== 'agent',
      20_000,
      'the end of the first turn',
    );
  });
  afterAll(() => world.close());

  it('opens the page with a link that signs one browser in, once', async () => {
    const link = (await world.ao('open', '--print')).out.trim();
    expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toMatch(
      /HttpOnly/,
    );
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401);
  });

  it.each([
    'status',
    'list',
    'show sample-1',
    'inbox',
    'issues',
    'projects',
    'cost',
    'quota',
    'digest',
    'budget',
    'threads sample-1',
    'logs sample-1',
    'diff sample-1',
    'audit',
    'audit verify',
    'pr show sample-1',
    'prune',
    'link',
    'plugin list',
    'config check',
  ])('answers ao %s', async (words) => {
    const { code, out } = await world.ao(...words.split(' '));
    expect({ code, answered: out.trim() !== '' }, out).toEqual({ code: 0, answered: true });
  });

  it('gives a reply to an idle agent and shows the receipt', async () => {
    const { me } = world;
    await me.reply('sample-1', 'Please remember the milk.');
    await me.sees('sample-1', /Please remember the milk\. ✅/);
    await me.sees('sample-1', /I wrote that down in NOTES\.md/);
    expect(
      world.accepted('sample-1').filter((text) => text === 'Please remember the milk.'),
    ).toHaveLength(1);
  });

  it.each([
    ['a slash', '/etc/hosts is a file', '/etc/hosts is a file'],
    ['an exclamation mark', '!= is an operator', '!= is an operator'],
    ['a dash', '--version is an option', '--version is an option'],
    // Nothing of them is typed: neither the characters nor what they would mean to a terminal.
    ['control characters', 'one\u0003two\u001b[201~three\u0000four', 'onetwothreefour'],
  ])('takes a message beginning with or holding %s as words', async (_what, text, words) => {
    const { me } = world;
    const before = world.accepted('sample-1').length;
    await me.reply('sample-1', text);
    await until(
      async () =>
        (await me.messages('sample-1')).some(
          (message) => message.text === text && message.reactions.includes('✅'),
        ),
      20_000,
      `the receipt, in\n${await me.thread('sample-1')}`,
    );
    expect(world.accepted('sample-1')).toHaveLength(before + 1);
    expect(world.accepted('sample-1').at(-1)).toBe(words);
    expect(world.terminals()).toContain('sample-1');
  });

  it('delivers a message of 100 KB whole', async () => {
    const { me } = world;
    const text = Array.from({ length: 1_000 }, (_, n) =>
      `${n} ${'words and umlauts äöü '.repeat(6)}`.slice(0, 98),
    ).join('\n');
    await me.reply('sample-1', text);
    await until(
      () => world.accepted('sample-1').includes(text.trim()),
      30_000,
      'the acceptance of a long message',
    );
    await until(
      async () =>
        (await me.messages('sample-1')).some(
          (message) => message.text.length > 90_000 && message.reactions.includes('✅'),
        ),
      20_000,
      'the receipt of a long message',
    );
  });

  it('queues replies while the agent is busy: seen, edited, removed, sent now', async () => {
    const { me } = world;
    await me.seesOnCard('slow-1', /agent's turn/);
    const first = await me.reply('slow-1', 'First wish');
    await me.sees('slow-1', /Queued, 1st in line: the agent is busy\./);
    await me.sees('slow-1', /First wish 👀/);
    const second = await me.reply('slow-1', 'Second wish');
    await me.sees('slow-1', /Queued, 2nd in line/);
    expect(
      (await me.view('slow-1')).steers
        .filter((steer) => steer.state === 'queued')
        .map((steer) => steer.text),
    ).toEqual(['First wish', 'Second wish']);

    await me.edit('slow-1', first.message, 'First wish, edited');
    await until(
      async () =>
        (await me.view('slow-1')).steers.some((steer) => steer.text === 'First wish, edited'),
      10_000,
      'the edit',
    );
    await me.presses('slow-1', 'Remove', { within: /2nd in line/ });
    await until(
      async () =>
        (await me.view('slow-1')).steers.filter((steer) => steer.state === 'queued').length === 1,
      10_000,
      'the removal',
    );
    expect(await me.thread('slow-1')).not.toMatch(/Second wish 👀/);
    expect(world.accepted('slow-1')).toHaveLength(1);

    await me.presses('slow-1', 'Send now', { within: /1st in line/ });
    await me.sees('slow-1', /Interrupted\. I stopped; tell me how to go on\./);
    await me.sees('slow-1', /First wish, edited ✅/);
    expect(world.accepted('slow-1').slice(1)).toEqual(['First wish, edited']);
    // Too late for an edit now, and that is said.
    expect(await me.edit('slow-1', first.message, 'Changed my mind')).toMatch(/too late/i);
    expect(await me.delete('slow-1', second.message)).not.toMatch(/error/i);
  });

  it('delivers what was queued when the turn ends, and Interrupt with a text says something else at once', async () => {
    const { me } = world;
    await me.reply('slow-1', 'After the turn');
    await me.sees('slow-1', /After the turn 👀/);
    await me.command('/ao interrupt slow-1');
    await me.sees('slow-1', /After the turn ✅/);
    await me.command('/ao interrupt slow-1 Do this instead');
    await until(
      () => world.accepted('slow-1').includes('Do this instead'),
      20_000,
      'the other words',
    );
    expect(world.accepted('slow-1').filter((text) => text === 'After the turn')).toHaveLength(1);
  });

  it('stops, pauses and resumes', async () => {
    const { me } = world;
    await me.reply('slow-1', '!stop');
    await me.seesOnCard('slow-1', /paused by @you|stopped by @you/);
    await me.presses('slow-1', 'Resume');
    await me.sees('slow-1', /Resumed by @you\./);
    await me.reply('slow-1', '!pause');
    await me.sees('slow-1', /Paused by @you/);
    expect(await me.command('/ao pause slow-1')).toMatch(/paused (it|by .*) already/);
    expect((await world.ao('resume', 'slow-1')).code).toBe(0);
    await until(async () => (await me.view('slow-1')).paused === null, 10_000, 'the resumption');
  });

  it('kills with a snapshot, takes it back, and restores', async () => {
    const { me } = world;
    const path = (await me.view('slow-1')).workspacePath ?? '';
    (await import('node:fs')).writeFileSync(join(path, 'unsaved.txt'), 'work of an hour\n');
    const kill = await me.finds('slow-1', 'More…');
    expect(await me.press(kill)).toContain('[Kill]');
    await me.command('/ao kill slow-1');
    await me.seesOnCard('slow-1', /killed by @you/);
    await me.sees('slow-1', /Killed by @you/);
    await until(() => !existsSync(path), 20_000, 'the removal of the worktree');
    expect(world.terminals()).not.toContain('slow-1');
    expect(await me.command('/ao kill slow-1')).toMatch(
      /slow-1 (is over: killed by @you|has ended)/,
    );

    await me.presses('slow-1', 'Undo', { within: /Killed by @you/ });
    await me.sees('slow-1', /@you took it back: the session continues\./);
    await until(() => existsSync(join(path, 'unsaved.txt')), 20_000, 'the unsaved work');
    await until(() => world.terminals().includes('slow-1'), 20_000, 'the agent, back');

    await me.command('/ao done slow-1');
    await me.seesOnCard('slow-1', /finished by @you/);
    await until(() => !existsSync(path), 20_000, 'the removal of the worktree');
    const offered = await me.reply('slow-1', 'Go on with this');
    expect(offered.answer).toMatch(
      /slow-1 is over: finished by @you.*\n\[Resume with this message\]/s,
    );
    await me.command('/ao restore slow-1');
    await me.sees('slow-1', /@you restored the session\./);
    await until(() => world.terminals().includes('slow-1'), 20_000, 'the restored agent');
  });

  it('does once what two people press, and tells the second who was faster', async () => {
    const { me } = world;
    await me.command('/ao spawn "Note: two" --project sample');
    await until(
      async () => (await me.view('sample-2')).pr?.checks.state === 'passing',
      30_000,
      'green',
    );
    await me.presses('sample-2', 'Approve');
    await me.sees('sample-2', /can be merged at/);
    const button = await me.finds('sample-2', 'Approve & merge');
    const told = await Promise.all([me.press(button), me.press(button)]);
    expect(told.filter((text) => text === '')).toHaveLength(1);
    expect(told.find((text) => text !== '')).toMatch(
      /pressed it already|is merged already|is over: merged by/,
    );
    await me.seesOnCard('sample-2', /merged by @you/);
    expect(
      world.repo
        .git('log', '--format=%s', 'main')
        .split('\n')
        .filter((line) => line.includes('#2')),
    ).toHaveLength(1);
    expect(await me.press(button)).toMatch(/is over: merged by @you|is merged already/);
  });

  it('refuses a stale button after a restart with the reason', async () => {
    const { me } = world;
    await me.command('/ao spawn "Note: stale" --project sample');
    await me.sees('sample-3', /PR #3 opened/);
    await until(
      async () => (await me.view('sample-3')).pr?.checks.state === 'passing',
      30_000,
      'green',
    );
    const approve = await me.finds('sample-3', 'Approve');
    await until(
      async () => (await me.view('sample-3')).turn !== 'agent',
      20_000,
      'the end of the turn',
    );
    await me.reply('sample-3', 'One more note');
    await until(
      async () =>
        (await me.view('sample-3')).pr?.headSha !==
        approve.button.id.split(':').at(-1)?.split('~')[0],
      20_000,
      'another head',
    );
    await world.stop();
    await world.start();
    expect(await me.press(approve)).toMatch(
      /sample-3 moved on: .*for [0-9a-f]{7}, the head is now [0-9a-f]{7}/,
    );
    await until(
      async () => (await me.view('sample-3')).pr?.checks.state === 'passing',
      30_000,
      'green again',
    );
    await me.presses('sample-3', 'Approve');
    await me.sees('sample-3', /Approved by @you\./);
    await me.presses('sample-3', 'Approve & merge');
    await me.seesOnCard('sample-3', /merged by @you/);
  });
});
