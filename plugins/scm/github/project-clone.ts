import { execa } from 'execa';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';

/** The project's own clone: what GitHub doesn't tell, git does, and it costs no calls. */
export interface ProjectClone {
  git(...args: readonly string[]): Promise<{ readonly exitCode: number | undefined; readonly stdout: string }>;
  /** Whether the commit is there, fetched by its branch where it wasn't. */
  has(sha: string, branch: string): Promise<boolean>;
}

export function projectClone(project: ProjectInfo, context: PluginContext): ProjectClone {
  const git: ProjectClone['git'] = async (...args) => {
    const { exitCode, stdout } = await execa('git', args, {
      cwd: project.repo,
      env: { ...context.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
    return { exitCode, stdout: String(stdout ?? '') };
  };
  const present = async (sha: string): Promise<boolean> => (await git('cat-file', '-e', `${sha}^{commit}`)).exitCode === 0;
  return {
    git,
    has: async (sha, branch) =>
      (await present(sha)) || ((await git('fetch', '--quiet', '--no-tags', 'origin', `refs/heads/${branch}`)).exitCode === 0 && (await present(sha))),
  };
}

/** Files that differ between two commits of a branch; empty when one of them can't be had (a forced push from elsewhere). */
export async function changedFiles(
  clone: ProjectClone,
  change: { readonly from: string; readonly to: string; readonly branch: string },
): Promise<readonly string[]> {
  if (!(await clone.has(change.from, change.branch)) || !(await clone.has(change.to, change.branch))) return [];
  const { exitCode, stdout } = await clone.git('diff', '--name-only', '--no-renames', '-z', change.from, change.to);
  return exitCode === 0 ? stdout.split('\0').filter((file) => file !== '') : [];
}
