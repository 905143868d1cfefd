/** A review thread, or a remark on the whole pull request. */
export interface ThreadView {
  /** `t1`, `t2`, …: how people name it. */
  readonly ref: string;
  /** At the forge. */
  readonly id: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly resolved: boolean;
  readonly comments: ReadonlyArray<{
    readonly author: string;
    readonly own: boolean;
    readonly body: string;
    readonly at: number;
  }>;
}

/** What a session changed. */
export interface DiffView {
  readonly stat: string;
  readonly patch: string;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
  /** The commit it is of, of an open or former pull request; null: of the checkout, uncommitted changes included. */
  readonly head: { readonly number: number; readonly sha: string; readonly base: string } | null;
  /** What the checkout has that the head doesn't: another commit, and files that are not committed. Null: nothing, or not known. */
  readonly worktree: { readonly headSha: string | null; readonly files: readonly string[] } | null;
}
