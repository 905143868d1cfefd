import { rm, stat } from 'node:fs/promises';
import type { Git } from '../../../src/git/git.ts';
import { gitFailed } from '../../../src/git/run-git.ts';
import { runProcess } from '../../../src/lib/process/run-process.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { refuseWhileBusy } from './busy.ts';
import { refuseReplaced } from './inspect-worktree.ts';
import { gitDirOf, readMarker } from './marker.ts';
import { areKept, keepModules, mayBeKept, returnModules } from './modules.ts';
import { endOrphans } from './orphans.ts';
import { forgetPushTarget } from './push-target.ts';
import {
  listSnapshots,
  readSnapshot,
  type Snapshot,
  type TakenSnapshot,
  takeSnapshot,
} from './snapshot.ts';

export interface Removal {
  readonly repo: string;
  readonly path: string;
  readonly id: string;
  readonly branch: string;
  readonly deleteBranch: boolean;
  /** The repository's git directory, which all its worktrees share. */
  readonly commonDir: string;
}

export interface RemovalResult {
  readonly snapshotRef: string | null;
  readonly branchDeleted: boolean;
}

export interface RemovalParts {
  readonly git: Git;
  readonly now: number;
  /** Of what is run: nothing else changes the repository's list of worktrees meanwhile. */
  readonly alone: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Seconds for a hundred thousand files; without end on a network file system that is away. */
const CHMOD_TIMEOUT = 5 * 60_000;

/**
 * Snapshot, then removal. Repeated after a crash in between it ends the work and returns the snapshot made before. A snapshot goes
 * through all files and the filters on them, which may take long: other worktrees of the repository don't wait for it.
 */
export async function removeWorktree(input: Removal, parts: RemovalParts): Promise<RemovalResult> {
  const { git, alone } = parts;
  const gitDir = await gitDirOf(input.path);
  if (gitDir === null && (await stat(input.path).catch(() => null))) {
    await refuseReplaced(git, input.path);
    throw rejected(
      'AO_WORKSPACE_NOT_A_WORKTREE',
      `${input.path} was not removed: it is not a git worktree (any more), so what is in it can't be snapshot. Look at it and remove it by hand.`,
    );
  }
  const look = gitDir === null ? null : await lastLook(git, input, gitDir, parts.now);
  const snapshot = look ?? (await lastSnapshot(git, input));
  return alone(async () => {
    if (gitDir === null || look === null)
      await git.attempt(input.repo, ['worktree', 'remove', '--force', '--', input.path]); // The registration, if any.
    else await removeKeeping(git, input, gitDir, look);
    await forgetPushTarget(git, input.repo, input);
    return {
      snapshotRef: snapshot?.ref ?? null,
      branchDeleted:
        input.deleteBranch && snapshot !== null && (await deleteBranch(git, input, snapshot)),
    };
  });
}

/** The snapshot; refuses where the workspace can't go. Null modules: a former try moved them out. */
async function lastLook(git: Git, input: Removal, gitDir: string, now: number): Promise<LastLook> {
  const marker = await readMarker(gitDir);
  if (marker && marker.id !== input.id)
    throw rejected(
      'AO_WORKSPACE_FOREIGN',
      `${input.path} was not removed: it is the workspace of ${marker.id}, not of ${input.id}.`,
    );
  await endOrphans(input.path);
  await refuseWhileBusy(input.path);
  const { path, id, commonDir } = input;
  // A former try that was cut off may have moved the submodules out already: then its snapshot is the one.
  if (mayBeKept(commonDir, gitDir, id)) {
    const last = await lastSnapshot(git, input);
    if (last !== null && areKept(commonDir, gitDir, last.ref)) return { ...last, modules: null };
  }
  return takeSnapshot(git, { path, gitDir, id, now });
}

type LastLook = Omit<TakenSnapshot, 'modules'> & {
  readonly modules: TakenSnapshot['modules'] | null;
};

/** Submodules' repositories are moved out first, and back where the worktree stays. */
async function removeKeeping(
  git: Git,
  input: Removal,
  gitDir: string,
  { ref, modules }: LastLook,
): Promise<void> {
  if (modules !== null) keepModules(input.commonDir, gitDir, ref, modules);
  try {
    await remove(git, input);
  } catch (error) {
    if (modules !== null) returnModules(input.commonDir, gitDir, ref);
    throw error;
  }
}

async function remove(git: Git, input: Removal): Promise<void> {
  const args = ['worktree', 'remove', '--force', '--', input.path];
  const result = await git.attempt(input.repo, args);
  if (result.ok) return;
  if (/locked working tree/.test(result.stderr))
    throw rejected(
      'AO_WORKSPACE_LOCKED',
      `${input.path} was not removed: somebody locked the worktree. "git worktree unlock ${input.path}" unlocks it.`,
    );
  // git stops at folders without write permission, such as Go's module cache.
  if (!/failed to delete|submodules/.test(result.stderr)) throw gitFailed(args, result.stderr);
  // What it can't change, `rm` says.
  await runProcess({
    bin: 'chmod',
    args: ['-R', 'u+rwX', '--', input.path],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: CHMOD_TIMEOUT,
  });
  await rm(input.path, { recursive: true, force: true, maxRetries: 3 });
  await git.attempt(input.repo, ['worktree', 'remove', '--force', '--', input.path]);
}

async function lastSnapshot(git: Git, { repo, id }: Removal): Promise<Snapshot | null> {
  const last = (await listSnapshots(git, repo, id)).at(-1);
  return last ? await readSnapshot(git, repo, last.ref) : null;
}

/** Only when the branch is where the snapshot has it, which keeps its commits. git refuses for a branch checked out elsewhere. */
async function deleteBranch(
  git: Git,
  { repo, branch }: Removal,
  snapshot: Snapshot,
): Promise<boolean> {
  const tip = await git.attempt(repo, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  if (!tip.ok || snapshot.branch !== branch || tip.stdout !== snapshot.head) return false;
  return (await git.attempt(repo, ['branch', '-D', '--quiet', '--', branch])).ok;
}
