import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimePlugin, RuntimeSpec } from '../../../src/slots/runtime.ts';
import type { RuntimeHarness } from '../../../test/contract/runtime.ts';
import { pluginContext } from '../../../test/support/plugin-context.ts';
import { tempDir } from '../../../test/support/tmp.ts';
import { defaultSocket, tmuxConfig } from './config.ts';
import { createTmuxRuntime } from './tmux-runtime.ts';

export interface TmuxHarness extends RuntimeHarness {
  readonly socket: string;
  readonly dataDir: string;
  spec(id: string, argv: readonly string[], more?: Partial<RuntimeSpec>): RuntimeSpec;
  /** tmux as a person would call it, on this server. */
  tmux(...args: string[]): string;
  /** A second bot on the same server. */
  other(): RuntimePlugin;
}

const sh = (script: string): readonly string[] => ['sh', '-c', script];

/** A started tmux runtime on a server of its own. For tests. */
export async function tmuxHarness(
  options: { env?: Readonly<Record<string, string>> } = {},
): Promise<TmuxHarness> {
  const temp = tempDir('ao-tmux-');
  const dataDir = join(temp.path, 'data');
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...(process.env.TMUX_TMPDIR ? { TMUX_TMPDIR: process.env.TMUX_TMPDIR } : {}),
  };
  const context = pluginContext({ dataDir, env: options.env ?? env });
  const build = () => createTmuxRuntime(tmuxConfig.parse({}), context);
  const runtime = build();
  await runtime.start();
  const socket = defaultSocket(dataDir);
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-u', '-L', socket, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 5_000,
    });
  const socketPath = () =>
    join(process.env.TMUX_TMPDIR ?? '/tmp', `tmux-${process.getuid?.() ?? 0}`, socket);
  return {
    runtime,
    cwd: temp.path,
    env,
    socket,
    dataDir,
    tmux,
    other: build,
    spec: (id, argv, more) => ({ id, cwd: temp.path, argv, env, columns: 200, rows: 50, ...more }),
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
      const path = socketPath(); // tmux leaves the file behind
      try {
        tmux('kill-server');
      } catch {
        // The test killed it.
      }
      rmSync(path, { force: true });
      temp.remove();
    },
  };
}
