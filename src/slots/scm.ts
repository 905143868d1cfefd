import type { Check, PullRequestFact, ReviewComment } from '../domain/session/facts.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { FileProblem } from '../lib/guarded/problem.ts';
import type { DoctorFinding } from './context.ts';

/** What ao watches: the branch of a session, or an adopted pull request. */
export interface ScmWatchTarget {
  readonly session: string;
  readonly branch: string;
  readonly base: string;
  /** Pull requests already known of this session, by key. */
  readonly prs: readonly string[];
  /** Pull requests opened before this moment on a re-used branch belong to somebody else. */
  readonly since: number;
}

/** Where the commits of a pull request are, and where new ones go. */
export interface PullRequestHead {
  readonly sha: string;
  /** Remote of the project's clone and the ref there that has them; null: the clone's own branch. */
  readonly from: { readonly remote: string; readonly ref: string } | null;
  readonly push: PushTarget;
}

export type PushTarget =
  /** Where the clone pushes anyway, under the same name. */
  | { readonly type: 'own' }
  | { readonly type: 'fork'; readonly url: string; readonly branch: string }
  /** Nobody can push to it from here; `why` ends a sentence. */
  | { readonly type: 'none'; readonly why: string };

export interface PullRequestChanges {
  /** As `git diff` prints it. */
  readonly patch: string;
  /**
   * Every path that differs, under its old and its new name, from the two commits themselves: no detection of renames and no
   * program that a repository names has a say in it. Null: it can't be told.
   */
  readonly files: readonly string[] | null;
}

/** What a reviewer says of a place in the diff. */
export interface LineRemark {
  readonly file: string;
  /** In the file as the head has it, from 1. Null: a line that the head doesn't have; `hunk` shows it. */
  readonly line: number | null;
  /** The lines as the reviewer saw them, with the signs of a diff. */
  readonly hunk: string | null;
  readonly text: string;
}

export interface PullRequestDetails {
  /** Checks with excerpts filled in for the failing ones. */
  readonly checks: readonly Check[];
  readonly comments: readonly ReviewComment[];
}

export interface MergeResult {
  readonly type: 'merged' | 'enqueued';
  readonly mergeSha: string | null;
  /** What was done differently from what was asked, and why; for people. */
  readonly note?: string;
}

/** What became of the open pull requests that went into a branch, by number. */
export interface StackMove {
  /** Where those that were moved go now. */
  readonly base: string;
  readonly moved: readonly number[];
  /** They still go into the branch; `why` is a sentence. */
  readonly stay: readonly { readonly number: number; readonly why: string }[];
}

/** Rate limits of the forge, and what they were used for. */
export interface ScmQuota {
  /** Whose limits these are; projects that share an account share them. */
  readonly account?: string;
  /** Largest part of a limit that was used up at once in the last 24 hours, 0 to 1. */
  readonly peak?: number;
  /** How polling goes: as configured, slower so that the limit is never reached, or not at all before `until`. */
  readonly pace?: {
    readonly state: 'normal' | 'slow' | 'held';
    readonly factor: number;
    readonly until: number | null;
  };
  readonly used: number;
  readonly limit: number;
  readonly resetAt: number;
  /** Each limit of the forge by its name. */
  readonly limits?: Readonly<
    Record<
      string,
      {
        readonly used: number;
        readonly limit: number;
        readonly remaining: number;
        readonly resetAt: number;
      }
    >
  >;
  /** Since the start, by purpose: calls, the points they cost, and free answers "nothing changed". */
  readonly by?: Readonly<
    Record<
      string,
      { readonly requests: number; readonly points: number; readonly unchanged: number }
    >
  >;
}

/**
 * Where pull requests, checks and reviews live. One instance per project. Failures are thrown as PluginError and are facts about
 * us, never about the pull request. Everything that changes the world is idempotent by its arguments.
 */
