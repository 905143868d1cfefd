/** The use cases, named as people say them. Chat, HTTP and CLI all go through this one interface; access policy is checked inside. */

import type { Refusal } from '../domain/decision.ts';
import type { Actor } from '../domain/ids.ts';
import type { ChatMessageRef } from '../domain/session.ts';
import type { Result } from '../lib/result.ts';
import type { CostRequest } from './cost.ts';
import type { CostView, EventView, InboxItem, IssueView, ProjectView, QuotaView, SessionView, SteerView } from './views.ts';

export type Outcome<T> = Promise<Result<T, Refusal>>;

export interface SpawnRequest {
  /** Null: channel binding, else the only project, else refused with `AO_PROJECT_AMBIGUOUS`. */
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
}

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
  readonly key: string | null;
}

/** Session arguments are ids or unambiguous prefixes (`app-7`, `7` when there is one project). */
export interface Commands {
  spawn(actor: Actor, request: SpawnRequest): Outcome<readonly Spawned[]>;
  /** Take over an existing pull request. */
  adopt(actor: Actor, request: { project: string | null; channel: string | null; pr: string; agent: string | null; key: string | null }): Outcome<SessionView>;
  send(actor: Actor, session: string, request: SendRequest): Outcome<SteerView>;
  editSteer(actor: Actor, session: string, steer: string, text: string): Outcome<SteerView>;
  removeSteer(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  retrySteer(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  sendSteerNow(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  answer(actor: Actor, session: string, request: string | null, answer: { option: string | null; text: string | null }): Outcome<SessionView>;
  /** Ends the running turn; with `text`, says something else at once. */
  interrupt(actor: Actor, session: string, text: string | null): Outcome<SessionView>;
  /** Ends the turn and holds everything automatic until somebody replies or resumes. */
  stop(actor: Actor, session: string): Outcome<SessionView>;
  kill(actor: Actor, session: string, reason: string | null): Outcome<SessionView>;
  /** Takes the last kill, done or clean-up back while its snapshot lives. */
  undo(actor: Actor, session: string): Outcome<SessionView>;
  restore(actor: Actor, session: string, message: string | null): Outcome<SessionView>;
  pause(actor: Actor, session: string, reason: string | null): Outcome<SessionView>;
  resume(actor: Actor, session: string): Outcome<SessionView>;
  /** Finished without a merge. */
  done(actor: Actor, session: string): Outcome<SessionView>;
  /** `sha`: the head the person saw; refused when it moved. Null: whatever the head is now. */
  merge(actor: Actor, session: string, request: { sha: string | null; method: 'squash' | 'merge' | 'rebase' | null }): Outcome<SessionView>;
  rerun(actor: Actor, session: string): Outcome<SessionView>;
  /** Local scm: approve, ask for changes, or comment. */
  review(
    actor: Actor,
    session: string,
    request: {
      decision: 'approve' | 'request_changes' | 'comment';
      text: string;
      file: string | null;
      line: number | null;
      sha: string | null;
      key: string | null;
    },
  ): Outcome<SessionView>;
  acknowledge(actor: Actor, session: string, key: string | null): Outcome<SessionView>;
  snooze(actor: Actor, session: string, key: string, minutes: number): Outcome<SessionView>;
  runReaction(actor: Actor, session: string, key: string): Outcome<SessionView>;
  mute(actor: Actor, session: string, muted: boolean): Outcome<SessionView>;
  /** To another person. */
  handOver(actor: Actor, session: string, to: Actor): Outcome<SessionView>;
  /** Used by agents. `session` is the caller's own. */
  createPullRequest(actor: Actor, session: string, request: { title: string; body: string; draft: boolean; base: string | null }): Outcome<SessionView>;
  report(actor: Actor, session: string, request: { state: 'working' | 'blocked' | 'needs_input' | 'done'; note: string }): Outcome<SessionView>;

  // Queries. They never change anything.
  sessions(filter: {
    project?: string | undefined;
    status?: string | undefined;
    turn?: string | undefined;
    all?: boolean | undefined;
    mine?: string | undefined;
  }): readonly SessionView[];
  session(session: string): Result<SessionView, Refusal>;
  events(filter: { session?: string | undefined; after?: number | undefined; limit?: number | undefined }): readonly EventView[];
  steers(session: string): Result<readonly SteerView[], Refusal>;
  logs(session: string, lines: number): Outcome<{ readonly text: string; readonly live: boolean }>;
  checkLog(session: string, check: string): Outcome<{ readonly name: string; readonly text: string }>;
  diff(
    session: string,
  ): Outcome<{ readonly stat: string; readonly patch: string; readonly additions: number; readonly deletions: number; readonly files: number }>;
  attach(session: string): Outcome<{ readonly argv: readonly string[]; readonly readOnlyArgv: readonly string[] }>;
  inbox(actor: Actor | null): readonly InboxItem[];
  issues(request: { project: string | null; text: string | null; state: 'open' | 'closed' | 'all' }): Outcome<readonly IssueView[]>;
  projects(): readonly ProjectView[];
  /** Rate limits of the forges: what is left, who used what, whether ao slows down. */
  quota(): Outcome<QuotaView>;
  /** The current month unless told. */
  cost(request: CostRequest): Result<CostView, Refusal>;
  /** Names for completion and forms. */
  agents(): readonly string[];
}

/** Codes of refusals by the use cases; docs/errors.md has the words of all of them. */
export type RefusalCode =
  | 'AO_SESSION_UNKNOWN'
  | 'AO_SESSION_AMBIGUOUS'
  | 'AO_PROJECT_UNKNOWN'
  | 'AO_PROJECT_AMBIGUOUS'
  | 'AO_ISSUE_UNKNOWN'
  | 'AO_ISSUE_CLOSED'
  | 'AO_ISSUE_TAKEN'
  | 'AO_ACCESS_DENIED'
  | 'AO_STATE'
  | 'AO_STALE'
  | 'AO_GATE_CLOSED'
  | 'AO_BAD_REQUEST'
  | 'AO_NO_PULL_REQUEST'
  | 'AO_AGENT_MISSING'
  | 'AO_UNSUPPORTED'
  | 'AO_UPSTREAM';
