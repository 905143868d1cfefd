import type { BudgetFact } from '../money/budget.ts';
import type { AgentProgram } from './agent-program.ts';
import type { ChatHome, ChatMessageRef } from './chat-place.ts';
import type {
  ActivityFact,
  FileTrouble,
  IssueFact,
  OutageFact,
  PullRequestFact,
  ReportFact,
  RuntimeFact,
  UsageFact,
  WorkAtHeadFact,
  WorkspaceTroubleFact,
} from './facts.ts';
import type { Actor, SessionId } from './ids.ts';
import type { SessionPlace } from './place.ts';
import type { Status } from './statuses.ts';
import type { Task } from './task.ts';
import type { Millis } from './time.ts';
import type { Timer } from './timer.ts';

export type { Task } from './task.ts';

export type { Timer, TimerKind } from './timer.ts';

export type PermissionMode = 'default' | 'plan' | 'auto-edit' | 'permissionless';

export type EndCause = 'merged' | 'killed' | 'done' | 'terminated' | 'errored';

/** How far the session got. The status people see is derived from this and the facts, never stored. */
export type Stage =
  /** Waits for admission. */
  | 'queued'
  /** Workspace being made. */
  | 'preparing'
  /** Runtime being started, or the agent has not taken its first prompt. */
  | 'launching'
  | 'running'
  | 'ended';

export interface Workspace {
  /** Absolute path of the checkout. */
  readonly path: string;
  readonly branch: string;
  /** Commit the branch started at. */
  readonly baseSha: string;
  readonly state: 'present' | 'removing' | 'removed';
  /** Ref that holds a snapshot of everything that was in the workspace, made before a removal. */
  readonly snapshotRef: string | null;
}

/** One change of the agent in the middle of a session. Workspace, branch and thread stay. */
export interface Handover {
  readonly from: string;
  readonly to: string;
  readonly by: Actor;
  readonly at: Millis;
  /** Words of whoever asked for it, for the new agent. */
  readonly words: string | null;
  /** Launches before it; the next one is the new agent's first. */
  readonly launches: number;
  /** The summary for the new agent is written: it is the first message that agent gets. */
  readonly noted: boolean;
  /** When the new agent took its first message; before that there is no conversation of its own to resume. */
  readonly takenAt: Millis | null;
}

/** One person's yes to the merge of one commit into one base branch. */
export interface Approval {
  readonly by: Actor;
  readonly login: string | null;
  readonly sha: string;
  /** Name of the base branch. Approvals of earlier versions don't say, and count for nothing. */
  readonly base: string;
  readonly requester: boolean;
  /** Owns the sensitive files of the change. */
  readonly owner: boolean;
  readonly at: Millis;
}

export interface Session {
  readonly id: SessionId;
  readonly project: string;
  readonly role: 'worker' | 'orchestrator';
  readonly parent: SessionId | null;
  readonly task: Task;
  readonly agent: string;
  /** Oldest first; how often the agent changed. */
  readonly handovers: readonly Handover[];
  readonly model: string | null;
  readonly permissions: PermissionMode;
  readonly base: string;
  readonly branch: string;
  /** Absent only in sessions of earlier versions, until the next start of ao fills it in. */
  readonly place?: SessionPlace;
  readonly startedBy: Actor;
  /** The thread it was asked for in, where it lives. */
  readonly home?: ChatHome;
  /** Whose budget it is charged to, where an agent started it: the person behind. Ask `payerOf`. */
  readonly payer?: Actor;
  /** Extra words for the first prompt, given with `--prompt`. */
  readonly extraPrompt: string | null;
  readonly createdAt: Millis;
  readonly stage: Stage;
  /** Its place among those that wait, and why; only while `queued`. */
  readonly queue: { readonly position: number; readonly reason: string } | null;
  readonly admittedAt: Millis | null;
  /** When the agent took its first prompt. */
  readonly startedAt: Millis | null;
  readonly workspace: Workspace | null;
  /** The agent's own id of its conversation, needed to resume it. */
  readonly agentSession: string | null;
  /** The program that was started last; absent: not known yet, or it was started by an earlier version of ao. */
  readonly program?: AgentProgram | undefined;
  /** How often the runtime was started; part of every launch key. */
  readonly launches: number;
  /** When the latest launch was asked for. */
  readonly launchedAt: Millis | null;
  /** How often the workspace was removed or brought back; part of those effects' keys. */
  readonly workspaceRounds: number;
  readonly paused: { readonly by: Actor; readonly reason: string; readonly at: Millis } | null;
  /** First cause wins. */
  readonly ended: {
    readonly cause: EndCause;
    readonly by: Actor;
    readonly reason: string | null;
    readonly at: Millis;
  } | null;
  /** A merge is on its way; a second click is told so. `queued`: the forge does it when its own conditions are met. */
  readonly merging: {
    readonly sha: string;
    /** The branch it was asked for; merges that were under way in earlier versions don't say. */
    readonly base?: string;
    readonly by: Actor;
    readonly at: Millis;
    readonly queued?: boolean;
  } | null;
  /** Effects that are tried again after a while, by their keys. Absent: none, as in sessions of older versions. */
  readonly retries?: readonly {
    readonly key: string;
    readonly effect: string;
    readonly reason: string;
    readonly until: Millis;
  }[];
  /** A merge attempt that failed and is parked until `retryAt`. */
  readonly mergeFailure: {
    readonly sha: string;
    readonly reason: string;
    readonly attempts: number;
    readonly retryAt: Millis | null;
    /** Who asked for the merge; a retry is in their name. */
    readonly by: Actor;
    readonly at: Millis;
  } | null;
  /** Approvals of the merge; those of another commit than the head, or of another base, count for nothing. */
  readonly approvals: readonly Approval[];
  readonly muted: boolean;
  /** The last status that was told; only for telling transitions, never read as truth. */
  readonly toldStatus: Status;
  readonly ciRounds: number;
  readonly reviewRounds: number;
  /** Who owns the session's escalations; the person who started it unless handed over. */
  readonly owner: Actor;
}

