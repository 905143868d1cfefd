import type { BranchPush, WorkspaceTrouble } from '../domain/session/facts.ts';
import type { DoctorFinding } from './context.ts';

export interface WorkspaceSpec {
  /** Session id. */
  readonly id: string;
  /** Absolute path of the project's repository. */
  readonly repo: string;
  readonly branch: string;
  /** Branch or ref to start from. */
  readonly base: string;
  /** The branch may exist already (adopted PR, restore); otherwise an existing branch is refused. */
  readonly reuseBranch: boolean;
  /** A name that is taken, here or at the remote, or that another branch's name stands in the way of, is replaced by a free one; a note says so. */
  readonly orOtherBranch?: boolean;
  /** Commits of the branch are fetched from there first; a branch that is here already is brought forward, never back. */
  readonly from?: { readonly remote: string; readonly ref: string };
  /** A plain `git push` in the workspace goes there. */
  readonly pushTo?: { readonly url: string; readonly branch: string };
  /** Untracked paths relative to the repository that are copied into the workspace (e.g. `node_modules`), blocks shared where the file system can. */
  readonly copies: readonly string[];
  /** The same, but linked where ao's user can't write them: what a session does must never reach the original. */
  readonly symlinks: readonly string[];
  /** Commands run in the workspace after it was made; each a shell line. */
  readonly postCreate: readonly string[];
  readonly postCreateTimeoutMs: number;
  /** Untracked files to place, path relative to the workspace -> content. Listed in `info/exclude`, never committed. */
  readonly files: Readonly<Record<string, string>>;
}

export interface WorkspaceInfo {
  readonly path: string;
  readonly branch: string;
  /** Commit the branch started at. */
  readonly baseSha: string;
  /** What people should know of how it was made, in sentences: what is missing in it, how old its base is. */
  readonly notes?: readonly string[];
}

export interface WorkspaceState {
  readonly exists: boolean;
  /** Uncommitted or untracked (not ignored) files. */
  readonly dirty: boolean;
  /** Which files those are, deleted ones too; left out: not known. */
  readonly changed?: readonly string[];
  readonly headSha: string | null;
  /** The branch that is checked out, which may be one of the agent's own; null: none (detached HEAD). Left out: not known. */
  readonly branch?: string | null;
  /** Commits on the branch that are not in the base. */
  readonly ahead: number;
}

export interface WorkspaceTroubles {
  /** By path: in the workspace itself, and in what the repository keeps for it alone. */
  readonly own: ReadonlyMap<string, readonly WorkspaceTrouble[]>;
  /** In the repository, so in all its workspaces. */
  readonly shared: readonly WorkspaceTrouble[];
}

export interface FollowInput {
  /** Session id. */
  readonly id: string;
  /** Absolute path of the project's repository. */
  readonly repo: string;
  readonly path: string;
  readonly branch: string;
  /** Where the branch was pushed to. */
  readonly sha: string;
  /** The branch it goes into: its commits are nobody's work here. */
  readonly base: string;
  /** Where the commit is, if it isn't in the repository; null: it isn't fetched. */
  readonly from: { readonly remote: string; readonly ref: string } | null;
  /** Nobody works in it right now, so its files may change. */
  readonly mayTake: boolean;
}

/** What of a push the workspace has: the whole (and `ours` commits of its own besides; absent: none), or as `BranchPush` says. */
export type Followed = { readonly type: 'has'; readonly ours?: number } | BranchPush;

/** The checkout an agent works in. Work in it is never destroyed: `remove` snapshots first. */
export interface WorkspacePlugin {
  /** Checks that `repo` can be worked on. Throws `rejected` with the reason: not a repository, bare, no commits, too old a git... Shallow, dirty and detached are warnings. Warnings may be as old as the last change of the repository's HEAD or configuration. */
  checkRepository(repo: string): Promise<{ defaultBranch: string; warnings: readonly string[] }>;
  /** Idempotent: an existing workspace of this id and branch is returned as it is. Submodules are checked out as far as `base` names them with the same address. Safe for many at once on one repository. */
  create(spec: WorkspaceSpec): Promise<WorkspaceInfo>;
  state(path: string, base: string): Promise<WorkspaceState>;
  /** Compares the workspace with where its branch was pushed to, and brings a clean one forward. Never destroys or merges anything. Left out: pushes of others aren't noticed. */
  follow?(input: FollowInput): Promise<Followed>;
  /** Includes checked out submodules. Stores staged, unstaged and untracked (not ignored) files and the head under `refs/ao/snapshots/<id>/<n>`; returns the ref. Changes nothing in the workspace. */
  snapshot(path: string, id: string): Promise<string>;
  /** Snapshot, then removal; of submodules everything is kept, so that `restore` brings it back. Refuses (`rejected`, AO_WORKSPACE_BUSY) while a process still has its cwd in it. Idempotent: when it is gone already, the last snapshot of `id` is returned (a crash may have come in between), null when there is none. */
  remove(input: {
    repo: string;
    path: string;
    id: string;
    branch: string;
    deleteBranch: boolean;
  }): Promise<{ snapshotRef: string | null; branchDeleted: boolean }>;
  /**
   * Brings a removed workspace back, with head, index, unstaged and untracked files as they were in the snapshot: on the branch it was
   * on, or on none. Where that isn't the session's own, a note says so.
   */
  restore(spec: WorkspaceSpec, snapshotRef: string): Promise<WorkspaceInfo>;
  /** Folders outside of the workspace that git in it needs: what runs in a file system of its own gets them, too. Absent: none. */
  folders?(path: string): readonly string[];
  /** Everything this plugin made for the repository, for prune and boot reconcile. */
  list(
    repo: string,
  ): Promise<
    ReadonlyArray<{ readonly id: string; readonly path: string; readonly branch: string | null }>
  >;
  /** Diff of the workspace against where its branch left the base (committed and not). */
  diff(
    path: string,
    base: string,
  ): Promise<{ stat: string; patch: string; additions: number; deletions: number; files: number }>;
  /** Every snapshot this plugin stored in the repository; `at` in ms UTC. */
  snapshots(
    repo: string,
  ): Promise<ReadonlyArray<{ readonly ref: string; readonly id: string; readonly at: number }>>;
  /** Nobody will ask for them any more. Those that are gone already are no error. */
  dropSnapshots(repo: string, refs: readonly string[]): Promise<void>;
  /**
   * What an agent, or a person, did to the repository or to these workspaces of it that git of ao's doesn't obey; nothing that is mended.
   * Asked every few seconds: looks at files, and starts a program only where the repository's configuration changed. Absent: it
   * has no such things.
   */
  troubles?(repo: string, paths: readonly string[]): Promise<WorkspaceTroubles>;
  doctor(repo: string): Promise<readonly DoctorFinding[]>;
}
