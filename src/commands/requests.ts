/** What use cases take and give, besides the view models of views.ts. */

import type { ChatHome, ChatMessageRef } from '../domain/session/chat-place.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Result } from '../lib/result.ts';
import type { LineRemark } from '../slots/scm.ts';
import type { SessionView } from './views.ts';

/** Words of others that come along for an agent to read: it is told whose they are and never to follow them. */
export interface Quote {
  /** What it is and where from, such as `thread in #dev`. */
  readonly source: string;
  readonly text: string;
}

export type Outcome<T> = Promise<Result<T, Refusal>>;

export interface SpawnRequest {
  /** Null: channel binding, else the only project, else the one that `text` names, else refused with `AO_PROJECT_AMBIGUOUS`. */
  readonly project: string | null;
  readonly channel: string | null;
  /** Issue numbers, keys or URLs; one session each. Empty: `text` is the task. */
  readonly issues: readonly string[];
  readonly text: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  readonly base: string | null;
  readonly prompt: string | null;
  readonly plan: boolean;
  /** Another session on an issue that has a live one. */
  readonly again: boolean;
  /** The same key spawns once (delivery id, HTTP Idempotency-Key). */
  readonly key: string | null;
  /** Absolute paths of what came with the words. */
  readonly files?: readonly string[];
  /** The chat message it was asked for with: it shows the receipts of the task. */
  readonly source?: ChatMessageRef;
  readonly quotes?: readonly Quote[];
  /** The thread it is to live in; without it a thread of its own. */
  readonly home?: ChatHome;
}

/** Nothing said about how: the project's own ways, another session where there is one already. */
export const UNSAID = {
  channel: null,
  issues: [],
  text: null,
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: true,
} as const satisfies Partial<SpawnRequest>;

export interface Spawned {
  readonly issue: string | null;
  readonly session: SessionView | null;
  readonly refusal: Refusal | null;
}

export interface SendRequest {
  readonly text: string;
  readonly files: readonly string[];
  /** Interrupt the turn and send at once. */
  readonly now: boolean;
  readonly source: ChatMessageRef | null;
  readonly quotes?: readonly Quote[];
  readonly key: string | null;
}

export interface IssuesRequest {
  /** Null: every project. */
  readonly project: string | null;
  readonly text: string | null;
  readonly state: 'open' | 'closed' | 'all';
}

export interface LogsView {
  readonly text: string;
  readonly live: boolean;
}

/** Command lines that open the terminal on the host. */
export interface AttachView {
  readonly argv: readonly string[];
  readonly readOnlyArgv: readonly string[];
}

/** A code that proves a login when it appears as a comment of that login. */
export interface LinkChallenge {
  readonly login: string;
  readonly project: string;
  readonly forge: string;
  readonly code: string;
  readonly expiresAt: number;
}

/** Where a session is to be started. */
export interface Place {
  /** Null: channel binding, else the only project, else refused with `AO_PROJECT_AMBIGUOUS`. */
  readonly project: string | null;
  readonly channel: string | null;
  /** Words of a person; a project they name counts where nothing else says which. */
  readonly text?: string | null;
}

export interface AdoptRequest extends Place {
  readonly pr: string;
  readonly agent: string | null;
  readonly key: string | null;
}

export interface OrchestrateRequest extends Place {
  /** Null: the agent asks a person. */
  readonly goal: string | null;
  readonly key: string | null;
}

/** Head and base that the person saw; refused when either has changed. Null: whatever they are now. */
export interface Seen {
  readonly sha: string | null;
  /** A head that is named without its base is refused once the base was changed. */
  readonly base: string | null;
}

export interface MergeRequest extends Seen {
  readonly method: 'squash' | 'merge' | 'rebase' | null;
}

export interface ReviewRequest extends Seen {
  readonly decision: 'approve' | 'request_changes' | 'comment';
  readonly text: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Remarks on lines, beside `text`. Left out: none. */
  readonly comments?: readonly LineRemark[];
  readonly key: string | null;
}
