import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpushedPointers } from '../../../src/git/submodules/pushed.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { ProjectClone } from '../../shared/forge/project-clone.ts';
import type { Heads } from './heads.ts';
import type { Core } from './schema.ts';

/**
 * A merged pointer to a commit of a submodule that only the session's worktree has would leave the base broken for everybody
 * else: `rejected`, AO_SCM_SUBMODULE_UNPUSHED. Where the clone can't have the two commits nothing is known, and GitHub decides.
 */
export async function refuseUnpushedPointers(
  clone: ProjectClone,
  heads: Heads,
  pr: Core,
  dataDir: string,
): Promise<void> {
  const { remote, ref } = heads.refOf(pr);
  const there =
    (await clone.has(pr.baseRefOid, heads.baseRemote(), `refs/heads/${pr.baseRefName}`)) &&
    (await clone.has(pr.headRefOid, remote, ref));
  if (!there) return;
  const folder = join(dataDir, 'merges');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temp = await mkdtemp(join(folder, 'pointers-'));
  try {
    const problems = await unpushedPointers(clone.run, {
      repo: clone.repo,
      commonDir: openBranchRefs(clone.repo).commonDir,
      base: pr.baseRefOid,
      head: pr.headRefOid,
      temp,
    });
    if (problems.length > 0) throw rejected('AO_SCM_SUBMODULE_UNPUSHED', problems.join(' '));
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}
