import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readText } from '../../../src/lib/guarded/read.ts';

/** Of a repository or a worktree of it: files and folders of the past were left at the remote (`git clone --filter`). */
export function isPartialClone(repo: string): boolean {
  const config = readText(`${openBranchRefs(repo).commonDir}/config`, untold, { max: 1 << 20 });
  return /^\s*(?:promisor|partialclone)\s*=(?!\s*false)/im.test(config ?? '');
}

/** What is wrong with that, and what to do, in sentences. */
export const PARTIAL =
  "It is a partial clone, and ao's git doesn't fetch what it lacks while it writes files. Make it whole: git config --unset-all remote.origin.partialclonefilter, then git fetch --refetch origin.";
