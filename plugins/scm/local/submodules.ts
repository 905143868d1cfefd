import { join } from 'node:path';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { checkOutSubmodules, type SubmoduleResult } from '../../../src/git/submodules/check-out.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { kindAt } from '../../../src/lib/guarded/kind.ts';
import { readSmallText } from '../../../src/lib/guarded/read.ts';

/** Fills the submodules of a fresh checkout of `sha`, as far as the branch `trusted` names them with the same address. */
export async function addSubmodules(
  git: Git,
  tree: string,
  sha: string,
  trusted: string,
): Promise<SubmoduleResult> {
  const gitDir = /^gitdir: ([^\n]+)\n*$/.exec(readSmallText(join(tree, '.git')) ?? '')?.[1];
  if (gitDir === undefined || kindAt(join(tree, '.gitmodules')) !== 'a regular file')
    return { missing: [], failed: false };
  const remote = await git.run(['config', '--get', 'remote.origin.url']);
  return await checkOutSubmodules((cwd, args, options) => git.run(args, { ...options, cwd }), {
    path: tree,
    gitDir,
    mainGitDir: openBranchRefs(git.repo).commonDir,
    trusted: await git.text([
      'rev-parse',
      '--verify',
      '--end-of-options',
      `refs/heads/${trusted}^{commit}`,
    ]),
    wanted: sha,
    base: remote.code === 0 ? remote.stdout.trim() : git.repo,
  });
}
