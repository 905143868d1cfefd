import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { type BothChats, bothChats } from '../support/both-chats.ts';
import { CHANNEL } from '../support/slack-world.ts';
import { until } from '../support/until.ts';

describe('stopping the bot', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld({ project: { agentConfig: { env: { AO_DEMO_SPEED: '1000' } } } });
    await world.start();
  });
  afterAll(() => world.close());

  it('leaves the agents running, says so, and takes up where they are', async () => {
    await world.me.command('/ao spawn 1');
    await world.me.sees('sample-1', /Started on main/);
    const pane = world.tmux('list-panes', '-t', '=sample-1:', '-F', '#{pane_pid}');
    expect(await world.stop()).toBe(0);
    expect(world.output()).toMatch(
      /Stopped \(SIGTERM\)\. 1 agent goes on without ao; start it again to take up where they are\./,
    );
    expect(world.terminals()).toEqual(['sample-1']);
    await world.start();
    expect(world.tmux('list-panes', '-t', '=sample-1:', '-F', '#{pane_pid}')).toBe(pane);
    await world.me.reply('sample-1', 'Are you there?');
    await world.me.presses('sample-1', 'Send now');
    await world.me.sees('sample-1', /Are you there\? ✅/);
    expect(world.accepted('sample-1').filter((text) => text === 'Are you there?')).toHaveLength(1);
  });
});

describe('stopping the bot while calls hang', () => {
  let chats: BothChats;
  beforeAll(async () => {
    chats = await bothChats();
  });
  afterAll(() => chats.close());

  it('ends within five seconds, and the next start does the rest', async () => {
    const { world, slack, discord, dana, connected } = chats;
    slack.fault({ method: 'chat.postMessage', kind: { type: 'silent' }, times: 2 });
    slack.fault({ method: 'users.info', kind: { type: 'silent' } });
    discord.inject({ method: 'POST', path: /\/messages$/, answer: 'silent' });
    await world.me.command('/ao spawn "do: ask"');
    await until(() => slack.calls.some((call) => call.method === 'chat.postMessage'), {
      what: 'the post that hangs',
    });
    await dana.types(CHANNEL, '/ao status');
    await until(() => slack.calls.some((call) => call.method === 'users.info'), {
      what: 'the look-up that hangs',
    });
    const from = performance.now();
    expect(await world.stop()).toBe(0);
    expect(performance.now() - from).toBeLessThan(5_000);
    await world.start();
    await connected();
    await until(() => chats.slackRoots().length === 1 && chats.discordRoots().length === 1, {
      what: 'one card each',
      timeoutMs: 90_000,
    });
    await until(
      () => slack.workspace.messages.some((message) => message.ephemeralFor === dana.id),
      { what: 'the answer to what was asked before the stop', timeoutMs: 20_000 },
    );
  }, 150_000);
});

describe('stopping the bot while a command of the project hangs and ignores that it should end', () => {
  let world: BotWorld;
  beforeAll(async () => {
    const hang =
      "[ -e ~/mended ] || { trap '' TERM; echo $$ > ~/pid.new; mv ~/pid.new ~/pid; while :; do sleep 1; done; }";
    world = await botWorld({ project: { postCreate: [hang] } });
    await world.start();
  });
  afterAll(() => world.close());

  it('ends within five seconds with all it started, and the next start does the rest', async () => {
    const home = join(world.dir, 'home');
    await world.me.command('/ao spawn 1');
    await until(() => existsSync(join(home, 'pid')), { what: 'the command to hang' });
    const from = performance.now();
    expect(await world.stop()).toBe(0);
    expect(performance.now() - from).toBeLessThan(5_000);
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    await until(() => !existsSync(`/proc/${pid}`), { what: 'the command to end' });
    writeFileSync(join(home, 'mended'), '');
    await world.start();
    await world.me.sees('sample-1', /Started on main/);
  });
});
