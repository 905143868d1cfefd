import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot.ts';

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