export interface ScmPlugin {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Pull requests of all targets in as few calls as possible; `session` says whose each is. */
  pullRequests(
    targets: readonly ScmWatchTarget[],
  ): Promise<ReadonlyArray<{ readonly session: string; readonly fact: PullRequestFact }>>;
  /** Milliseconds until `pullRequests` is worth asking again, by what is known now; without it the host's own interval counts. */
  nextLook?(): number;
  /** Reads one pull request freshly (merge gate, adoption). Throws `not_found`. */
  read(pr: string): Promise<PullRequestFact>;
  /** `reference`: number, URL or key -> key. Throws `not_found`. */
  resolve(reference: string): Promise<string>;
  /** Where an agent that takes the pull request over starts and where it pushes. Left out: its branch is in the clone and pushed as any other. */
  head?(pr: string): Promise<PullRequestHead>;
  /** What the latest `pullRequests` could not read, by session; it gave no fact about those. Left out: nothing is read from files. */
  unreadable?(): readonly { readonly session: string; readonly problem: FileProblem }[];
  /** The repository was renamed or given to another owner since people were told last: `told` says that they were. Null: nothing to tell. */
  moved?(): { readonly from: string; readonly to: string; told(): void } | null;
  /** Calls `listener` when something may have changed (webhook, check finished): look again now. `null`: all. */
  onChange(listener: (pr: string | null) => void): () => void;
  /** Excerpts of failing checks of `sha`, and all review comments. */
  details(pr: string, sha: string): Promise<PullRequestDetails>;
  /** Whole log of one check, plain text. */
  checkLog(pr: string, ref: string): Promise<string>;
  /**
   * Opens a pull request, or returns the open one of that branch with the new text. An open one keeps its base unless
   * `mayMove`: `rejected` (AO_SCM_BASE_FIXED) when `base` is another. Only where `capabilities.create`.
   */
  create(input: {
    session: string;
    branch: string;
    base: string;
    title: string;
    body: string;
    draft: boolean;
    mayMove?: boolean;
    /**
     * The commit the work is at. `rejected` (AO_SCM_OTHER_HEAD) when the branch is at another one where the pull request would
     * be opened: what was pushed there under the same name before is somebody else's work.
     */
    head?: string | null;
    /** Keys of the caller's own pull requests, and since when it works: an open one besides is `rejected`, AO_SCM_FOREIGN_PR. */
    own?: { readonly prs: readonly string[]; readonly since: number };
  }): Promise<PullRequestFact>;
  /**
   * Merges exactly `sha` into exactly `base`. Must fail with `rejected` (AO_SCM_HEAD_MOVED, AO_SCM_BASE_CHANGED,
   * AO_SCM_CONFLICT, AO_SCM_BASE_DIRTY, ...) when the head is not `sha`, or the pull request goes into another branch. Merged
   * already with this sha: returns it.
   */
  merge(
    pr: string,
    input: {
      sha: string;
      base: string;
      method: 'squash' | 'merge' | 'rebase';
      title: string;
      body: string;
      by: Actor;
    },
  ): Promise<MergeResult>;
  /**
   * `rejected`: AO_SCM_FOREIGN when the branch is in a repository that is not ours, AO_SCM_BRANCH_IS_BASE while open pull
   * requests go into it.
   */
  deleteBranch(pr: string): Promise<void>;
  /**
   * Moves the open pull requests that go into the branch of `pr` to the base of `pr`, so that its branch can be deleted. Left
   * out: nothing can be stacked here.
   */
  moveStacked?(pr: string): Promise<StackMove>;
  rerun(pr: string, sha: string): Promise<void>;
  /** A draft becomes ready for review and merge; one that is ready already stays so. Left out: there are no drafts. */
  markReady?(pr: string, sha: string): Promise<void>;
  /**
   * Asks `reviewers` (ids of `ReviewFact.requests`) to look at `sha` after the changes they asked for were answered; the
   * same twice asks once. Left out: ao asks in the chat only.
   */
  askAgain?(
    pr: string,
    input: { readonly reviewers: readonly string[]; readonly from: string; readonly sha: string },
  ): Promise<void>;
  updateBranch(pr: string, sha: string): Promise<void>;
  /**
   * Only where `capabilities.review`: ao itself keeps the reviews (local scm). With `sha`: the head the person saw; `rejected`
   * (AO_SCM_HEAD_MOVED) when it moved. With `base`: the base they saw; `rejected` (AO_SCM_BASE_CHANGED) when it is another. A
   * review is of head and base: an approval counts for no other pair.
   */
  review(
    pr: string,
    input: {
      decision: 'approve' | 'request_changes' | 'comment';
      text: string;
      by: Actor;
      file: string | null;
      line: number | null;
      /** Remarks on lines, beside `text`. Left out: none. */
      comments?: readonly LineRemark[];
      key: string;
      sha?: string | null;
      base?: string | null;
    },
  ): Promise<void>;
  comment(
    pr: string,
    input: { body: string; key: string; inReplyTo: string | null },
  ): Promise<void>;
  /** `threadId` may be that of a comment that has no thread: then it is marked as dealt with, where the forge can. */
  resolveThread(pr: string, threadId: string): Promise<void>;
  /** Files that differ between two commits of the pull request. Without it threads are never resolved by ao itself. */
  changedFiles?(pr: string, from: string, to: string): Promise<readonly string[]>;
  close(pr: string): Promise<void>;
  /** What changed between two heads of the pull request, as a patch; empty: nothing. `rejected` when one of them can't be had. Left out: ao can't show it. */
  changes?(pr: string, from: string, to: string): Promise<string>;
  /**
   * What the pull request changes with exactly the head `sha`. `rejected` (AO_SCM_HEAD_MOVED) when that isn't its head: what is
   * shown, checked and merged is one commit. Of one that is over: what it was merged or closed with.
   */
  diff(pr: string, sha: string): Promise<PullRequestChanges>;
  /** Write permission of a forge login, read live. */
  permission(login: string): Promise<'none' | 'read' | 'write' | 'admin' | 'unknown'>;
  /** Text of the CODEOWNERS file on the base of this pull request; null: there is none. Left out: never any. */
  codeOwners?(pr: string): Promise<string | null>;
  quota(): Promise<ScmQuota | null>;
  readonly capabilities: {
    readonly create: boolean;
    readonly review: boolean;
    readonly rerun: boolean;
    readonly updateBranch: boolean;
    readonly webhooks: boolean;
    /** Header, lower case, in which the forge signs deliveries: one without it is refused before its body is read. Left out: every body is read. */
    readonly signatureHeader?: string;
    /** Branches live at the forge: after a merge they are deleted there, besides in the project's clone. */
    readonly remoteBranches?: boolean;
  };
  /** Only where `capabilities.webhooks`. Throws `auth` on a bad signature. Returns the delivery id; `onChange` is called as a result. */
  webhook(request: {
    headers: Readonly<Record<string, string>>;
    body: Uint8Array;
  }): Promise<{ delivery: string; event: string }>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
