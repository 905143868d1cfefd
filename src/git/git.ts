import { createRunGit, type GitOptions, gitFailed } from './run-git.ts';
import type { GitSetup } from './setup.ts';

export interface GitAnswer {
  readonly ok: boolean;
  readonly code: number;
  /** Final newline cut. */
  readonly stdout: string;
  readonly stderr: string;
}

/** git for whoever works in several folders. What it promises: `RunGit`. */
export interface Git {
  /** Runs and returns what git printed, final newline cut. Throws PluginError when git fails. */
  (cwd: string, args: readonly string[], options?: GitOptions): Promise<string>;
  /** Runs and returns failure as a value. */
  attempt(cwd: string, args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
}

export function createGit(setup: GitSetup): Git {
  const run = createRunGit(setup);
  const attempt: Git['attempt'] = async (cwd, args, options) => {
    const result = await run(cwd, args, options);
    return {
      ...result,
      stdout: result.stdout.replace(/\n$/, ''),
      stderr: result.stderr.replace(/\n$/, ''),
    };
  };
  const git = async (
    cwd: string,
    args: readonly string[],
    options?: GitOptions,
  ): Promise<string> => {
    const result = await attempt(cwd, args, options);
    if (!result.ok) throw gitFailed(args, result.stderr || result.stdout);
    return result.stdout;
  };
  return Object.assign(git, { attempt });
}