export interface Facts {
  readonly runtime: RuntimeFact | null;
  readonly activity: ActivityFact | null;
  readonly issue: IssueFact | null;
  readonly report: ReportFact | null;
  readonly usage: UsageFact | null;
  readonly budget: BudgetFact | null;
  /** Set when this session was the last live worker of its project to end. */
  readonly projectComplete: Millis | null;
  /** Why the forge can't be asked about this session's pull requests; what is known of them is as old as that. */
  readonly forge?: { readonly reason: string; readonly at: Millis } | null;
  /** Files of this launch's agent that ao could not read or write, each as it was told. */
  readonly unreadable?: { readonly files: readonly FileTrouble[]; readonly at: Millis } | null;
  readonly outage?: OutageFact | null;
  readonly workspaceTrouble?: WorkspaceTroubleFact | null;
  /** Of the newest open pull request; absent: never compared. */
  readonly workAtHead?: WorkAtHeadFact | null;
}

export type { ChatMessageRef } from './chat-place.ts';

export type SteerState = 'queued' | 'typing' | 'typed' | 'accepted' | 'failed' | 'removed';

/** One message to the agent, from a person or from a reaction, with the proof of how far it got. */
export interface Steer {
  readonly id: string;
  readonly kind: 'task' | 'human' | 'reaction' | 'resume';
  /** Only with `reaction`. */
  readonly reaction: string | null;
  readonly author: Actor;
  readonly text: string;
  /** Absolute paths of files given with the message. */
  readonly files: readonly string[];
  readonly state: SteerState;
  /** Deliver at once even when the agent is busy (after an interrupt). */
  readonly urgent: boolean;
  readonly attempts: number;
  readonly createdAt: Millis;
  /** Not tried again before this. */
  readonly notBefore: Millis | null;
  readonly typedAt: Millis | null;
  readonly acceptedAt: Millis | null;
  /** Why it failed or waits. */
  readonly reason: string | null;
  readonly source: ChatMessageRef | null;
}

export interface RequestOption {
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'danger' | 'plain';
}

/** A question or permission request that is open in the agent. */
export interface AgentRequest {
  readonly id: string;
  readonly kind: 'question' | 'permission';
  readonly title: string;
  /** What would be run or changed, or the longer question text. */
  readonly text: string;
  readonly options: readonly RequestOption[];
  readonly freeText: boolean;
  readonly askedAt: Millis;
  readonly answer: {
    readonly option: string | null;
    readonly text: string | null;
    readonly by: Actor;
    /** `terminal`: somebody answered at the agent itself. */
    readonly where: 'chat' | 'terminal';
    readonly state: 'sending' | 'delivered' | 'failed';
    /** The agent closed it while this was on its way, and did not say by whose answer. */
    readonly closed?: boolean;
    readonly at: Millis;
  } | null;
}

/** The span in which a reaction's condition holds. */
export interface Episode {
  readonly key: string;
  readonly open: boolean;
  readonly startedAt: Millis;
  readonly lastAt: Millis;
  /** What was last handled; a new fingerprint inside the episode is a new attempt. */
  readonly fingerprint: string;
  readonly attempts: number;
  /** How often the same fingerprint was sent (first time included). */
  readonly sends: number;
  readonly escalatedAt: Millis | null;
  /** 0: thread, 1: channel and notifiers, 2: notifiers of priority urgent. */
  readonly rung: number;
  /** When this rung was reached. */
  readonly rungAt: Millis | null;
  readonly acknowledgedBy: Actor | null;
  readonly snoozedUntil: Millis | null;
  /** One-off marks of this episode, e.g. `rerun:<sha>`. */
  readonly marks: readonly string[];
}

/** Everything `decide` may look at, and everything it may change, of one session. */
export interface Snapshot {
  readonly session: Session;
  readonly facts: Facts;
  readonly prs: readonly PullRequestFact[];
  /** Those not yet accepted or removed, and the latest accepted ones. */
  readonly steers: readonly Steer[];
  readonly requests: readonly AgentRequest[];
  readonly episodes: readonly Episode[];
  readonly timers: readonly Timer[];
}
