import {
  createRunGit,
  type GitResult,
  gitFailed,
  type GitOptions as RunOptions,
} from './run-git.ts';
import type { GitSetup } from './setup.ts';

export interface RepositoryGitOptions extends RunOptions {
  /** A worktree of the repository; default: its main checkout. */
  readonly cwd?: string;
}

/** git of one repository. `run` never throws for git's own refusals; `text` does. Both: `RunGit`. */
export interface RepositoryGit {
  readonly repo: string;
  run(args: readonly string[], options?: RepositoryGitOptions): Promise<GitResult>;
  /** Trimmed standard output; a failure is a PluginError (AO_SCM_GIT) in git's own words, transient where they name what passes. */
  text(args: readonly string[], options?: RepositoryGitOptions): Promise<string>;
}

export function openRepositoryGit(repo: string, setup: GitSetup): RepositoryGit {
  const call = createRunGit(setup);
  const run: RepositoryGit['run'] = (args, { cwd, ...options } = {}) =>
    call(cwd ?? repo, args, options);
  return {
    repo,
    run,
    async text(args, options) {
      const result = await run(args, options);
      if (!result.ok) throw gitCallFailed(args, result);
      return result.stdout.trim();
    },
  };
}

/** `gitFailed` as AO_SCM_GIT. */
export const gitCallFailed = (args: readonly string[], result: GitResult): Error =>
  gitFailed(
    args,
    result.stderr.trim() || result.stdout.trim() || `exit code ${result.code}`,
    'AO_SCM_GIT',
  );

/** Splits NUL-terminated output (`-z`). */
export const fields = (output: string): string[] =>
  output.split('\0').filter((field) => field !== '');
