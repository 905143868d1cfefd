import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { transient } from '../../../src/slots/errors.ts';

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Git of one repository. `run` never throws for git's own refusals; `text` does. */
export interface Git {
  readonly repo: string;
  run(args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** Trimmed standard output; a failure is a transient PluginError that quotes git. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
}

/** Another git at work in the same repository holds one of these for some milliseconds. */
const LOCKED = /could not lock|unable to create .*\.lock|index\.lock|cannot lock ref/i;
const LOCK_TRIES = 6;
const MAX_OUTPUT = 64 * 1024 * 1024;

export function openGit(repo: string, baseEnv: Readonly<Record<string, string>>): Git {
  const env = gitEnvironment(baseEnv);
  const once = async (args: readonly string[], options: GitOptions): Promise<GitResult> => {
    const result = await execa('git', args, {
      cwd: options.cwd ?? repo,
      env: { ...env, ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: MAX_OUTPUT,
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    });
    if (result.exitCode === undefined) {
      throw transient(
        'AO_SCM_GIT',
        `git could not be run (${result.originalMessage ?? result.shortMessage}). Check that git is installed and ${options.cwd ?? repo} exists.`,
        { cause: result },
      );
    }
    return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  };
  const run = async (args: readonly string[], options: GitOptions = {}): Promise<GitResult> => {
    for (let attempt = 1; ; attempt += 1) {
      const result = await once(args, options);
      if (result.code === 0 || attempt === LOCK_TRIES || !LOCKED.test(result.stderr)) return result;
      await pause(20 * 2 ** attempt * (0.5 + Math.random()));
    }
  };
  return {
    repo,
    run,
    async text(args, options) {
      const result = await run(args, options);
      if (result.code !== 0) throw gitFailed(args, result);
      return result.stdout.trim();
    },
  };
}

export const gitFailed = (args: readonly string[], result: GitResult): Error =>
  transient(
    'AO_SCM_GIT',
    `git ${args.find((arg) => !arg.startsWith('-')) ?? ''} failed with exit code ${result.code}: ${result.stderr.trim() || result.stdout.trim() || 'no output'}`,
  );

/** Only what the host gave, without variables that would point git at another repository; answers in English for parsing. */
function gitEnvironment(base: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(base).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_EDITOR: 'true',
  };
}

/** Splits NUL-terminated output (`-z`). */
export const fields = (output: string): string[] =>
  output.split('\0').filter((field) => field !== '');
