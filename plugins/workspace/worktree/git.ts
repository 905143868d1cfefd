import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type PluginError, rejected, transient } from '../../../src/slots/errors.ts';

export interface GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** git, never interactive, in English, without the user's hooks. */
export interface Git {
  /** Runs and returns what it printed, final newline cut. Throws PluginError when git fails. */
  (cwd: string, args: readonly string[], options?: GitOptions): Promise<string>;
  /** Runs and returns failure as a value. Throws only when git can't be started, or a lock stays held. */
  attempt(cwd: string, args: readonly string[], options?: GitOptions): Promise<GitResult>;
}

/** Hooks are written for a person's own checkouts; fsmonitor and maintenance would leave daemons behind. */
const FIXED = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  '-c',
  'core.quotePath=false',
];
/** Other git processes (the agents' own, the user's) hold locks for milliseconds; a stale one stays. */
const LOCK_RETRIES_MS = [20, 50, 100, 200, 400, 800, 1_500, 2_000];
const LOCKED =
  /(?:unable to create|could not lock|cannot lock|unable to lock)[^\n]*|[^\n]*\.lock': File exists/i;

export function createGit(options: { bin: string; env: Readonly<Record<string, string>> }): Git {
  const base = {
    ...Object.fromEntries(
      Object.entries(options.env).filter(([name]) => !isRepositoryVariable(name)),
    ),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    GIT_OPTIONAL_LOCKS: '0',
  };
  const once = async (
    cwd: string,
    args: readonly string[],
    { env, input }: GitOptions,
  ): Promise<GitResult> => {
    if (args.some((arg) => arg.includes('\0')))
      throw rejected(
        'AO_WORKSPACE_NAME',
        'A name with a NUL character in it is none that git knows.',
      );
    const result = await execa(options.bin, [...FIXED, ...args], {
      cwd,
      extendEnv: false,
      env: { ...base, ...env },
      reject: false,
      stripFinalNewline: true,
      maxBuffer: 256 * 1024 * 1024,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    });
    if (result.exitCode === undefined) throw startFailure(options.bin, result);
    return {
      ok: result.exitCode === 0,
      stdout: String(result.stdout),
      stderr: String(result.stderr),
    };
  };
  const attempt: Git['attempt'] = async (cwd, args, more = {}) => {
    for (const delay of LOCK_RETRIES_MS) {
      const result = await once(cwd, args, more);
      if (result.ok || !LOCKED.test(result.stderr)) return result;
      await sleep(delay * (0.5 + Math.random()));
    }
    const last = await once(cwd, args, more);
    const lock = last.ok ? null : LOCKED.exec(last.stderr);
    if (lock)
      throw transient(
        'AO_GIT_LOCKED',
        `Another git process keeps a lock in the repository (${lock[0].trim()}). If none is running, the lock file is left over from a crash: remove it.`,
        { retryAfter: 10_000 },
      );
    return last;
  };
  const git = async (
    cwd: string,
    args: readonly string[],
    more: GitOptions = {},
  ): Promise<string> => {
    const result = await attempt(cwd, args, more);
    if (!result.ok) throw gitFailed(args, result.stderr);
    return result.stdout;
  };
  return Object.assign(git, { attempt });
}

/** GIT_DIR and the like would point every command at one repository; identities may stay. */
const isRepositoryVariable = (name: string): boolean =>
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|CEILING_DIRECTORIES)$/.test(
    name,
  );

export function gitFailed(args: readonly string[], stderr: string): PluginError {
  const words = stderr.trim().split('\n').slice(-5).join('\n');
  if (/No space left on device/i.test(stderr))
    return transient(
      'AO_DISK_FULL',
      `git ${args[0]} failed because the disk is full. Free some space; ao tries again.\n${words}`,
    );
  return transient('AO_GIT_FAILED', `git ${args[0] ?? ''} failed: ${words || 'no message'}`);
}

function startFailure(
  bin: string,
  failure: {
    code?: string | undefined;
    shortMessage?: string | undefined;
    cwd: string;
    signal?: string | undefined;
  },
): PluginError {
  if (failure.signal)
    return transient('AO_GIT_FAILED', `${bin} was ended by ${failure.signal}.`, { cause: failure });
  // Node says ENOENT for a missing folder and for a missing program alike; the message of execa tells the folder.
  const message = failure.shortMessage ?? 'unknown reason';
  if (/cwd|working directory/i.test(message))
    return rejected(
      'AO_REPOSITORY_MISSING',
      `The folder ${failure.cwd} does not exist. Check the project's path.`,
      { cause: failure },
    );
  if (failure.code === 'ENOENT')
    return rejected(
      'AO_GIT_MISSING',
      `git was not found ("${bin}"). Install it (apt-get install git, brew install git) or set workspace.worktree.bin.`,
      {
        cause: failure,
      },
    );
  return transient('AO_GIT_FAILED', `${bin} could not be started: ${message}`, { cause: failure });
}
