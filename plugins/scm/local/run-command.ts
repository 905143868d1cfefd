import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../../src/lib/clock.ts';
import type { CheckLog } from './check-log.ts';

export type CommandEnd =
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'timed_out' }
  | { readonly type: 'cancelled' }
  /** It never ran. */
  | { readonly type: 'not_started'; readonly reason: string };

export interface CommandSpec {
  readonly line: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly log: CheckLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Called with the process group as soon as there is one. */
  readonly started: (pid: number) => void;
}

const GRACE_MS = 3_000;
/** A process that left the group may hold the pipe; what it writes is not waited for. */
const DRAIN_MS = 1_000;

/** Runs a shell line in a process group of its own and ends the whole group with it. Never rejects. */
export function runCommand(spec: CommandSpec): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', spec.line], {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let why: 'timed_out' | 'cancelled' | null = null;
    let force: { cancel(): void } | null = null;
    const end = (reason: 'timed_out' | 'cancelled'): void => {
      if (why !== null) return;
      why = reason;
      killGroup(child.pid, 'SIGTERM');
      force = spec.clock.after(GRACE_MS, () => killGroup(child.pid, 'SIGKILL'));
    };
    const timer = spec.clock.after(spec.timeoutMs, () => end('timed_out'));
    const onAbort = (): void => end('cancelled');
    const settle = (result: CommandEnd): void => {
      timer.cancel();
      force?.cancel();
      spec.signal.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(result);
    };

    child.stdout.on('data', (chunk: Buffer) => spec.log.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => spec.log.write(chunk));
    child.once('error', (error) => settle({ type: 'not_started', reason: error.message }));
    child.once('exit', (code, signal) => {
      // What the command left running in the background ends with it.
      killGroup(child.pid, 'SIGKILL');
      const result: CommandEnd = why === null ? { type: 'exited', code, signal } : { type: why };
      const drain = setTimeout(() => settle(result), DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drain);
        settle(result);
      });
    });
    if (child.pid !== undefined) spec.started(child.pid);
    if (spec.signal.aborted) onAbort();
    else spec.signal.addEventListener('abort', onAbort, { once: true });
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Variable by which a check's processes are recognised as ours after a crash. */
export const MARK = 'AO_CHECK';

/** Ends a process group that outlived the bot, if it still is the one that was started. Process ids are used again. */
export function endOrphan(pid: number, mark: string): boolean {
  try {
    // Linux only: elsewhere the orphan can't be told from a stranger, so it is left to its own time-out.
    if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`))
      return false;
  } catch {
    return false;
  }
  killGroup(pid, 'SIGKILL');
  return true;
}
