import { spawn } from 'node:child_process';
import { type Clock, systemClock } from '../clock.ts';

export interface ProcessSpec {
  readonly bin: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of it: nothing is taken over from ao's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard input; without it there is none. */
  readonly input?: string | undefined;
  readonly timeoutMs: number;
  /** Ends it as the time limit does. */
  readonly signal?: AbortSignal | undefined;
  /** Of the time limit. Default: the system's. */
  readonly clock?: Clock;
  /** Bytes kept of the two channels together; more ends the process. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Gets what comes from both channels, in the order it came; nothing is kept then. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export type ProcessEnd =
  | {
      readonly type: 'exited';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly type: 'signalled'; readonly signal: string; readonly stderr: string }
  | { readonly type: 'timed_out' }
  | { readonly type: 'too_much' }
  | { readonly type: 'not_started'; readonly error: NodeJS.ErrnoException };

/** Between the friendly signal and the other one. */
const GRACE_MS = 2_000;
/** A child that left the group may hold a pipe; what it writes is not waited for. */
const DRAIN_MS = 3_000;
const MAX_BYTES = 1 << 20;
/** The same where ao itself exits. */
const LAST_MS = 200;

/** Process groups under way: a bot that exits takes them along, also those that don't end when they are asked to. */
const groups = new Set<number>();
let watchingExit = false;

/**
 * Runs a program in its own process group. The limits end the whole group: SIGTERM, and SIGKILL 2 s later. A process that left
 * the group and holds a pipe doesn't hold up the result. Never rejects.
 */
export function runProcess(spec: ProcessSpec): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    const child = spawn(spec.bin, [...spec.args], {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const output = collect(spec.maxBytes ?? MAX_BYTES, () => end({ type: 'too_much' }));
    const timers: NodeJS.Timeout[] = [];
    let ended: ProcessEnd | null = null;
    const end = (why: ProcessEnd): void => {
      if (ended !== null) return;
      ended = why;
      signalGroup(child.pid, 'SIGTERM');
      timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS));
    };
    const settle = (result: ProcessEnd): void => {
      limit.cancel();
      spec.signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      if (child.pid !== undefined) groups.delete(child.pid);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(result);
    };
    const limit = (spec.clock ?? systemClock).after(spec.timeoutMs, () =>
      end({ type: 'timed_out' }),
    );
    const onAbort = (): void => end({ type: 'timed_out' });
    spec.signal?.addEventListener('abort', onAbort, { once: true });
    if (child.pid !== undefined) remember(child.pid);
    for (const channel of ['stdout', 'stderr'] as const)
      child[channel]?.on('data', spec.onOutput ?? ((chunk) => output.add(channel, chunk)));
    // A program that doesn't read its input to the end closes the pipe; its exit code says the rest.
    child.stdin?.on('error', () => {});
    child.stdin?.end(spec.input);
    child.once('error', (error) => settle({ type: 'not_started', error }));
    child.once('exit', (code, signal) => {
      if (ended !== null) signalGroup(child.pid, 'SIGKILL');
      const result = (): ProcessEnd => ended ?? exitOf(code, signal, output);
      timers.push(setTimeout(() => settle(result()), DRAIN_MS));
      child.once('close', () => settle(result()));
    });
  });
}

type Output = ReturnType<typeof collect>;

function exitOf(code: number | null, signal: string | null, output: Output): ProcessEnd {
  return code === null
    ? { type: 'signalled', signal: signal ?? 'a signal', stderr: output.text('stderr') }
    : { type: 'exited', code, stdout: output.text('stdout'), stderr: output.text('stderr') };
}

function collect(maxBytes: number, tooMuch: () => void) {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let size = 0;
  return {
    add(channel: 'stdout' | 'stderr', chunk: Buffer): void {
      size += chunk.length;
      if (size > maxBytes) return tooMuch();
      chunks[channel].push(chunk);
    },
    text: (channel: 'stdout' | 'stderr'): string => Buffer.concat(chunks[channel]).toString('utf8'),
  };
}

function remember(pid: number): void {
  groups.add(pid);
  if (watchingExit) return;
  watchingExit = true;
  process.on('exit', () => {
    if (groups.size === 0) return;
    for (const group of groups) signalGroup(group, 'SIGTERM');
    // Nothing runs any more but this: git takes its locks away meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_MS);
    for (const group of groups) signalGroup(group, 'SIGKILL');
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // EPERM: macOS says so of a group that has only zombies left.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** What went wrong, as the end of a sentence; null after exit code 0. `timeoutMs`: the limit it had. */
export function failureOf(end: ProcessEnd, timeoutMs: number): string | null {
  switch (end.type) {
    case 'exited':
      return end.code === 0 ? null : (firstLine(end.stderr) ?? `exit code ${end.code}`);
    case 'signalled':
      return firstLine(end.stderr) ?? `ended by ${end.signal}`;
    case 'timed_out':
      return `it did not end within ${timeoutMs / 1_000} s`;
    case 'too_much':
      return 'it wrote more than ao reads';
    case 'not_started':
      return end.error.code === 'ENOENT' ? 'it is not installed' : end.error.message;
  }
}

/** The machine has no more processes, files or memory to give at the moment; any other failure to start comes again. */
export const isExhausted = (error: NodeJS.ErrnoException): boolean =>
  ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY'].includes(error.code ?? '');

const firstLine = (text: string): string | null => text.trim().split('\n')[0] || null;
