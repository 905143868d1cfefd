import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CostView } from '../../src/commands/view/cost.ts';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { fakeProgram } from '../support/fake-program.ts';
import { until } from '../support/until.ts';

/** The demo agent thinks for an hour; Claude Code is played by a fake whose prompts are its script. */
describe('handing a session over to another agent', () => {
  let world: BotWorld;
  const ID = 'sample-1';
  beforeAll(async () => {
    world = await botWorld({
      project: { agentConfig: { args: [], env: { AO_DEMO_SPEED: '1000' } } },
      env: { AO_DEMO_SPEED: '1000' },
    });
    const config = JSON.parse(readFileSync(join(world.dir, 'ao.yaml'), 'utf8')) as Record<
      string,
      unknown
    >;
    world.writeConfig({
      ...config,
      agents: {
        'claude-code': { command: fakeProgram(world.dir, 'claude', 'fake-claude.ts') },
        mine: {
          plugin: 'acp',
          command: [fakeProgram(world.dir, 'my-agent', 'fake-acp.ts'), '--acp'],
        },
      },
    });
    await world.start();
    await world.api.post('/api/sessions', { text: 'Keep a diary.\nSAY: I took over.' });
    await world.me.sees(ID, /Started on main/);
  });
  afterAll(() => world.close());

  it('refuses what is no agent, and the agent it has', async () => {
    expect(await world.me.command(`/ao handoff ${ID} nobody`)).toMatch(
      /"nobody" is neither an agent nor a person ao knows/,
    );
    expect(await world.me.command(`/ao handoff ${ID} command`)).toMatch(
      /works with command already/,
    );
    expect((await world.ao('handoff', ID, 'no-such-agent')).out).toMatch(
      /There is no agent "no-such-agent"/,
    );
  });

  it('goes on in the same worktree and thread, with a summary and what waited, also when ao dies in between', async () => {
    const { me } = world;
    const path = (await me.view(ID)).workspacePath;
    await me.reply(ID, 'SAY: This was waiting.');
    await me.sees(ID, /Queued, 1st in line/);
    await me.command(`/ao handoff ${ID} claude-code mind the tests`);
    await world.kill();
    await world.start();
    await me.sees(
      ID,
      /🔁 @you handed it over from command to claude-code\. 1 waiting message goes along\./,
    );
    await me.sees(ID, /🌱 claude-code took over after .*, in the same worktree, with a summary/);
    await me.sees(ID, /I took over\./);
    await me.sees(ID, /SAY: This was waiting\. ✅/);
    await me.sees(ID, /^This was waiting\.$/m);
    const view = await me.view(ID);
    expect(view).toMatchObject({
      agent: 'claude-code',
      workspacePath: path,
      handovers: [{ from: 'command', to: 'claude-code' }],
    });
    const steers = await world.api.get<ReadonlyArray<{ id: string; text: string; state: string }>>(
      `/api/sessions/${ID}/steers`,
    );
    const note = steers.find((steer) => steer.id === 'handover-1');
    expect(note?.state).toBe('accepted');
    expect(note?.text).toContain('you says to you: mind the tests');
    expect(note?.text).toContain('Keep a diary.');
    expect(note?.text).toContain('One message that nobody had yet follows after this one.');
    expect(world.terminals().filter((name) => name === ID)).toHaveLength(1);
    // Told once, however often it was tried.
    expect((await me.thread(ID)).match(/took over after/g)).toHaveLength(1);
  });

  it('keeps what each agent used apart', async () => {
    await until(
      async () =>
        (await world.me.view(ID)).usageByAgent.some(
          (one) => one.agent === 'claude-code' && one.models.length > 0,
        ),
      20_000,
      'its usage',
    );
    const cost = await world.api.get<CostView>('/api/cost?by=agent');
    expect(cost.rows.map((row) => row.key)).toContain('claude-code');
  });

  it('closes an open permission request visibly when the button hands it over', async () => {
    const { me } = world;
    await me.reply(ID, 'RUN: touch never.txt\nSAY: after');
    await me.sees(ID, /✋ Permission/);
    const more = await me.press(await me.finds(ID, 'More…'));
    expect(more).toContain('[Hand over…]');
    const button = {
      message: 'more',
      button: { id: `handoff:${ID}`, label: 'Hand over…', style: 'plain' as const },
      thread: ID,
    };
    await me.press(button, 'command');
    await me.sees(ID, /Not answered: handed over to command\./);
    await me.sees(ID, /🌱 command took over/);
    expect((await me.view(ID)).openRequests).toEqual([]);
    expect((await me.view(ID)).actions).toContain('handoff');
  });

  it('lets an agent report from inside its session, with nothing but its own token', async () => {
    const { me } = world;
    await me.command(`/ao handoff ${ID} claude-code`);
    await until(
      async () => (await me.thread(ID)).match(/🌱 claude-code took over/g)?.length === 2,
      20_000,
      'the agent',
    );
    await me.reply(ID, 'RUN: ao report blocked waits for the staging password\nSAY: reported');
    // Its own report needs nobody's permission; what else `ao` can do does.
    await me.sees(ID, /The agent reports "blocked": waits for the staging password/);
    await me.reply(ID, 'RUN: ao kill sample-1 || true\nSAY: tried');
    await me.presses(ID, 'Allow once', { within: /ao kill/ });
    await me.sees(ID, /^tried$/m);
    expect((await me.view(ID)).outcome).toBeNull();
  });

  it('goes on with any agent that speaks the Agent Client Protocol', async () => {
    const { me } = world;
    await me.command(`/ao handoff ${ID} mine`);
    await me.sees(ID, /🌱 mine took over/);
    await me.reply(ID, 'RUN: touch by-protocol.txt\nSAY: by protocol');
    await me.presses(ID, 'Yes', { within: /touch by-protocol/ });
    await me.sees(ID, /^by protocol$/m);
    expect((await me.view(ID)).usageByAgent.map((one) => one.agent)).toEqual([
      'command',
      'claude-code',
      'mine',
    ]);
    expect((await world.ao('logs', ID)).out).toContain('my-agent, by way of ao');
  });
});
