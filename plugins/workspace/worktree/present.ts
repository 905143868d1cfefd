import { realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readText } from '../../../src/lib/guarded/read.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';
import { isTaken } from './add-worktree.ts';
import { gitDirOf, type Marker, readMarker } from './marker.ts';
import { flat } from './other-branch.ts';
import { resolveStart } from './repository.ts';

/** The repository's folder, also where its base isn't there yet. */
export async function commonDirOf(git: Git, repo: string): Promise<string> {
  const found = await realpath(openBranchRefs(repo).commonDir).catch(() => null);
  return found ?? (await resolveStart(git, repo, 'HEAD')).commonDir;
}

/**
 * The workspace that is there already; `baseSha` is that of one without a marker, and `head` its HEAD as git writes it where that isn't
 * the branch of the spec. Throws when something else is there.
 */
export async function findPresent<Base extends string | null>(
  path: string,
  spec: WorkspaceSpec,
  baseSha: Base,
  head: string | null = null,
): Promise<(Omit<Marker, 'baseSha'> & { readonly baseSha: string | Base }) | null> {
  const gitDir = await gitDirOf(path);
  const marker =
    gitDir === null
      ? null
      : ((await readMarker(gitDir)) ?? (await halfMade(gitDir, spec, baseSha, head)));
  if (marker?.id === spec.id && isWanted(spec, marker.branch)) return marker;
  if (await isTaken(path))
    throw rejected(
      'AO_WORKSPACE_PATH_TAKEN',
      `${path} exists already and is not the workspace of ${spec.id} on branch ${spec.branch}. Move or remove it, then try again.`,
    );
  return null;
}

/** Registered by git, and then the bot was killed before it wrote the marker: on the branch, and nothing checked out yet. */
async function halfMade<Base extends string | null>(
  gitDir: string,
  spec: WorkspaceSpec,
  baseSha: Base,
  wanted: string | null,
): Promise<(Omit<Marker, 'baseSha'> & { readonly baseSha: Base }) | null> {
  const head = readText(join(gitDir, 'HEAD'), untold) ?? '';
  const untouched = !(await stat(join(gitDir, 'index')).catch(() => null));
  const branch = /^ref: refs\/heads\/(.+)$/.exec(head.trim())?.[1] ?? '';
  if (untouched && head.trim() === wanted)
    return { id: spec.id, branch: spec.branch, baseSha, ready: false };
  return untouched && isWanted(spec, branch)
    ? { id: spec.id, branch, baseSha, ready: false }
    : null;
}

/** The branch itself, or one that was taken in its place. */
const isWanted = ({ branch, orOtherBranch }: WorkspaceSpec, found: string): boolean =>
  found === branch ||
  (orOtherBranch === true &&
    [found, found.replace(/-\d+$/, '')].some((name) => name === branch || name === flat(branch)));

/** Those with ao's mark, wherever they are (the root may have been configured anew), and half-made ones in the present root. */
export async function ownWorktrees(
  porcelain: string,
  folder: string,
): Promise<Array<{ id: string; path: string; branch: string | null }>> {
  const found = [];
  for (const entry of porcelain.split('\n\n')) {
    const path = /^worktree (.*)$/m.exec(entry)?.[1];
    const gitDir = path === undefined ? null : await gitDirOf(path);
    if (path === undefined || gitDir === null) continue;
    const id =
      (await readMarker(gitDir))?.id ?? (path.startsWith(folder + sep) ? basename(path) : null);
    if (id !== null)
      found.push({ id, path, branch: /^branch refs\/heads\/(.*)$/m.exec(entry)?.[1] ?? null });
  }
  return found;
}
