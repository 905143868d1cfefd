import { transient } from '../slots/errors.ts';
import { createRunGit, type GitResult, type GitOptions as RunOptions } from './run-git.ts';
import type { GitSetup } from './setup.ts';

export interface RepositoryGitOptions extends RunOptions {
  /** A worktree of the repository; default: its main checkout. */
  readonly cwd?: string;
}

/** git of one repository. `run` never throws for git's own refusals; `text` does. Both: `RunGit`. */
export interface RepositoryGit {
  readonly repo: string;
  run(args: readonly string[], options?: RepositoryGitOptions): Promise<GitResult>;
  /** Trimmed standard output; a failure is a transient PluginError (AO_SCM_GIT) that quotes git. */
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

export const gitCallFailed = (args: readonly string[], result: GitResult): Error =>
  transient(
    'AO_SCM_GIT',
    `git ${args.find((arg) => !arg.startsWith('-')) ?? ''} failed with exit code ${result.code}: ${result.stderr.trim() || result.stdout.trim() || 'no output'}`,
  );

/** Splits NUL-terminated output (`-z`). */
export const fields = (output: string): string[] =>
  output.split('\0').filter((field) => field !== '');
