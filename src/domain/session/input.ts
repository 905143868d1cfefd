import type { Approver } from '../merge/merge-approval.ts';
import type { BudgetFact } from '../money/budget.ts';
import type { Effect, Outcome } from './effect.ts';
import type {
  ActivityFact,
  BranchPush,
  FileTrouble,
  IssueFact,
  OutageFact,
  PullRequestFact,
  ReportFact,
  RuntimeFact,
  UsageFact,
  WorkAtHeadFact,
  WorkspaceTrouble,
} from './facts.ts';
import type { Actor } from './ids.ts';
import type { SessionPlace } from './place.ts';
import type { AgentRequest, ChatMessageRef, PermissionMode, Timer } from './session.ts';
import type { Millis } from './time.ts';

/** What people (and reactions, and agents) may ask of one session. Policy on who may is checked before. */
export type Command =
  | { readonly type: 'admit' }
  /** Its agent is gone and there is no room to resume it now: it waits like a new one. */
  | { readonly type: 'requeue'; readonly reason: string }
  /** No room yet. */
  | { readonly type: 'wait'; readonly position: number; readonly reason: string }
  | {
      readonly type: 'send';
      readonly steer: string;
      readonly text: string;
      readonly files: readonly string[];
      readonly urgent: boolean;
      readonly source: ChatMessageRef | null;
    }
  | { readonly type: 'edit_steer'; readonly steer: string; readonly text: string }
  | { readonly type: 'remove_steer'; readonly steer: string }
  | { readonly type: 'retry_steer'; readonly steer: string }
  /** Send a queued message at once, interrupting the turn. */
  | { readonly type: 'send_now'; readonly steer: string }
  | {
      readonly type: 'answer';
      readonly request: string;
      readonly option: string | null;
      readonly text: string | null;
    }
  | { readonly type: 'interrupt'; readonly id: string }
  /** Ends the turn and holds everything automatic until somebody replies or resumes. */
  | { readonly type: 'stop'; readonly id: string }
  | { readonly type: 'kill'; readonly reason: string | null }
  | { readonly type: 'undo' }
  | { readonly type: 'restore'; readonly message: string | null }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'resume' }
  | { readonly type: 'done' }
  | {
      readonly type: 'merge';
      readonly pr: string;
      readonly sha: string;
      /** The base the person saw it go into; left out: whatever it is now. */
      readonly base?: string;
      readonly method: 'squash' | 'merge' | 'rebase' | null;
      /** Left out: nothing was read, and every rule about people refuses. */
      readonly approver?: Approver;
    }
  | { readonly type: 'rerun'; readonly pr: string }
  /** `thread`: `t2`, or an id of the scm. */
  | {
      readonly type: 'reply_thread';
      readonly thread: string;
      readonly text: string;
      readonly key: string;
    }
  | { readonly type: 'resolve_thread'; readonly thread: string }
  | { readonly type: 'acknowledge'; readonly key: string | null }
  | {
      readonly type: 'snooze' /** Null: every escalation that is open. */;
      readonly key: string | null;
      readonly until: number;
    }
  /** Do what a reaction with `auto: false` offered, or retry one that escalated. */
  | {
      readonly type: 'run_reaction';
      readonly key: string /** As with `merge`. */;
      readonly approver?: Approver;
      /** Head and base for which the approver was read; a reaction that merges merges nothing else. */
      readonly pinned?: { readonly sha: string; readonly base: string };
    }
  | { readonly type: 'mute'; readonly muted: boolean }
  | { readonly type: 'hand_over'; readonly to: Actor }
  /** Another agent goes on with the task. `permissions`: what of the session's mode the new agent knows. */
  | {
      readonly type: 'change_agent';
      readonly agent: string;
      readonly model: string | null;
      readonly permissions: PermissionMode;
      readonly words: string | null;
    };

/** A fact as an observer hands it in. Absent means: not observed, nothing known. */
export type FactInput =
  | {
      readonly type: 'runtime';
      readonly fact: RuntimeFact /** Last lines of the screen; only with `exited`. */;
      readonly output: string | null;
    }
  | { readonly type: 'activity'; readonly fact: ActivityFact; readonly lastMessage: string | null }
  | { readonly type: 'tool'; readonly summary: string }
  | { readonly type: 'agent_session'; readonly id: string }
  /** Where its agent is about to be started, or was found. */
  | { readonly type: 'placed'; readonly place: SessionPlace }
  /** A file that tells of the agent can't be read or written. */
  | { readonly type: 'file_problem'; readonly problem: FileTrouble }
  /** All there is now. `told`: ids of those of the repository that people were told in another session. */
  | {
      readonly type: 'workspace_trouble';
      readonly troubles: readonly WorkspaceTrouble[];
      readonly told: readonly string[];
    }
  /** What it knew of the task is gone, although its process runs. */
  | { readonly type: 'conversation_lost' }
  /** Proof that the agent took a message. */
  | {
      readonly type: 'steer_accepted';
      readonly steer: string /** When the agent took it, where it says so. */;
      readonly at?: number;
    }
  | { readonly type: 'request_opened'; readonly request: AgentRequest }
  /** The request is no longer open in the agent, and ao did not answer it. */
  | { readonly type: 'request_closed'; readonly request: string; readonly answer: string | null }
  /** Words of an answer that still have to be said to the agent. */
  | { readonly type: 'words_left'; readonly request: string; readonly text: string }
  | { readonly type: 'pull_request'; readonly fact: PullRequestFact }
  | { readonly type: 'issue'; readonly fact: IssueFact }
  | { readonly type: 'report'; readonly fact: ReportFact }
  /** `handovers`: how many there had been when the agent that used it was started. */
  | { readonly type: 'usage'; readonly fact: UsageFact; readonly handovers?: number }
  | { readonly type: 'budget'; readonly fact: BudgetFact | null }
  | { readonly type: 'project_complete'; readonly at: Millis }
  /** Null: it answers again. */
  | { readonly type: 'forge'; readonly reason: string | null }
  /** Null: its checks run again. */
  | { readonly type: 'outage'; readonly fact: OutageFact | null }
  /** The repository was renamed or given away; told in one session of the project. */
  | { readonly type: 'forge_moved'; readonly from: string; readonly to: string }
  /** Its branch was pushed to `sha` by somebody else than its agent. */
  | {
      readonly type: 'branch_pushed';
      readonly pr: string;
      readonly sha: string;
      readonly followed: BranchPush;
      /** No head of this session was compared before: nothing says that the branch there was ever the session's. */
      readonly first?: boolean;
    }
  | { readonly type: 'work_at_head'; readonly fact: Omit<WorkAtHeadFact, 'at'> }
  /** The agent ran a command that opened a pull request; `reference` is what the command printed. */
  | { readonly type: 'pr_created'; readonly reference: string }
  /** Boot reconcile found the workspace missing. */
  | { readonly type: 'workspace_missing' }
  /** Boot reconcile is over for this session: act on what is known. */
  | { readonly type: 'reconciled'; readonly what: string | null };

export type Input =
  | { readonly type: 'command'; readonly command: Command; readonly by: Actor }
  | { readonly type: 'fact'; readonly fact: FactInput }
  | { readonly type: 'timer'; readonly timer: Timer }
  | { readonly type: 'outcome'; readonly effect: Effect; readonly outcome: Outcome };
