import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AgentTerminal } from '../../src/slots/agent.ts';

const run = promisify(execFile);

export interface TmuxSpec {
  readonly cwd: string;
  readonly argv: readonly string[];
  /** The complete environment of the process; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** A real terminal for agent tests: one private tmux server per instance, one session. */
export interface TmuxTerminal extends AgentTerminal {
  /** Process id of the pane. */
  readonly pid: number;
  /** Null while the process lives, then its exit code (-1 when it died by a signal). */
  exitCode(): Promise<number | null>;
  /** Ends the server and every process in it. */
  kill(): Promise<void>;
}

export async function startInTmux(spec: TmuxSpec): Promise<TmuxTerminal> {
  const dir = await mkdtemp(join(tmpdir(), 'ao-tmux-'));
  const tmux = (...args: string[]) =>
    run('tmux', ['-S', join(dir, 'socket'), '-f', '/dev/null', ...args], {
      env: { PATH: spec.env.PATH ?? '/usr/bin:/bin', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    });
  const environment = Object.entries(spec.env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  await tmux(
    'start-server',
    ';',
    'set-option',
    '-g',
    'remain-on-exit',
    'on',
    ';',
    'new-session',
    '-d',
    '-s',
    'agent',
    '-c',
    spec.cwd,
    '-x',
    '120',
    '-y',
    '40',
    ...environment,
    '--',
    ...spec.argv,
  );
  const { stdout } = await tmux('display-message', '-p', '-t', '=agent:', '#{pane_pid}');
  const pid = Number(stdout.trim());
  return {
    pid,
    async write(text, options) {
      const buffer = `b-${randomUUID()}`;
      const file = join(dir, buffer);
      await writeFile(file, text, { mode: 0o600 });
      await tmux(
        'load-buffer',
        '-b',
        buffer,
        file,
        ';',
        'paste-buffer',
        '-p',
        '-d',
        '-b',
        buffer,
        '-t',
        '=agent:',
        ...(options.submit ? [';', 'send-keys', '-t', '=agent:', 'Enter'] : []),
      );
      await rm(file);
    },
    keys: async (keys) => void (await tmux('send-keys', '-t', '=agent:', ...keys)),
    async capture(lines) {
      const { stdout: screen } = await tmux(
        'capture-pane',
        '-p',
        '-t',
        '=agent:',
        '-S',
        String(-lines),
      );
      return screen.trimEnd().split('\n').slice(-lines).join('\n');
    },
    async exitCode() {
      const { stdout: state } = await tmux(
        'display-message',
        '-p',
        '-t',
        '=agent:',
        '#{pane_dead} #{pane_dead_status}',
      );
      const [dead, code] = state.trim().split(' ');
      return dead === '1' ? Number(code ?? -1) : null;
    },
    async kill() {
      // The server may be gone already; either way nothing of it must stay.
      await tmux('kill-server').catch(() => undefined);
      // Some programs outlive their terminal and spin; the pane's process leads a group of its own.
      killGroup(pid);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
