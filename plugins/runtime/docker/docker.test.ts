import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RuntimeSpec } from '../../../src/slots/runtime.ts';
import { runtimeContract } from '../../../test/contract/runtime.ts';
import {
  type DockerEngine,
  IMAGE,
  startDocker,
  whyNoDocker,
} from '../../../test/support/docker/engine.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { tempDir } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';
import { defaultSocket } from '../../shared/tmux/config.ts';
import { dockerConfig } from './config.ts';
import { installationOf } from './containers.ts';
import { type DockerHarness, dockerHarness } from './docker-harness.ts';
import { createDockerRuntime } from './docker-runtime.ts';

const sh = (script: string): readonly string[] => ['sh', '-c', script];

it('says nothing of its agents while the engine can not be reached', async () => {
  const temp = tempDir();
  const runtime = createDockerRuntime(
    dockerConfig.parse({ image: IMAGE, socket: join(temp.path, 'none.sock') }),
    pluginContext({ dataDir: temp.path }),
  );
  await runtime.start();
  await expect(runtime.observe()).rejects.toMatchObject({
    kind: 'transient',
    code: 'AO_DOCKER_UNREACHABLE',
  });
  expect((await runtime.doctor()).map(({ level }) => level)).toEqual(['error']);
  await runtime.stop();
  temp.remove();
});

