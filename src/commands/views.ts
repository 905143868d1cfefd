/**
 * View models: what chat, HTTP, CLI and the page show. All are plain JSON; times are ms UTC. Untrusted text (titles,
 * agent speech, logs) is raw here: each front end escapes for its own medium.
 */
import type { Who } from '../domain/merge/readiness-words.ts';
import type { AgentProgram } from '../domain/session/agent-program.ts';
import type { SessionEvent } from '../domain/session/event.ts';
import type {
  Check,
  ChecksState,
  FormerUsage,
  Mergeability,
  ModelUsage,
  ReviewDecision,
} from '../domain/session/facts.ts';
import type {
  EndCause,
  PermissionMode,
  Stage,
  SteerState,
  Task,
} from '../domain/session/session.ts';
import type { Turn } from '../domain/session/status.ts';
import type { Status } from '../domain/session/statuses.ts';

export interface PersonView {
  readonly subject: string;
  readonly name: string;
}

export interface IdentityView {
  readonly subject: string;
  readonly forge: string;
  readonly login: string;
  readonly at: number;
  /** `comment`: the login wrote the code; `admin`: an admin vouched for it. */
  readonly proof: 'comment' | 'admin';
}

export interface PrView {
  readonly key: string;
  readonly number: number;
  readonly title: string;
  readonly url: string | null;
  readonly branch: string;
  readonly base: string;
  readonly headSha: string;
  readonly draft: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  readonly checks: {
    readonly state: ChecksState;
    readonly sha: string | null;
    readonly passed: number;
    readonly total: number;
    readonly items: readonly Check[];
  };
  readonly review: {
    readonly decision: ReviewDecision;
    readonly approvedBy: readonly string[];
    readonly openComments: number;
  };
  readonly mergeability: Mergeability;
  /** Rules the merge gate still waits for, each a sentence. Empty: the gate is open. */
  readonly waitsFor: readonly string[];
  /** The same one by one: what people see, who can do something about it, and what. */
  readonly waits: ReadonlyArray<{
    readonly text: string;
    readonly who: Who;
    readonly remedy: string;
  }>;
  /** Beside it, each a sentence: optional checks that aren't green, and that nothing was checked. Nothing waits for them. */
  readonly notes: readonly string[];
  /** Changes were requested and answered: the head that the agent was told of, so that what came since can be shown. Null: not so. */
  readonly answeredFrom: string | null;
  /** Approvals of the merge at this head that count, and how many it takes. */
  readonly approvals: { readonly by: readonly PersonView[]; readonly needed: number };
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly mergeSha: string | null;
  readonly openedAt: number;
}

export interface RequestView {
  readonly id: string;
  readonly session: string;
  readonly kind: 'question' | 'permission';
  readonly title: string;
  readonly text: string;
  readonly options: ReadonlyArray<{
    readonly id: string;
    readonly label: string;
    readonly style: 'primary' | 'danger' | 'plain';
  }>;
  readonly freeText: boolean;
  readonly askedAt: number;
  readonly answer: {
    readonly by: PersonView;
    readonly text: string;
    readonly where: 'chat' | 'terminal';
    readonly state: 'sending' | 'delivered' | 'failed';
    readonly at: number;
  } | null;
}

export interface SteerView {
  readonly id: string;
  readonly kind: 'task' | 'human' | 'reaction' | 'resume';
  readonly reaction: string | null;
  readonly author: PersonView;
  readonly text: string;
  /** Absolute paths, on the host, of files that came with it. */
  readonly files: readonly string[];
  readonly state: SteerState;
  /** 1-based place in the queue while `queued`. */
  readonly position: number | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly acceptedAt: number | null;
}

/** Things a person may do to a session now; each is a button id and a command. */
export const SESSION_ACTIONS = [
  'stop',
  'interrupt',
  'kill',
  'undo',
  'restore',
  'pause',
  'resume',
  'handoff',
  'done',
  'merge',
  'approve',
  'request_changes',
  'rerun',
  'ready',
  'open_pr',
  'diff',
  'terminal',
  'logs',
  'start',
  'mute',
  'unmute',
] as const;

export type SessionAction = (typeof SESSION_ACTIONS)[number];

