import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { until } from '../support/until.ts';

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/notify-file.mjs');

describe('a plugin from outside of ao', () => {
  let world: BotWorld;
  let told: string;
  const trust = () => world.ao('plugin', 'trust', '--config', join(world.dir, 'ao.yaml'));

  beforeAll(async () => {
    world = await botWorld();
    told = join(world.dir, 'told.txt');
    writeFileSync(join(world.dir, 'notify-file.mjs'), readFileSync(EXAMPLE, 'utf8'));
    const config = JSON.parse(readFileSync(join(world.dir, 'ao.yaml'), 'utf8')) as Record<
      string,
      unknown
    >;
    world.writeConfig({
      ...config,
      plugins: [{ path: './notify-file.mjs' }],
      notifiers: { diary: { plugin: 'file', file: told } },
      defaults: { notifiers: ['diary'] },
    });
    await expect(world.start()).rejects.toThrow(
      /names a plugin that you have not confirmed: .*notify-file\.mjs/,
    );
    const trusted = await trust();
    expect(trusted).toMatchObject({ code: 0 });
    await world.start();
  });
  afterAll(() => world.close());

  it('takes part like any other', async () => {
    await world.me.command('/ao spawn "Note: hello"');
    await world.me.sees('sample-1', /PR #1 opened/);
    await world.me.command('/ao kill sample-1');
    await until(
      () =>
        existsSync(told) &&
        readFileSync(told, 'utf8').includes('All sessions of sample have ended.'),
      30_000,
      'a message in the file',
    );
  });

  it('is listed by the doctor and by ao plugin', async () => {
    const doctor = (await world.ao('doctor', '--config', join(world.dir, 'ao.yaml'))).out;
    expect(doctor).toContain('notifier file from');
    expect(doctor).toContain(`appends to ${told}`);
    expect(
      (await world.ao('plugin', 'info', 'file', '--config', join(world.dir, 'ao.yaml'))).out,
    ).toContain('file: Where to append');
  });

  it('that can not be loaded keeps ao from starting, with the place and the reason', async () => {
    writeFileSync(join(world.dir, 'notify-file.mjs'), "throw new Error('not today');");
    await world.stop();
    await trust();
    await expect(world.start()).rejects.toThrow(
      /ended with 4:[\s\S]*ao\.yaml:\d+:\d+: plugins\[0\]: .*notify-file\.mjs can't be loaded: not today/,
    );
  });
});
