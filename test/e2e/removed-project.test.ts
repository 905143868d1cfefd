import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld, sampleProject } from '../support/bot.ts';
import { makeRepo } from '../support/tmp.ts';

/** Somebody takes a project out of ao.yaml while a session of it lives and another one has ended. */
describe('a project that is no longer in the configuration', () => {
  let world: BotWorld;
  let before: Record<string, unknown>;

  beforeAll(async () => {
    world = await botWorld();
    const other = makeRepo({ in: world.dir, name: 'other', files: { 'README.md': 'other\n' } });
    other.git('config', 'user.name', 'Other');
    other.git('config', 'user.email', 'other@localhost');
    const config = JSON.parse(readFileSync(join(world.dir, 'ao.yaml'), 'utf8')) as Record<
      string,
      unknown
    > & { projects: Record<string, unknown> };
    const project = sampleProject(other.path, {
      name: 'Other',
      sessionPrefix: 'other',
      checks: [],
      merge: { requireChecks: false },
    });
    before = { ...config, projects: { ...config.projects, other: project } };
    world.writeConfig(before);
    await world.start();
    await world.me.command('/ao spawn "Note: hello" --project other');
    await world.me.sees('other-1', /PR #1 opened/);
    await world.me.command('/ao spawn "Note: again" --project other');
    await world.me.sees('other-2', /PR #\d opened/);
    await world.me.command('/ao kill other-2');
    await world.me.sees('other-2', /Killed/);
    await world.stop();
    world.writeConfig(config);
    await world.start();
  });
  afterAll(() => world.close());

  it('leaves its sessions in sight, and the bot at work', async () => {
    const { me } = world;
    expect(await me.command('/ao status --all')).toMatch(
      /other-1[\s\S]*other-2|other-2[\s\S]*other-1/,
    );
    await me.command('/ao spawn "Note: still there" --project sample');
    await me.sees('sample-1', /PR #1 opened/);
    expect((await world.ao('status')).out).toContain('other-1');
    await me.seesOnCard('other-1', /the project other is no longer in ao\.yaml/);
  });

  it('says why nothing more can be done for them, and goes on when the project is back', async () => {
    const { me } = world;
    expect(await me.command('/ao merge other-1')).toMatch(
      /other is no longer in the configuration|no open pull request/i,
    );
    expect(await me.command('/ao diff other-1')).toContain('no longer in the configuration');
    await me.reply('other-1', 'Please go on.');
    expect(world.output()).not.toMatch(/unhandled|TypeError/i);
    await world.stop();
    world.writeConfig(before);
    await world.start();
    await me.sees('other-1', /Please go on\. ✅/);
  });
});