export interface SessionView {
  readonly id: string;
  readonly project: string;
  readonly role: 'worker' | 'orchestrator';
  readonly parent: string | null;
  readonly task: Task;
  /** Issue title, or the first line of the free text. */
  readonly title: string;
  /** `#42`, or null for free text. */
  readonly issue: string | null;
  readonly status: Status;
  readonly turn: Turn;
  /** Whose turn and why, e.g. "agent's turn · attempt 1 of 2", "your turn: approve the merge". */
  readonly turnText: string;
  readonly stage: Stage;
  readonly agent: string;
  /** Oldest first. */
  readonly handovers: ReadonlyArray<{
    readonly from: string;
    readonly to: string;
    readonly by: PersonView;
    readonly at: number;
  }>;
  /** The agent's program as it was started last; null before that. */
  readonly program: AgentProgram | null;
  readonly model: string | null;
  readonly permissions: PermissionMode;
  readonly branch: string;
  readonly base: string;
  readonly workspacePath: string | null;
  readonly startedBy: PersonView;
  readonly owner: PersonView;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: {
    readonly cause: EndCause;
    readonly by: PersonView;
    readonly reason: string | null;
  } | null;
  readonly pr: PrView | null;
  readonly prs: readonly PrView[];
  readonly usd: number | null;
  readonly tokens: number;
  readonly usage: readonly ModelUsage[];
  /** The same, by who used it: one entry per agent the session has had. */
  readonly usageByAgent: readonly FormerUsage[];
  /** Last line of activity, cleaned. */
  readonly last: string | null;
  readonly ciRounds: number;
  readonly reviewRounds: number;
  /** 1-based while queued, with the reason it waits. */
  readonly queue: { readonly position: number; readonly reason: string } | null;
  readonly paused: { readonly by: PersonView; readonly reason: string } | null;
  readonly limitedUntil: number | null;
  /** What ao could not do yet, why, and when it tries again; the latest. */
  readonly retry: {
    readonly effect: string;
    readonly reason: string;
    readonly until: number;
  } | null;
  /** What is wrong with its files or its repository, and what to do: each a text of a few sentences. */
  readonly troubles: readonly string[];
  readonly mergeFailure: {
    readonly reason: string;
    readonly attempts: number;
    readonly retryAt: number | null;
  } | null;
  readonly escalations: ReadonlyArray<{
    readonly key: string;
    readonly at: number;
    readonly acknowledgedBy: PersonView | null;
    readonly snoozedUntil: number | null;
  }>;
  readonly openRequests: readonly RequestView[];
  /** Queued and in-flight messages to the agent. */
  readonly steers: readonly SteerView[];
  readonly snapshotRef: string | null;
  readonly undoUntil: number | null;
  readonly muted: boolean;
  readonly actions: readonly SessionAction[];
  /** Grows with every change of the session. */
  readonly version: number;
}

export interface EventView {
  /** Global, strictly growing. The SSE id. */
  readonly seq: number;
  readonly session: string | null;
  readonly project: string | null;
  readonly at: number;
  readonly event: SessionEvent;
  /** One line for people. */
  readonly text: string;
}

export interface InboxItem {
  /** Stable id, e.g. `request:app-7:r1`, `escalation:app-7:ci-failed`, `merge:app-7`, `review:app-7`. */
  readonly id: string;
  readonly kind:
    | 'question'
    | 'permission'
    | 'escalation'
    | 'merge'
    | 'review'
    /** Something else of the pull request waits for a person. */
    | 'waits'
    | 'failed_message'
    | 'start';
  readonly session: string;
  readonly project: string;
  /** Whose it is; ao itself where nobody in particular is asked, which makes it everybody's. */
  readonly owner: PersonView;
  readonly title: string;
  readonly text: string;
  readonly since: number;
  readonly request: RequestView | null;
  /** Escalation key. */
  readonly key: string | null;
  readonly actions: readonly SessionAction[];
}

export interface IssueView {
  readonly project: string;
  readonly id: string;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignee: string | null;
  readonly url: string | null;
  /** Session that works on it now. */
  readonly session: string | null;
}

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly defaultBranch: string;
  readonly agent: string;
  readonly sessions: number;
  readonly live: number;
}
