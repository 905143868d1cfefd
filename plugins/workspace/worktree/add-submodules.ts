import { join } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { checkOutSubmodules } from '../../../src/git/submodules/check-out.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { kindAt } from '../../../src/lib/guarded/kind.ts';
import { gitDirOf } from './marker.ts';

/** Fills the submodules of a fresh checkout; what of `trusted` counts: `Checkout`. Returns what is missing, in sentences. */
export async function addSubmodules(
  git: Git,
  repo: string,
  path: string,
  trusted: string,
): Promise<readonly string[]> {
  if (kindAt(join(path, '.gitmodules')) !== 'a regular file') return [];
  const gitDir = await gitDirOf(path);
  if (gitDir === null) return [];
  const [head, remote] = await Promise.all([
    git(path, ['rev-parse', '--verify', 'HEAD^{commit}']),
    git.attempt(repo, ['config', '--get', 'remote.origin.url']),
  ]);
  const { missing } = await checkOutSubmodules(git.attempt, {
    path,
    gitDir,
    mainGitDir: openBranchRefs(repo).commonDir,
    trusted,
    wanted: head,
    base: remote.ok ? remote.stdout : repo,
  });
  return missing;
}
