import { execa } from 'execa';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';

/** Files in which two commits conflict. GitHub doesn't tell them, so the project's own clone is asked; empty when it can't say. */
export type ConflictingFiles = (pr: {
  readonly base: string;
  readonly baseSha: string;
  readonly headSha: string;
  readonly branch: string;
}) => Promise<readonly string[]>;

const MAX_KNOWN = 200;

export function createConflictingFiles(project: ProjectInfo, context: PluginContext): ConflictingFiles {
  const known = new Map<string, readonly string[]>();
  const git = (...args: readonly string[]) =>
    execa('git', args, {
      cwd: project.repo,
      env: { ...context.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
  const has = async (sha: string): Promise<boolean> => (await git('cat-file', '-e', `${sha}^{commit}`)).exitCode === 0;
  const fetched = async (sha: string, branch: string): Promise<boolean> =>
    (await has(sha)) || ((await git('fetch', '--quiet', '--no-tags', 'origin', `refs/heads/${branch}`)).exitCode === 0 && (await has(sha)));

  return async ({ base, baseSha, headSha, branch }) => {
    const key = `${baseSha} ${headSha}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (!(await fetched(baseSha, base)) || !(await fetched(headSha, branch))) return [];
    const merged = await git('merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', baseSha, headSha);
    // 1: it conflicts. The first entry is the tree.
    const files =
      merged.exitCode === 1
        ? String(merged.stdout)
            .split('\0')
            .slice(1)
            .filter((file) => file !== '')
        : [];
    known.set(key, files);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value ?? '');
    return files;
  };
}
