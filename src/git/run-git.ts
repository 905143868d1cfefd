import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isExhausted, type ProcessEnd, runProcess } from '../lib/process/run-process.ts';
import { type PluginError, rejected, transient } from '../slots/errors.ts';
import { hardenedArgs, subcommandAt, timeLimit } from './fixed.ts';
import { createPreparation } from './prepare-call.ts';
import type { GitSetup } from './setup.ts';
import { findWaiting, waits } from './waiting-files.ts';

/*
 * The only place that starts git. Whatever the repository's own files say, git runs no program that they name: see fixed.ts.
 */

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  /** Milliseconds; default: by the command. */
  readonly timeoutMs?: number;
  /** Lets git look for the repository itself, with its own words for what is wrong with it. For `rev-parse` alone. */
  readonly discover?: boolean;
  /** ao itself just made the checkout in `cwd`, in place of a former one: what its `.git` says is noted anew. */
  readonly pin?: boolean;
}

export interface GitResult {
  readonly ok: boolean;
  readonly code: number;
  /** As git wrote it, final newline included. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * git, never interactive, in English. Failure is a value; throws a PluginError when git can't be started, ran into its time
 * limit, said too much, or another git keeps a lock.
 */
export type RunGit = (
  cwd: string,
  args: readonly string[],
  options?: GitOptions,
) => Promise<GitResult>;

const MAX_BYTES = 256 * 1024 * 1024;
/** Other git processes (the agents' own, the user's) hold locks for milliseconds; a stale one stays. */
const LOCK_RETRIES_MS = [20, 50, 100, 200, 400, 800, 1_500, 2_000];
const LOCKED =
  /(?:unable to create|could not lock|cannot lock|unable to lock)[^\n]*|[^\n]*\.lock': File exists/i;

/** A ref that somebody else moved or made: git says "cannot lock" of it, and waiting doesn't help. */
const MOVED = /but expected|reference already exists|exists; cannot create|unable to resolve ref/;
const isLocked = (result: GitResult): boolean =>
  !result.ok && LOCKED.test(result.stderr) && !MOVED.test(result.stderr);

export function createRunGit(setup: GitSetup): RunGit {
  const { bin = 'git' } = setup;
  const prepare = createPreparation(setup);
  const once: RunGit = async (cwd, args, options = {}) => {
    if (args.some((arg) => arg.includes('\0')))
      throw rejected('AO_GIT_NAME', 'A name with a NUL character in it is none that git knows.');
    const timeoutMs = options.timeoutMs ?? timeLimit(args);
    const call = await prepare(cwd, args, options);
    const watch = watchFiles(call.reads);
    const end = await runProcess({
      bin,
      args: hardenedArgs(call.args),
      cwd,
      env: { ...call.env, ...options.env },
      input: options.input,
      timeoutMs,
      signal: watch.signal,
      maxBytes: MAX_BYTES,
    });
    const waitedFor = watch.done();
    if (waitedFor !== null) throw waits(waitedFor);
    if (end.type !== 'exited') throw failedToEnd({ bin, cwd, args, timeoutMs }, end);
    call.done(end.code === 0);
    if (call.follow !== null && end.code === 0) await once(cwd, call.follow);
    return {
      ok: end.code === 0,
      code: end.code,
      stdout: call.inRepositoryWords(end.stdout),
      stderr: call.inRepositoryWords(end.stderr),
    };
  };
  return async (cwd, args, options) => {
    for (const delay of LOCK_RETRIES_MS) {
      const result = await once(cwd, args, options);
      if (!isLocked(result)) return result;
      await sleep(delay * (0.5 + Math.random()));
    }
    const last = await once(cwd, args, options);
    const lock = isLocked(last) ? LOCKED.exec(last.stderr) : null;
    if (lock)
      throw transient(
        'AO_GIT_LOCKED',
        `Another git process keeps a lock in the repository (${lock[0].trim()}). If none is running, the lock file is left over from a crash: remove it.`,
        { retryAfter: 10_000 },
      );
    return last;
  };
}

/** A call that takes so long, ms, may wait for a file. */
const SUSPICIOUS = 3_000;

/** Looks for a file in the checkout that the call waits for, and ends the call where there is one. */
function watchFiles(workTree: string | null) {
  const found = new AbortController();
  const over = new AbortController();
  let path: string | null = null;
  const timer =
    workTree === null
      ? undefined
      : setTimeout(async () => {
          path = await findWaiting(workTree, over.signal);
          if (path !== null) found.abort();
        }, SUSPICIOUS);
  return {
    signal: found.signal,
    /** After the call: what it waited for. */
    done(): string | null {
      clearTimeout(timer);
      over.abort();
      return found.signal.aborted ? path : null;
    },
  };
}

/** A process's environment without the names that have no value. */
export const definedOf = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** Failures that pass by themselves. Any other is told at once: the same call would fail again. */
const PASSING =
  /could not resolve (?:host|proxy)|temporary failure|connection (?:timed out|refused|reset|closed)|operation timed out|timeout was reached|network is unreachable|no route to host|early eof|unexpected disconnect|remote end hung up|rpc failed|returned error: (?:429|5\d\d)|(?:ssl|tls|gnutls)[^\n]*(?:error|eof|closed)|kex_exchange_identification|resource temporarily unavailable|cannot allocate memory|out of memory|unable to create thread|but expected/i;

/** The error for a call whose failure nobody expected: `transient` only where git names a reason that passes. */
export function gitFailed(
  args: readonly string[],
  stderr: string,
  code = 'AO_GIT_FAILED',
): PluginError {
  const words = stderr.trim().split('\n').slice(-5).join('\n');
  const command = nameOf(args);
  if (/No space left on device/i.test(stderr))
    return transient(
      'AO_DISK_FULL',
      `${command} failed because the disk is full. Free some space; ao tries again.\n${words}`,
    );
  const kind = PASSING.test(stderr) ? transient : rejected;
  return kind(code, `${command} failed: ${words || 'no message'}`);
}

const nameOf = (args: readonly string[]): string => `git ${args[subcommandAt(args)] ?? ''}`.trim();

interface Call {
  readonly bin: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

function failedToEnd(call: Call, end: Exclude<ProcessEnd, { type: 'exited' }>): PluginError {
  const name = nameOf(call.args);
  switch (end.type) {
    case 'timed_out':
      return transient(
        'AO_GIT_TIMEOUT',
        `${name} in ${call.cwd} was ended: it took longer than ${Math.round(call.timeoutMs / 1000)} s. Something in the repository or its remote doesn't answer; try the same by hand.`,
      );
    case 'too_much':
      return rejected(
        'AO_GIT_OUTPUT',
        `${name} in ${call.cwd} was ended: it printed more than ${MAX_BYTES / 1024 / 1024} MB.`,
      );
    case 'signalled':
      return transient('AO_GIT_FAILED', `${name} in ${call.cwd} was ended by ${end.signal}.`);
    case 'not_started':
      return startFailure(call, end.error);
  }
}

function startFailure(call: Call, error: NodeJS.ErrnoException): PluginError {
  if (error.code === 'ENOTDIR' || (error.code === 'ENOENT' && !existsSync(call.cwd)))
    return rejected(
      'AO_REPOSITORY_MISSING',
      `The folder ${call.cwd} does not exist. Check the project's path.`,
      { cause: error },
    );
  if (error.code === 'ENOENT')
    return rejected(
      'AO_GIT_MISSING',
      `git was not found ("${call.bin}"). Install it (apt-get install git, brew install git) or set workspace.worktree.bin.`,
      { cause: error },
    );
  const kind = isExhausted(error) ? transient : rejected;
  return kind('AO_GIT_FAILED', `${call.bin} could not be started: ${error.message}`, {
    cause: error,
  });
}
