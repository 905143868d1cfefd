/**
 * Facts: what was observed about the world, each with the time it was observed. A probe that fails
 * yields no fact at all; `unknown` never changes a state.
 */
import type { Millis } from './time.ts';

export type { RuntimeFact, RuntimeState } from './runtime-fact.ts';

export type ActivityState =
  | 'starting'
  | 'active'
  /** The turn ended: the agent waits for its next message. */
  | 'ready'
  | 'idle'
  /** A question or permission request is open in the agent: nothing may be typed. */
  | 'waiting_input'
  /** The agent shows an error and does nothing. */
  | 'blocked'
  /** Usage limit of the agent's account; `resetAt` tells when it ends. */
  | 'limited'
  | 'exited';

/** Where a fact about activity came from, best first. A worse source never overrides a fresh better one. */
export type ActivitySource = 'protocol' | 'hook' | 'transcript' | 'terminal';

export interface ActivityFact {
  readonly state: ActivityState;
  readonly source: ActivitySource;
  /** Error text, limit text, or the last line of activity, already cleaned of control characters. */
  readonly detail: string | null;
  /** Only with `limited`. */
  readonly resetAt: Millis | null;
  /** When this state began. */
  readonly since: Millis;
  readonly at: Millis;
}

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'cancelled'
  | 'skipped'
  | 'neutral'
  | 'timed_out'
  | 'action_required'
  /** The check could not be run at all: a fact about us or the infrastructure, not about the code. */
  | 'infrastructure';

export interface Check {
  readonly name: string;
  readonly status: 'queued' | 'running' | 'completed';
  readonly conclusion: CheckConclusion | null;
  readonly url: string | null;
  /** Null: the scm doesn't tell, so every check counts. */
  readonly required: boolean | null;
  /** Lines around the error: ANSI stripped, size-limited, redacted. Null until details were read. */
  readonly excerpt: string | null;
  /** The scm can be asked for more with this id (log page, rerun). */
  readonly ref: string | null;
  /** Grows with each run: of two runs with one name the greater is the newer, and counts. Absent or null: the scm doesn't tell. */
  readonly order?: number | null;
  /** What began the run (push, pull request, schedule), as the scm calls it; tells runs of one name apart. */
  readonly occasion?: string | null;
}

export type ChecksState = 'none' | 'pending' | 'passing' | 'failing' | 'unknown';

export interface ChecksFact {
  readonly state: ChecksState;
  /** The commit these checks ran on. Not always the head. */
  readonly sha: string | null;
  readonly checks: readonly Check[];
  /** When the first failure of this SHA was seen; the CI ladder settles 60 s after it at the latest. */
  readonly firstFailureAt: Millis | null;
  /** The list is whole from the moment of the push, so nothing is waited for that may still register. Absent: it may grow. */
  readonly complete?: boolean;
  /** Names that a rule of the base requires and that have not reported. Absent: the scm doesn't tell. */
  readonly missing?: readonly string[];
}

export interface ReviewComment {
  readonly id: string;
  readonly threadId: string | null;
  readonly kind: 'inline' | 'body' | 'reply' | 'pr_comment';
  readonly author: string;
  readonly isBot: boolean;
  /** Written by ao or by the agent's own account: never triggers anything. */
  readonly own: boolean;
  readonly permission: 'none' | 'read' | 'write' | 'admin' | 'unknown';
  readonly file: string | null;
  readonly line: number | null;
  readonly hunk: string | null;
  readonly body: string;
  readonly resolved: boolean;
  readonly at: Millis;
  /** When its text was changed last. Absent or null: never, or the scm doesn't tell. */
  readonly editedAt?: Millis | null;
}

export type ReviewDecision = 'none' | 'required' | 'approved' | 'changes_requested';

export interface ReviewFact {
  readonly decision: ReviewDecision;
  /** Who approved the current head for the current base branch, by scm login or subject. */
  readonly approvedBy: readonly string[];
  /** Names for people to read, where they differ from what `approvedBy` holds. */
  readonly names?: Readonly<Record<string, string>>;
  readonly comments: readonly ReviewComment[];
  /** Requests for changes that stand, each person's latest. Absent: the scm doesn't tell who asked. */
  readonly requests?: readonly ChangeRequest[];
  /** Those of `approvedBy` that a policy may not take, as far as ao knows the people; absent: none. */
  readonly discounted?: readonly DiscountedReview[];
}

/** An approval at the forge of somebody ao knows. */
export interface DiscountedReview {
  /** As in `approvedBy`. */
  readonly by: string;
  /**
   * `requester`: asked for the work. `operator`: did too, and holds the local token, so may be the only person there is.
   * `no_right`: may not merge in ao.
   */
  readonly why: 'requester' | 'operator' | 'no_right';
}

/** One person's standing request for changes. */
export interface ChangeRequest {
  /** Differs for a later request of the same person. */
  readonly id: string;
  /** Scm login or subject. */
  readonly by: string;
  /** The commit that was looked at. */
  readonly sha: string | null;
  readonly at: Millis;
}

export type Mergeability =
  | 'clean'
  | 'behind'
  | 'blocked'
  | 'conflicting'
  | 'unstable'
  | 'queued'
  /** Asked again later; never taken for clean or conflicting. */
  | 'unknown';

/** A commit that somebody else pushed. */
export interface PushedCommit {
  readonly sha: string;
  readonly author: string;
  readonly title: string;
}

/** How the head of a pull request stands to the session's workspace, as the two were compared last. */
export interface WorkAtHeadFact {
  readonly pr: string;
  readonly sha: string;
  /**
   * `has`: the workspace holds the head and what came before it. `lacks`: the head has commits that the workspace doesn't.
   * `absent`: the repository doesn't have that commit at all.
   */
  readonly head: 'has' | 'lacks' | 'absent';
  /** Commits of the workspace that neither the head has, under another id either, nor the base. */
  readonly ours: number;
  readonly at: Millis;
}

