import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installationOf } from '../../plugins/runtime/docker/containers.ts';
import { defaultSocket } from '../../plugins/shared/tmux/config.ts';
import { type BotWorld, botWorld } from '../support/bot-world.ts';
import { type DockerEngine, IMAGE, startDocker, whyNoDocker } from '../support/docker/engine.ts';
import { until } from '../support/until.ts';

const SPAWN = {
  project: 'sample',
  channel: null,
  issues: [],
  text: 'Note: from a container',
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
  key: null,
} as const;

/** A project with `runtime: docker`: the demo agent works in a container that has no network but the way to ao. */
describe.skipIf(whyNoDocker() !== null)('a session in a container', () => {
  let engine: DockerEngine;
  let bot: BotWorld;
  beforeAll(async () => {
    engine = await startDocker();
    bot = await botWorld({
      project: { trigger: { enabled: false }, runtime: 'docker' },
      more: {
        runtimes: {
          docker: { plugin: 'docker', image: IMAGE, socket: engine.socket, network: 'none' },
        },
      },
    });
    await bot.start();
  }, 240_000);
  afterAll(async () => {
    await bot.close();
    const data = join(bot.dataDir, 'plugins', 'runtime', 'docker', 'terminals');
    execFileSync('tmux', ['-L', defaultSocket(data), 'kill-server'], { stdio: 'ignore' });
    await engine.stop();
  }, 60_000);

  const view = (id: string) => {
    const found = bot.app().reader.session(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value;
  };
  /** Others may use the engine, too. */
  const own = () =>
    `ao.installation=${installationOf(join(bot.dataDir, 'plugins', 'runtime', 'docker'))}`;
  const containers = () =>
    engine
      .docker(
        'ps',
        '--all',
        '--filter',
        `label=${own()}`,
        '--format',
        '{{.Label "ao.session"}} {{.State}}',
      )
      .split('\n')
      .filter((line) => line !== '');

  const containerOf = (id: string): string =>
    engine
      .docker('ps', '--quiet', '--filter', `label=${own()}`, '--filter', `label=ao.session=${id}`)
      .trim();

  it('works, commits and opens its pull request; a restart of ao finds it; an end leaves nothing behind', async () => {
    const { commands, admin } = bot.app();
    const spawned = await commands.spawn(admin, SPAWN);
    if (!spawned.ok) throw new Error(spawned.error.message);
    const id = spawned.value[0]?.session?.id ?? '';
    // By `ao pr create` in the container, so over the helper's pipe.
    await until(() => view(id).pr !== null, { what: 'the pull request', timeoutMs: 60_000 });
    expect(containers()).toEqual([`${id} running`]);
    expect(view(id).pr?.title).toBeTruthy();

    await bot.stop();
    expect(containers()).toEqual([`${id} running`]);
    await bot.start();
    expect(
      bot.logged.findLast(({ message }) => message === 'sessions found at start')?.fields,
    ).toMatchObject({ watched: 1, gone: 0, exited: 0 });
    await bot.app().commands.send(bot.app().admin, id, {
      text: 'Note: once more',
      files: [],
      now: false,
      source: null,
      key: null,
    });
    await until(
      () => bot.repo.git('log', '--format=%s', view(id).branch).includes('Note: once more'),
      { what: 'the commit for the message', timeoutMs: 60_000 },
    );
    // No route leads anywhere: the file has its heading only.
    const routes = engine.docker('exec', containerOf(id), 'cat', '/proc/net/route');
    expect(routes.trim().split('\n')).toHaveLength(1);

    await bot.app().commands.kill(bot.app().admin, id, null);
    await until(() => containers().length === 0 && view(id).workspacePath === null, {
      what: 'container and worktree to go',
      timeoutMs: 60_000,
    });
  }, 240_000);
});
