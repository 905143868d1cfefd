import type { PermissionMode } from './session.ts';
import type { Millis } from './time.ts';

export type ReactionAction =
  | 'send-to-agent'
  | 'notify'
  | 'escalate'
  | 'merge'
  | 'rerun-checks'
  | 'update-branch'
  | 'mark-ready'
  | 'resume'
  | 'kill'
  | 'spawn'
  | 'park'
  | 'none';

export type Priority = 'urgent' | 'action' | 'warning' | 'info';

/** One configured reaction, defaults and project overrides already merged. */
export interface ReactionPolicy {
  readonly key: string;
  /** False: show it to a human with a button that does it. */
  readonly auto: boolean;
  readonly action: ReactionAction;
  /** Mustache template of what the agent or the human gets. */
  readonly message: string;
  readonly priority: Priority;
  /** Attempts before it escalates; null: no limit by count. */
  readonly retries: number | null;
  /** Time after the episode's start at which it escalates; null: never by time. */
  readonly escalateAfter: Millis | null;
  /** How long the condition must hold first (agent-idle, agent-stuck, reports). */
  readonly threshold: Millis;
  /** Only for custom reactions: CEL expression over the session view. */
  readonly condition: string | null;
  /** Only for custom reactions: name of a domain event. */
  readonly on: string | null;
  /** `condition`, compiled; pure. Throws nothing: a condition that can't be evaluated is false. */
  readonly test: ((view: Readonly<Record<string, unknown>>) => boolean) | null;
  /** Shortest time between two firings. */
  readonly cooldown: Millis;
  /** `ladder`: settle, rerun flaky once, then send (ci-failed). `plain`: act at once. */
  readonly strategy: 'ladder' | 'plain';
}

export interface MergePolicy {
  readonly method: 'squash' | 'merge' | 'rebase';
  readonly deleteBranch: boolean;
  /** The issue is closed when its pull request merged. */
  readonly closeIssue: boolean;
  /**
   * True: required checks decide; where no rule says which are required, all that ran. False: a check that still runs is
   * waited for only where a rule requires it. `always`: besides, at least one must have run.
   */
  readonly requireChecks: boolean | 'always';
  readonly requireReview: boolean;
  /** Distinct people who must have approved the merge. */
  readonly approvers: number;
  readonly excludeRequester: boolean;
  /** Whoever approves must have a linked login with write permission at the forge. */
  readonly requireWrite: boolean;
  /** Globs of files whose change needs a review and an owner's approval. */
  readonly sensitivePaths: readonly string[];
}

/** What the tracker is told of a session. */
export interface TrackerPolicy {
  /** Login the issue is given to when a session starts and nobody has it; `@me` is ao's own account. Null: nobody. */
  readonly assign: string | null;
  /** `onSpawn` ones are on the issue while a session works, the others after it. */
  readonly labels: {
    readonly onSpawn: readonly string[];
    readonly onMerge: readonly string[];
    readonly onEnd: readonly string[];
  };
  /** After which ends a comment says outcome and cost. */
  readonly comment: 'never' | 'merged' | 'always';
}

/** What `decide` needs to know of the configuration for one session's project. */
export interface ProjectPolicy {
  readonly project: string;
  readonly permissions: PermissionMode;
  readonly reactions: Readonly<Record<string, ReactionPolicy>>;
  readonly merge: MergePolicy;
  readonly tracker: TrackerPolicy;
  readonly readyThreshold: Millis;
  readonly stuckThreshold: Millis;
  readonly ackTimeout: Millis;
  /** The thread of a session rings at the people it mentions (Slack, Discord); the web chat alone reaches nobody who does not look. */
  readonly threadReaches: boolean;
  /** Settle window of checks after the first failure or a push without checks. */
  readonly settle: Millis;
  /** No proof of acceptance after this: try again, then `failed`. */
  readonly receiptTimeout: Millis;
  /** When a budget that is used up pauses the agent. */
  readonly budgetPause: 'turn-end' | 'at-once';
  readonly resume: 'auto' | 'ask' | 'never';
  /** Agents that are installed here and could take a session over, best first. */
  readonly otherAgents: readonly string[];
  readonly autoCleanupOnMerge: boolean;
  readonly keepWorkspace: boolean;
  readonly undoDays: number;
  /** What the project's postCreate commands may take together; null: it has none. */
  readonly postCreateLimit: Millis | null;
  /** Review rounds after which a human is asked. */
  readonly reviewRounds: number;
  /** Threads are resolved after the push that answers them. */
  readonly resolveThreads: boolean;
  readonly botAuthors: readonly string[];
  /** Back-off for re-sending the same fingerprint after a turn without change. */
  readonly resendBackoff: readonly Millis[];
  /** What the project's scm can do. */
  readonly scm: {
    readonly rerun: boolean;
    readonly updateBranch: boolean;
    readonly review: boolean;
  };
  /** Renders a message template; pure, never throws (an unknown variable is empty). */
  readonly render: (template: string, variables: Readonly<Record<string, unknown>>) => string;
  /** Whether `now` is inside the quiet hours, and when they end. Pure. */
  readonly quietUntil: (now: Millis) => Millis | null;
  readonly quietHours: {
    readonly from: string;
    readonly to: string;
    readonly timezone: string;
  } | null;
}