/**
 * What became of a push of somebody else in the session's workspace. `commits`: those it lacked, newest first, the newest 20.
 * `ours`: how many commits of the workspace were left out of it, those of the base aside. `behind`: it may go forward, and has changes of its own or somebody works in it. `moved`: the branch moved under the
 * workspace, whose files are still those of `was`.
 */
export type BranchPush =
  /** Which commits they are can't be told. */
  | { readonly type: 'absent' }
  | { readonly type: 'taken'; readonly commits: readonly PushedCommit[] }
  | {
      readonly type: 'left';
      readonly why: 'behind' | 'diverged';
      readonly ours: number;
      readonly commits: readonly PushedCommit[];
    }
  | {
      readonly type: 'left';
      readonly why: 'moved';
      readonly was: string;
      readonly ours: number;
      readonly commits: readonly PushedCommit[];
    };

/** The base branch moved, and ao made no merge that would say why. */
export interface BaseMove {
  readonly from: string;
  readonly to: string;
  /**
   * `outside`: commits were added that have nothing to do with the pull request, as when a person works in their own clone.
   * `forced`: commits are gone from it. `has-work`: it got commits of the pull request that nobody merged.
   */
  readonly kind: 'outside' | 'forced' | 'has-work';
}

export interface PullRequestFact {
  /** `<scm>:<head repository>#<number>`: a number alone never identifies a pull request. */
  readonly key: string;
  readonly number: number;
  readonly title: string;
  readonly url: string | null;
  readonly branch: string;
  readonly base: string;
  /** The base it had before; absent: it was never seen with another one. */
  readonly baseWas?: string;
  readonly headSha: string;
  readonly baseSha: string | null;
  /** The newest move of the base that ao didn't make; absent: none, or the scm can't tell. */
  readonly baseMove?: BaseMove;
  /** The head sits in another repository (fork): its logs need a human's click. */
  readonly foreign: boolean;
  /** Why no agent can push to its branch, as the end of a sentence; absent: one can. */
  readonly readOnly?: string;
  readonly draft: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  readonly mergeSha: string | null;
  readonly mergedBy: string | null;
  readonly checks: ChecksFact;
  readonly review: ReviewFact;
  readonly mergeability: Mergeability;
  /** Rules that block a merge now, in words a person can act on. */
  readonly blockers: readonly string[];
  /** Files in conflict; only with `conflicting`, empty when the scm doesn't tell. */
  readonly conflicts: readonly string[];
  /** Base must be current before a merge (branch rule). */
  readonly requiresCurrentBase: boolean;
  /** Merges go through the forge's merge queue: enqueue instead of merging. */
  readonly mergeQueue: boolean;
  readonly labels: readonly string[];
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly openedAt: Millis;
  /** When this head SHA was first seen. */
  readonly headAt: Millis;
  readonly at: Millis;
}

/**
 * What nobody's code kept the checks of this session from running, beside the other sessions of its project: people
 * are asked in one of them.
 */
export interface OutageFact {
  /** Sorted: which faults there are. */
  readonly faults: readonly string[];
  /** The session in which people are asked about all of them; null: in this one. */
  readonly elsewhere: string | null;
  readonly at: Millis;
}

export interface IssueFact {
  readonly id: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignee: string | null;
  readonly url: string | null;
  readonly at: Millis;
}

/** Why a file that tells of the agent can't be read or written. `found` ends the sentence "<path> is ...". */
export interface FileTrouble {
  readonly kind:
    | 'not_a_file'
    | 'folder'
    | 'no_folder'
    | 'symlink'
    | 'outside'
    | 'no_permission'
    | 'too_large'
    | 'unreadable';
  readonly path: string;
  readonly found: string;
}

/**
 * Something in a session's workspace, or in its repository, that git of ao's doesn't obey.
 * `refused`: it runs no git there until that is mended; `text` says in sentences what was found, where the work is, and what to do.
 * `key`: one of the configuration in `file` that names a program, a file or an address, and was not there, or had another value,
 * when ao took the project on.
 */
export type WorkspaceTrouble =
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'key'; readonly file: string; readonly key: string }
  /** Of the repository, so of the operator's own git too. Null: not set. */
  | {
      readonly kind: 'setting';
      readonly file: string;
      readonly key: string;
      readonly was: string | null;
      readonly now: string | null;
    };

export interface WorkspaceTroubleFact {
  /** What there is now. */
  readonly present: readonly WorkspaceTrouble[];
  /** What people were told in this session or, of the repository, in another; each by `troubleId`. */
  readonly told: readonly string[];
  readonly at: Millis;
}

/** What the agent said of itself through `ao report`; valid for 5 minutes. */
export interface ReportFact {
  readonly state: 'working' | 'blocked' | 'needs_input' | 'done';
  readonly note: string;
  readonly at: Millis;
}

/** Running totals of one model in one session. Tokens are counts; `usd` null means the price is unknown, never 0. */
export interface ModelUsage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly usd: number | null;
}

/** What one agent used before it handed the session over; final but for what was still on its way. */
export interface FormerUsage {
  readonly agent: string;
  readonly models: readonly ModelUsage[];
}

export interface UsageFact {
  /** Of the agent that works now. */
  readonly models: readonly ModelUsage[];
  /** Of the agents before it, one entry per hand-over, in their order. Absent: there was none. */
  readonly former?: readonly FormerUsage[];
  readonly at: Millis;
}
