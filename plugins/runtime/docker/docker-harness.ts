import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { RuntimeHarness } from '../../../test/contract/runtime.ts';
import { type DockerEngine, IMAGE } from '../../../test/support/docker/engine.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { tempDir } from '../../../test/support/tmp.ts';
import { defaultSocket } from '../../shared/tmux/config.ts';
import { dockerConfig } from './config.ts';
import { createDockerRuntime } from './docker-runtime.ts';

const sh = (script: string): readonly string[] => ['sh', '-c', script];

export interface DockerHarness extends RuntimeHarness {
  readonly dataDir: string;
}

/** A started docker runtime on an engine of the tests. */
export async function dockerHarness(
  engine: DockerEngine,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<DockerHarness> {
  const temp = tempDir('ao-docker-');
  const dataDir = join(temp.path, 'data');
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: temp.path,
    LANG: 'C.UTF-8',
    ...(process.env.TMUX_TMPDIR ? { TMUX_TMPDIR: process.env.TMUX_TMPDIR } : {}),
  };
  const config = dockerConfig.parse({
    image: IMAGE,
    socket: engine.socket,
    network: 'none',
    ...settings,
  });
  const runtime = createDockerRuntime(config, pluginContext({ id: 'docker', dataDir, env }));
  await runtime.start();
  return {
    runtime,
    dataDir,
    cwd: temp.path,
    env,
    programs: {
      stays: ['sleep', '1000'],
      exits: (code) => sh(`exit ${code}`),
      echoes: sh(
        'stty -echo; echo ready; while IFS= read -r line; do printf "got %s\\n" "$line"; done',
      ),
      stubborn: sh('trap "" TERM HUP INT; echo ready; while :; do sleep 1000 & wait; done'),
    },
    async dispose() {
      for (const { handle } of await runtime.observe().catch(() => []))
        await runtime.kill(handle, { graceMs: 0 });
      await runtime.stop();
      endTerminals(dataDir);
      temp.remove();
    },
  };
}

/** The tmux server of a runtime that is over. */
function endTerminals(dataDir: string): void {
  try {
    execFileSync('tmux', ['-L', defaultSocket(join(dataDir, 'terminals')), 'kill-server'], {
      stdio: 'ignore',
    });
  } catch {
    // It has ended by itself.
  }
}
