import { changedFiles as changedNames } from '../../../src/domain/merge/changed-files.ts';
import { type PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import type { PullRequestChanges } from '../../../src/slots/scm.ts';
import { filesOf, type ProjectClone } from '../../shared/forge/project-clone.ts';
import type { Heads } from './heads.ts';
import type { Core } from './schema.ts';

interface DiffParts {
  readonly clone: ProjectClone;
  readonly heads: Heads;
  /** The merge request, read now. */
  read(): Promise<Core>;
  raw(number: number): Promise<string>;
}

/** GitLab gives the diff of the head it has: that must be the one that was asked for, before and after. */
export async function diffOf(
  { clone, heads, read, raw }: DiffParts,
  sha: string,
): Promise<PullRequestChanges> {
  const before = await read();
  const patch = await raw(before.iid);
  const after = await read();
  const other = [before, after].find((core) => core.diffHeadSha !== sha);
  if (other !== undefined)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `This was for ${sha.slice(0, 7)}, but the head of !${other.iid} is ${other.diffHeadSha?.slice(0, 7) ?? 'not known yet'}. Look at the new state first, then try again.`,
    );
  const { remote, ref } = heads.refOf(after);
  const base = after.diffRefs?.baseSha ?? after.diffRefs?.startSha;
  const files =
    base == null
      ? null
      : await filesOf(clone, {
          base: { sha: base, ref: `refs/heads/${after.targetBranch}` },
          head: { sha, ref },
          remote,
        });
  return { patch, files: files ?? namesOf(patch) };
}

/** Where the clone can't have the commits: as GitLab names them in its own diff. */
function namesOf(patch: string): readonly string[] | null {
  const names = changedNames(patch);
  return names === null || (names.size === 0 && patch.trim() !== '') ? null : [...names];
}

/** Right after opening GitLab has neither head nor diff. */
export const notPrepared = (number: number): PluginError =>
  transient(
    'AO_SCM_NOT_YET',
    `GitLab is still preparing merge request !${number}; ao looks again.`,
    {
      retryAfter: 2_000,
    },
  );
