/** What happened, in the past tense. Append-only: the timeline, SSE and the digest read these. */

import type { Place, Remark } from '../merge/review-threads.ts';
import type { AsWords } from '../text/as-words.ts';
import type {
  BaseMove,
  Check,
  FileTrouble,
  Mergeability,
  PushedCommit,
  WorkspaceTrouble,
} from './facts.ts';
import type { Actor } from './ids.ts';
import type { Priority } from './policy.ts';
import type { EndCause } from './session.ts';
import type { Status } from './statuses.ts';

/** Why ao does not do by itself what it would do otherwise. */
export type OfferReason =
  /** The text comes from a repository of somebody else, who may have written it for the agent to read. */
  | { readonly type: 'fork'; readonly from: string }
  /** The agent could not push what it makes of it; `why` ends a sentence. */
  | { readonly type: 'read-only'; readonly why: string };

export type SessionEvent =
  | { readonly type: 'session.spawned'; readonly by: Actor }
  | { readonly type: 'session.queued'; readonly reason: string }
  | { readonly type: 'session.admitted' }
  | {
      readonly type: 'session.started';
      readonly base: string;
      readonly baseSha: string;
      readonly workspaceMs: number;
      readonly promptMs: number;
    }
  | {
      readonly type: 'session.status';
      readonly from: Status;
      readonly to: Status;
      readonly because: string;
    }
  | {
      readonly type: 'session.ended';
      readonly cause: EndCause;
      readonly by: Actor;
      readonly reason: string | null;
    }
  | { readonly type: 'session.undone'; readonly by: Actor }
  | { readonly type: 'session.restored'; readonly by: Actor }
  | { readonly type: 'session.paused'; readonly by: Actor; readonly reason: string }
  | { readonly type: 'session.resumed'; readonly by: Actor }
  | { readonly type: 'session.handed_over'; readonly by: Actor; readonly to: Actor }
  /** Another agent goes on in the same workspace. `waiting`: messages that the old agent never had and the new one gets. */
  | {
      readonly type: 'session.agent_changed';
      readonly by: Actor;
      readonly from: string;
      readonly to: string;
      readonly waiting: number;
    }
  /** The new agent has the summary and goes on. */
  | { readonly type: 'session.taken_over'; readonly agent: string; readonly promptMs: number }
  | { readonly type: 'session.recovered'; readonly what: string }
  | { readonly type: 'session.muted'; readonly by: Actor; readonly muted: boolean }
  /** `notes`: what people should know of it, in sentences. */
  | {
      readonly type: 'workspace.created';
      readonly path: string;
      readonly tookMs: number;
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'workspace.removed';
      readonly snapshotRef: string | null;
      readonly notes?: readonly string[];
    }
  | {
      readonly type: 'workspace.restored';
      readonly path: string;
      readonly notes?: readonly string[];
    }
  /** Each thing found is told once. */
  | { readonly type: 'workspace.trouble'; readonly troubles: readonly WorkspaceTrouble[] }
  | { readonly type: 'runtime.started'; readonly launch: number; readonly resumed: boolean }
  | {
      readonly type: 'runtime.exited';
      readonly exitCode: number | null;
      /** What the runtime knows of it besides. */
      readonly why?: string;
      readonly gone: boolean;
      readonly output: string | null;
    }
  | { readonly type: 'agent.turn_ended'; readonly text: string | null }
  | { readonly type: 'agent.tool'; readonly summary: string }
  | { readonly type: 'agent.blocked'; readonly text: string }
  /** A file that tells of the agent can't be read or written; what it says is unknown to ao. */
  | { readonly type: 'agent.unreadable'; readonly problem: FileTrouble }
  | {
      readonly type: 'agent.limited';
      readonly resetAt: number | null /** Agents that could go on now. */;
      readonly offers?: readonly string[];
      /** ao does not let it go on by itself: a person is asked when the limit ends. */
      readonly waits?: boolean;
    }
  | { readonly type: 'agent.interrupted'; readonly by: Actor }
  | { readonly type: 'agent.reported'; readonly state: string; readonly note: string }
  | { readonly type: 'steer.queued'; readonly steer: string; readonly by: Actor }
  | { readonly type: 'steer.typed'; readonly steer: string }
  | { readonly type: 'steer.accepted'; readonly steer: string }
  | { readonly type: 'steer.failed'; readonly steer: string; readonly reason: string }
  | { readonly type: 'steer.removed'; readonly steer: string; readonly by: Actor }
  | { readonly type: 'steer.edited'; readonly steer: string; readonly by: Actor }
  /** It looked like a command of the agent's program and was handed over as words. */
  | ({ readonly type: 'steer.as_words'; readonly steer: string } & AsWords)
  | { readonly type: 'request.opened'; readonly request: string }
  | {
      readonly type: 'request.answered';
      readonly request: string;
      readonly by: Actor;
      readonly where: 'chat' | 'terminal';
    }
  | { readonly type: 'request.failed'; readonly request: string; readonly reason: string }
  | { readonly type: 'pr.opened'; readonly pr: string }
  /** A pull request of another repository was taken over. `readOnly`: why no agent can push to it, as the end of a sentence. */
  | {
      readonly type: 'pr.foreign';
      readonly pr: string;
      readonly from: string;
      readonly readOnly: string | null;
    }
  | { readonly type: 'pr.pushed'; readonly pr: string; readonly sha: string }
  /**
   * By somebody else than the agent. `taken`: the workspace has it; else the agent is asked to take it in. `other`: it never was the
   * session's work, so the agent is asked to leave it alone.
   */
  | {
      readonly type: 'branch.pushed';
      readonly pr: string;
      readonly sha: string;
      readonly commits: readonly PushedCommit[];
      readonly taken: boolean;
      readonly other?: boolean;
    }
  /** Into another branch than before: what was approved for the old one counts for nothing. */
  | {
      readonly type: 'pr.base_changed';
      readonly pr: string;
      readonly from: string;
      readonly to: string;
    }
  /** The base branch moved without a merge by ao. */
  | {
      readonly type: 'base.moved';
      readonly pr: string;
      readonly base: string;
      readonly from: string;
      readonly to: string;
      readonly kind: BaseMove['kind'];
    }
  | { readonly type: 'pr.closed'; readonly pr: string }
  | { readonly type: 'pr.reopened'; readonly pr: string }
  | {
      readonly type: 'pr.merged';
      readonly pr: string;
      readonly mergeSha: string | null;
      readonly by: string | null;
      readonly base: string;
      /** What was done differently from what was asked, and why. */
      readonly note?: string;
    }
  | { readonly type: 'pr.mergeability'; readonly pr: string; readonly to: Mergeability }
  /** A fact about ao's access, not about the pull request. */
  | { readonly type: 'forge.unreachable'; readonly reason: string }
  | { readonly type: 'forge.back'; readonly since: number }
  /** The repository has another name; ao continues with it. */
  | { readonly type: 'forge.moved'; readonly from: string; readonly to: string }
  | {
      readonly type: 'checks.passed';
      readonly pr: string;
      readonly sha: string;
      readonly total: number;
    }
  | {
      readonly type: 'checks.failed';
      readonly pr: string;
      readonly sha: string;
      readonly failing: readonly Check[];
      readonly attempt: number;
      readonly retries: number | null;
      readonly sent: boolean;
    }
  | {
      readonly type: 'checks.rerun';
      readonly pr: string;
      readonly sha: string;
      readonly names: readonly string[];
      readonly by: Actor;
    }
  /**
   * Required checks did not run, and not because of the code. `reasons`: why and what to do, each a sentence. `elsewhere`: the
   * session of the project in which people are asked about it.
   */
  | {
      readonly type: 'checks.not_run';
      readonly pr: string;
      readonly sha: string;
      readonly reasons: readonly string[];
      readonly elsewhere: string | null;
    }
  /** The head moved since the agent was told what reviewers ask for: it is theirs to look again. */
  | {
      readonly type: 'review.answered';
      readonly pr: string;
      readonly from: string;
      readonly sha: string;
      readonly by: readonly string[];
      /** Subjects known in chats. */
      readonly to: readonly string[];
    }
  /** It is no longer a draft. */
  | { readonly type: 'pr.ready'; readonly pr: string }
  | { readonly type: 'review.approved'; readonly pr: string; readonly by: readonly string[] }
  | {
      readonly type: 'review.changes_requested';
      readonly pr: string;
      readonly comments: readonly string[];
      readonly by: readonly string[];
      readonly sent: boolean;
      /** Where the remarks are; events of earlier versions don't say. */
      readonly places?: readonly Place[];
      /** What they said, the first five; events of earlier versions don't say. */
      readonly remarks?: readonly Remark[];
    }
  | {
      readonly type: 'review.replied';
      readonly pr: string;
      readonly place: Place | null;
      readonly by: Actor;
    }
  /** `by` null: by ao, because `sha` changes the files. */
  | {
      readonly type: 'review.resolved';
      readonly pr: string;
      readonly places: readonly Place[];
      readonly by: Actor | null;
      readonly sha: string | null;
    }
  | { readonly type: 'merge.ready'; readonly pr: string; readonly sha: string }
  /** One approval more; the merge waits for others. */
  | {
      readonly type: 'merge.approved';
      readonly pr: string;
      readonly sha: string;
      readonly by: Actor;
      readonly waits: readonly string[];
    }
  /** A push made the approvals of an older commit void, or a changed base those for the old one. */
  | {
      readonly type: 'merge.approvals_void';
      readonly pr: string;
      readonly sha: string;
      readonly by: readonly string[];
      /** The base it was approved for, where that is what changed. */
      readonly base?: string;
    }
  | {
      readonly type: 'merge.started';
      readonly pr: string;
      readonly sha: string;
      readonly by: Actor;
    }
  /** The forge merges it when its own conditions are met. */
  | {
      readonly type: 'merge.queued';
      readonly pr: string;
      readonly sha: string;
      readonly note: string | null;
    }
  | {
      readonly type: 'merge.failed';
      readonly pr: string;
      readonly sha: string;
      readonly reason: string;
      readonly retryAt: number | null;
    }
  /** A reaction's condition began to hold and something was done about it. */
  | {
      readonly type: 'reaction.fired';
      readonly key: string;
      readonly action: string;
      readonly attempt: number;
      readonly retries: number | null;
      readonly text: string;
      readonly priority: Priority;
    }
  /** Shown to a human with a button that does it: `auto: false`, or for the reason in `because`. */
  | {
      readonly type: 'reaction.offered';
      readonly key: string;
      readonly action: string;
      readonly text: string;
      readonly because?: OfferReason;
    }
  | { readonly type: 'reaction.ended'; readonly key: string; readonly attempts: number }
  | {
      readonly type: 'escalation.raised';
      readonly key: string;
      readonly reason: string;
      readonly text: string;
      readonly rung: number;
      readonly to: Actor;
    }
  | { readonly type: 'escalation.acknowledged'; readonly key: string; readonly by: Actor }
  | {
      readonly type: 'escalation.snoozed';
      readonly key: string;
      readonly by: Actor;
      readonly until: number;
    }
  | { readonly type: 'effect.failed'; readonly effect: string; readonly reason: string }
  /** Told once of each reason; it is tried again and again. */
  | {
      readonly type: 'effect.retried';
      readonly effect: string;
      readonly reason: string;
      readonly until: number;
    }
  | {
      readonly type: 'input.refused';
      readonly what: string;
      readonly by: Actor;
      readonly reason: string;
    };

export type SessionEventType = SessionEvent['type'];