describe.skipIf(whyNoDocker() !== null)('on a real engine', () => {
  let engine: DockerEngine;
  beforeAll(async () => {
    engine = await startDocker();
  }, 180_000);
  afterAll(() => engine.stop(), 30_000);

  runtimeContract('docker', () => dockerHarness(engine));

  describe('a container of an agent', () => {
    let harness: DockerHarness;
    beforeEach(async () => {
      harness = await dockerHarness(engine, { memory: '64m', cpus: 0.5, pids: 100 });
    });
    afterEach(() => harness.dispose());

    const spec = (argv: readonly string[], more: Partial<RuntimeSpec> = {}): RuntimeSpec => ({
      id: 'app-1',
      cwd: harness.cwd,
      argv,
      env: harness.env,
      key: 'one 1',
      columns: 200,
      rows: 50,
      ...more,
    });
    const shows = (handle: string, text: string) =>
      until(async () => (await harness.runtime.capture(handle, 100)).includes(text), {
        what: `"${text}" on the screen`,
        timeoutMs: 15_000,
      });
    const factOf = async (handle: string) =>
      (await harness.runtime.observe()).find((seen) => seen.handle === handle)?.fact;
    const all = () =>
      engine
        .docker(
          'ps',
          '--all',
          '--quiet',
          '--no-trunc',
          '--filter',
          `label=ao.installation=${installationOf(harness.dataDir)}`,
        )
        .split('\n')
        .filter((line) => line !== '');

    it('has its limits, no rights, no network, and no secret that the engine tells', async () => {
      const { handle } = await harness.runtime.create(
        spec(sh('echo "token $AO_TOKEN in $HOME"; exec sleep 1000'), {
          env: { ...harness.env, AO_TOKEN: 'a-secret-token' },
        }),
      );
      await shows(handle, `token a-secret-token in ${harness.dataDir}/sessions/app-1/home`);
      const told = engine.docker('inspect', handle.split('@')[1] ?? '');
      expect(told).not.toContain('a-secret-token');
      const [{ HostConfig }] = JSON.parse(told);
      expect(HostConfig).toMatchObject({
        Memory: 64 * 2 ** 20,
        MemorySwap: 64 * 2 ** 20,
        NanoCpus: 5e8,
        PidsLimit: 100,
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Privileged: false,
      });
    });

    it('says in words that it ran out of memory', async () => {
      const pushed: unknown[] = [];
      harness.runtime.onExit((...exit) => pushed.push(exit));
      const { handle } = await harness.runtime.create(
        spec(['bash', '-c', 'text=$(head -c 200000000 /dev/zero | tr "\\0" x); echo "$text"']),
      );
      const fact = await until(
        async () => {
          const seen = await factOf(handle);
          return seen?.state === 'exited' ? seen : null;
        },
        { what: 'the end', timeoutMs: 20_000 },
      );
      expect(fact).toMatchObject({
        exitCode: 137,
        why: expect.stringMatching(/^It ran out of memory: the container may use 64 MB\./),
      });
      expect(pushed).toEqual([['app-1', handle, 137, fact.why]]);
    });

    it('goes on, and is shown again, when its terminal here is lost', async () => {
      const { handle } = await harness.runtime.create(spec(harness.programs.echoes));
      await shows(handle, 'ready');
      const tmux = (...args: string[]) =>
        execFileSync('tmux', ['-L', defaultSocket(join(harness.dataDir, 'terminals')), ...args], {
          encoding: 'utf8',
        });
      const pid = Number(tmux('display-message', '-p', '-t', '=app-1:', '#{pane_pid}'));
      process.kill(pid, 'SIGKILL');
      const states = new Set<string | undefined>();
      await until(
        async () => {
          states.add((await factOf(handle))?.state);
          const shown = tmux('display-message', '-p', '-t', '=app-1:', '#{pane_pid} #{pane_dead}');
          return shown !== `${pid} 0\n` && shown.endsWith(' 0\n');
        },
        { what: 'a new terminal', timeoutMs: 15_000 },
      );
      expect([...states]).toEqual(['alive']);
      await harness.runtime.write(handle, 'still here', { submit: true });
      await shows(handle, 'got still here');
    });

    it('is made anew where ao died before it was started, and never twice', async () => {
      const { handle } = await harness.runtime.create(spec(harness.programs.stays));
      const [first] = all();
      expect(await harness.runtime.create(spec(harness.programs.stays))).toEqual({
        handle,
        pid: null,
      });
      await harness.runtime.kill(handle, { graceMs: 0 });
      expect(all()).toEqual([]);
      const installation = installationOf(harness.dataDir);
      engine.docker(
        'create',
        '--name',
        `ao-${installation}-app-1`,
        '--label',
        `ao.installation=${installation}`,
        '--label',
        'ao.session=app-1',
        IMAGE,
        'sh',
      );
      expect((await harness.runtime.observe()).map(({ fact }) => fact.state)).toEqual(['starting']);
      const again = await harness.runtime.create(spec(harness.programs.stays));
      expect(all()).toEqual([again.handle.split('@')[1]]);
      expect(all()).not.toEqual([first]);
    });

    it('is moved aside, not ended, when another life of ao started it', async () => {
      const old = await harness.runtime.create(spec(harness.programs.stays, { key: 'other 1' }));
      const mine = await harness.runtime.create(spec(harness.programs.stays));
      expect(mine.handle).not.toBe(old.handle);
      const seen = await harness.runtime.observe();
      expect(
        seen.map(({ id, fact }) => `${id.replace(/[0-9a-f]{8}$/, '*')} ${fact.state}`).toSorted(),
      ).toEqual(['app-1 alive', 'app-1-left-* alive']);
    });

    it('is not started, with the reason, where the image is missing', async () => {
      const other = createDockerRuntime(
        dockerConfig.parse({ image: 'localhost:1/nothing:1', socket: engine.socket }),
        pluginContext({ id: 'docker', dataDir: harness.dataDir }),
      );
      await expect(other.create(spec(harness.programs.stays))).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_DOCKER_IMAGE',
        message: expect.stringContaining('localhost:1/nothing:1'),
      });
      expect(all()).toEqual([]);
    });

    it('says what can not be started in it', async () => {
      const { handle } = await harness.runtime.create(spec(['/opt/missing/program']));
      await shows(handle, 'program: not found');
      await until(async () => (await factOf(handle))?.state === 'exited', { what: 'the end' });
      expect(await factOf(handle)).toMatchObject({ exitCode: 127 });
    });
  });
});
