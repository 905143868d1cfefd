/**
 * View models: what chat, HTTP, CLI and the page show. All are plain JSON; times are ms UTC. Untrusted text (titles,
 * agent speech, logs) is raw here: each front end escapes for its own medium.
 */

import type { SessionEvent } from '../domain/event.ts';
import type { Check, ChecksState, Mergeability, ModelUsage, ReviewDecision } from '../domain/facts.ts';
import type { CostGroup, CostPart, CostSeries } from '../domain/ledger.ts';
import type { EndCause, PermissionMode, Stage, SteerState, Task } from '../domain/session.ts';
import type { Status, Turn } from '../domain/status.ts';

export interface PersonView {
  readonly subject: string;
  readonly name: string;
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
  readonly review: { readonly decision: ReviewDecision; readonly approvedBy: readonly string[]; readonly openComments: number };
  readonly mergeability: Mergeability;
  /** Rules the merge gate still waits for, each a sentence. Empty: the gate is open. */
  readonly waitsFor: readonly string[];
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
  readonly options: ReadonlyArray<{ readonly id: string; readonly label: string; readonly style: 'primary' | 'danger' | 'plain' }>;
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
  'done',
  'merge',
  'approve',
  'request_changes',
  'rerun',
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
  readonly outcome: { readonly cause: EndCause; readonly by: PersonView; readonly reason: string | null } | null;
  readonly pr: PrView | null;
  readonly prs: readonly PrView[];
  readonly usd: number | null;
  readonly tokens: number;
  readonly usage: readonly ModelUsage[];
  /** Last line of activity, cleaned. */
  readonly last: string | null;
  readonly ciRounds: number;
  readonly reviewRounds: number;
  /** 1-based while queued, with the reason it waits. */
  readonly queue: { readonly position: number; readonly reason: string } | null;
  readonly paused: { readonly by: PersonView; readonly reason: string } | null;
  readonly limitedUntil: number | null;
  readonly mergeFailure: { readonly reason: string; readonly attempts: number; readonly retryAt: number | null } | null;
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
  readonly kind: 'question' | 'permission' | 'escalation' | 'merge' | 'review' | 'failed_message' | 'start';
  readonly session: string;
  readonly project: string;
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

/** `usd` null: no price is known for any of it. */
export type CostRow = CostPart;

export interface CostView {
  /** First and last day, both part of it, `YYYY-MM-DD` in `timezone`. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly by: CostGroup;
  readonly rows: readonly CostRow[];
  readonly totalUsd: number | null;
  readonly totalTokens: number;
  /** Models without a known price; their tokens are in the totals, their USD are not. */
  readonly unpriced: readonly string[];
  /** Money per day, by the same; of days by agent. */
  readonly series: CostSeries;
}

/** What is left of one limit of a forge. */
export interface QuotaLimitView {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
}

/** One account at a forge: its limits, what ao used them for since it started, and whether it holds itself back. */
export interface QuotaAccountView {
  readonly account: string;
  readonly projects: readonly string[];
  readonly limits: readonly QuotaLimitView[];
  /** ao's own calls by purpose, most points first. `unchanged` ones were free. */
  readonly bot: ReadonlyArray<{ readonly purpose: string; readonly requests: number; readonly points: number; readonly unchanged: number }>;
  readonly pace: { readonly state: 'normal' | 'slow' | 'held'; readonly factor: number; readonly until: number | null };
  /** Largest part of a limit that was used up at once in the last 24 hours, 0 to 1. */
  readonly peak: number;
}

/** What one session's agent asked the forge through the `gh` on its PATH. */
export interface QuotaAgentView {
  readonly session: string;
  /** Reads that went out. */
  readonly reads: number;
  /** Reads answered without asking. */
  readonly cached: number;
  /** Reads the forge answered with "nothing changed", which are free. */
  readonly unchanged: number;
  readonly writes: number;
  readonly failed: number;
  /** Limits of the token the agent uses, as far as answers told them. */
  readonly limits: readonly QuotaLimitView[];
  readonly lastAt: number;
}

export interface QuotaView {
  readonly accounts: readonly QuotaAccountView[];
  readonly agents: readonly QuotaAgentView[];
  /** Projects whose forge could not be asked, each with the reason. */
  readonly unknown: ReadonlyArray<{ readonly project: string; readonly reason: string }>;
}
