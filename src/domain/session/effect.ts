/**
 * Effects: what the bot must do to the world. Each is an outbox row, carried out at least once with
 * its key; a row found `running` after a crash is in doubt and is looked up before it is repeated.
 */
import type { AsWords } from '../text/as-words.ts';
import type { AgentProgram } from './agent-program.ts';
import type { Actor } from './ids.ts';
import type { Priority } from './policy.ts';

export type Effect =
  | {
      readonly type: 'create_workspace' /** A session that was brought back before it had one asks again. */;
      readonly round: number;
    }
  | { readonly type: 'start_runtime'; readonly launch: number; readonly resume: boolean }
  /** Write down for the next agent what there is to know. `handover` counts from 1. */
  | { readonly type: 'write_handover'; readonly handover: number; readonly nonce: number }
  | {
      readonly type: 'deliver_steer';
      readonly steer: string;
      readonly attempt: number /** A deferred or retried message is another delivery. */;
      readonly nonce: number;
    }
  | { readonly type: 'interrupt_agent'; readonly id: string }
  /** Ask the agent to end its turn; the session stays. */
  | {
      readonly type: 'answer_request';
      readonly request: string /** An answer that failed may be given again. */;
      readonly nonce: number;
    }
  | {
      readonly type: 'kill_runtime';
      readonly launch: number /** Null: it was only being started; found by the session's id. */;
      readonly handle: string | null;
    }
  | { readonly type: 'remove_workspace'; readonly deleteBranch: boolean; readonly round: number }
  | { readonly type: 'restore_workspace'; readonly round: number }
  | {
      readonly type: 'merge_pr';
      readonly pr: string;
      readonly sha: string;
      /** The branch it is to go into; on any other base nothing is merged. */
      readonly base: string;
      readonly method: 'squash' | 'merge' | 'rebase';
      readonly by: Actor;
      readonly attempt: number /** A later click on the same commit is another try. */;
      readonly nonce: number;
    }
  | {
      readonly type: 'read_pr_details';
      readonly pr: string;
      readonly sha: string;
      readonly nonce: string;
    }
  /** Look at the pull request again (unknown mergeability, after an action of ours). `pr`: its key, or what the agent's command called a new one. */
  | { readonly type: 'refresh_pr'; readonly pr: string; readonly nonce: string }
  | {
      readonly type: 'rerun_checks';
      readonly pr: string;
      readonly sha: string;
      readonly attempt: number;
    }
  | {
      readonly type: 'update_branch';
      readonly pr: string;
      readonly sha: string /** The base may move on again under the same head. */;
      readonly nonce: number;
    }
  /** A draft is made ready for review and merge. `by`: the person who pressed, or ao. */
  | {
      readonly type: 'mark_ready';
      readonly pr: string;
      readonly sha: string;
      readonly by: Actor;
      readonly nonce: number;
    }
  /** Reviewers who asked for changes at `from` or before are asked to look at `sha`. */
  | {
      readonly type: 'ask_review_again';
      readonly pr: string;
      readonly reviewers: readonly string[];
      readonly from: string;
      readonly sha: string;
    }
  /** A person answers a review thread through ao. `to`: the first comment of it. */
  | {
      readonly type: 'reply_thread';
      readonly pr: string;
      readonly thread: string;
      readonly to: string;
      readonly text: string;
      readonly by: Actor;
      readonly key: string;
    }
  /** `by` null: by ao itself, only those whose file changed between `from` and `to`. */
  | {
      readonly type: 'resolve_threads';
      readonly pr: string;
      readonly threads: ReadonlyArray<{
        readonly id: string;
        readonly file: string | null;
        readonly from: string | null;
      }>;
      readonly to: string | null;
      readonly by: Actor | null;
      readonly nonce: string;
    }
  /** What the tracker is told of a session's begin and end. `key` says which of them; `assignee` null: left as it is. */
  | {
      readonly type: 'update_issue';
      readonly issue: string;
      readonly key: `${'begins' | 'ends'}-${number}`;
      readonly addLabels: readonly string[];
      readonly removeLabels: readonly string[];
      readonly assignee: string | null;
      readonly close: boolean;
      readonly comment: string | null;
    }
  | {
      readonly type: 'notify';
      readonly key: string;
      readonly reaction: string;
      /** Of the escalation; null where nobody is asked. */
      readonly rung: number | null;
      readonly priority: Priority;
      readonly text: string;
    }
  /** Spawn by a reaction; carried out through the same use case a person uses. */
  | { readonly type: 'spawn_session'; readonly key: string; readonly prompt: string };

export type EffectType = Effect['type'];

/** What became of an effect; goes back into `decide` as an input. */
export type Outcome =
  /** Nothing came of it yet, for a reason that passes: it is tried again at `until`. */
  | { readonly type: 'retried'; readonly reason: string; readonly until: number }
  | {
      readonly type: 'workspace_created';
      readonly path: string;
      readonly branch: string;
      readonly baseSha: string;
      readonly tookMs: number;
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'workspace_removed';
      readonly snapshotRef: string | null;
      readonly branchDeleted: boolean;
      /** What became of pull requests on the branch, in sentences. */
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'workspace_restored';
      readonly path: string;
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'runtime_started';
      readonly launch: number;
      readonly handle: string;
      readonly pid: number | null;
      readonly agentSession: string | null;
      readonly promptIncluded: boolean;
      /** Absent: not known. */
      readonly program?: AgentProgram;
    }
  /** There is no conversation to resume; nothing was started. */
  | { readonly type: 'conversation_lost'; readonly launch: number }
  | { readonly type: 'runtime_killed'; readonly launch: number }
  | { readonly type: 'handover_written'; readonly handover: number; readonly text: string }
  | {
      readonly type: 'steer_typed';
      readonly steer: string;
      readonly attempt: number;
      readonly accepted: boolean;
      /** It could have been taken for a command of the program. */
      readonly asWords?: AsWords;
    }
  /** Nothing was typed; the agent can't take text now. It goes back to the queue. `inDoubt`: a former try may have got through all the same. */
  | {
      readonly type: 'steer_deferred';
      readonly steer: string;
      readonly reason: string;
      readonly inDoubt: boolean;
    }
  | { readonly type: 'interrupted' }
  | { readonly type: 'request_answered'; readonly request: string }
  | {
      readonly type: 'merged';
      readonly pr: string;
      readonly sha: string;
      readonly mergeSha: string;
      readonly by: string;
      readonly note?: string;
    }
  /** The forge merges it by itself: its merge queue, or its auto-merge. */
  | { readonly type: 'enqueued'; readonly pr: string; readonly sha: string; readonly note?: string }
  | { readonly type: 'checks_rerun'; readonly pr: string; readonly sha: string }
  | { readonly type: 'branch_updated'; readonly pr: string }
  | { readonly type: 'thread_replied'; readonly pr: string; readonly thread: string }
  | { readonly type: 'threads_resolved'; readonly pr: string; readonly threads: readonly string[] }
  | { readonly type: 'done' }
  /** It can't be done, and trying the same again won't help. */
  | { readonly type: 'failed'; readonly reason: string; readonly code: string };
