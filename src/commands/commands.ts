/** The use cases, named as people say them. Chat, HTTP and CLI all go through this one interface; access policy is checked inside. */

import type { AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Stretch } from '../domain/session/digest.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { ChatMessageRef } from '../domain/session/session.ts';
import type { Result } from '../lib/result.ts';
import type { Verb } from './access.ts';
import type { GhAnswer, GhRequest } from './agent-forge.ts';
import type { CostRequest } from './cost.ts';
import type { SessionFilter, SessionPage } from './session-list.ts';
import type {
  BudgetView,
  CostView,
  DiffView,
  DigestView,
  EventView,
  IdentityView,
  InboxItem,
  IssueView,
  ProjectView,
  PruneItem,
  QuotaView,
  SessionView,
  SteerView,
  ThreadView,
} from './views.ts';

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

/** They never change anything. Each asks the policy whether this actor may read, and answers a refusal if not. */
export interface Reads {
  /** The first page. An orchestrator gets itself and the sessions it started. */
  sessions(actor: Actor, filter: SessionFilter): Result<readonly SessionView[], Refusal>;
  sessionPage(actor: Actor, filter: SessionFilter): Result<SessionPage, Refusal>;
  session(actor: Actor, session: string): Result<SessionView, Refusal>;
  /** Oldest first; 200 unless `limit` says otherwise, at most 1,000. */
  events(
    actor: Actor,
    session: string,
    page: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Result<readonly EventView[], Refusal>;
  steers(actor: Actor, session: string): Result<readonly SteerView[], Refusal>;
  /** Review threads of the pull request, resolved ones too, oldest first. */
  threads(actor: Actor, session: string): Result<readonly ThreadView[], Refusal>;
  logs(actor: Actor, session: string, lines: number): Outcome<LogsView>;
  /** An agent gets a fork's log only after somebody sent it that failure. */
  checkLog(
    actor: Actor,
    session: string,
    check: string,
  ): Outcome<{ readonly name: string; readonly text: string }>;
  /** Of the head of its open pull request; of the checkout where there is none. */
  diff(actor: Actor, session: string): Outcome<DiffView>;
  /** What came to its open pull request since the head `from`. */
  changes(
    actor: Actor,
    session: string,
    from: string,
  ): Outcome<{ readonly from: string; readonly to: string; readonly patch: string }>;
  attach(actor: Actor, session: string): Outcome<AttachView>;
  /** Opens the terminal in the browser; `write` needs the verb `terminal`. */
  terminal(
    actor: Actor,
    session: string,
    mode: 'read' | 'write',
  ): Outcome<{ readonly session: string; readonly argv: readonly string[] }>;
  /** What needs this person; `all`: what needs anybody. */
  inbox(actor: Actor, all: boolean): Result<readonly InboxItem[], Refusal>;
  issues(actor: Actor, request: IssuesRequest): Outcome<readonly IssueView[]>;
  projects(actor: Actor): Result<readonly ProjectView[], Refusal>;
  /** Rate limits of the forges: what is left, who used what, whether ao slows down. */
  quota(actor: Actor): Outcome<QuotaView>;
  /** The current month, unless the request says otherwise. */
  cost(actor: Actor, request: CostRequest): Result<CostView, Refusal>;
  /** What happened in the last 24 hours, or in the stretch. */
  digest(actor: Actor, stretch?: Stretch): Outcome<DigestView>;
  /** Of the live sessions, the tightest first. */
  budgets(actor: Actor): Result<readonly BudgetView[], Refusal>;
  /** Names for completion and forms. */
  agents(actor: Actor): Result<readonly string[], Refusal>;
}

export type ReadName = keyof Reads;

/** Session arguments are ids or unambiguous prefixes (`app-7`, `7` when there is one project). */
export interface Commands extends Reads {
  /**
   * For doors, before they show, store or stream anything: whether this actor may; an agent may look at the
   * `session` it could read. Writes no row in the audit log: the door that refuses because of it does.
   */
  may(actor: Actor, verb: Verb, session?: string): Result<null, Refusal>;
  spawn(actor: Actor, request: SpawnRequest): Outcome<readonly Spawned[]>;
  /** Take over an existing pull request. */
  adopt(
    actor: Actor,
    request: {
      project: string | null;
      channel: string | null;
      pr: string;
      agent: string | null;
      key: string | null;
    },
  ): Outcome<SessionView>;
  /** Starts an agent that plans, and spawns and steers workers of its own. `goal` null: it asks a person. */
  orchestrate(
    actor: Actor,
    request: {
      project: string | null;
      channel: string | null;
      goal: string | null;
      key: string | null;
    },
  ): Outcome<SessionView>;
  send(actor: Actor, session: string, request: SendRequest): Outcome<SteerView>;
  editSteer(actor: Actor, session: string, steer: string, text: string): Outcome<SteerView>;
  removeSteer(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  retrySteer(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  sendSteerNow(actor: Actor, session: string, steer: string): Outcome<SteerView>;
  answer(
    actor: Actor,
    session: string,
    request: string | null,
    answer: { option: string | null; text: string | null },
  ): Outcome<SessionView>;
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
  /**
   * `sha`, `base`: head and base the person saw; refused when either is another. Null: whatever they are now, but a head that
   * is named without its base is refused once the base was changed.
   */
  merge(
    actor: Actor,
    session: string,
    request: {
      sha: string | null;
      base: string | null;
      method: 'squash' | 'merge' | 'rebase' | null;
    },
  ): Outcome<SessionView>;
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
      base: string | null;
      key: string | null;
    },
  ): Outcome<SessionView>;
  /** Answers a review thread at the forge, in ao's name and with the person's. `thread`: `t2`. */
  replyThread(
    actor: Actor,
    session: string,
    request: { thread: string; text: string; key: string | null },
  ): Outcome<SessionView>;
  /** `all`: every open one. */
  resolveThread(actor: Actor, session: string, thread: string): Outcome<SessionView>;
  acknowledge(actor: Actor, session: string, key: string | null): Outcome<SessionView>;
  /** `key` null: every escalation that is open. */
  snooze(actor: Actor, session: string, key: string | null, minutes: number): Outcome<SessionView>;
  runReaction(actor: Actor, session: string, key: string): Outcome<SessionView>;
  mute(actor: Actor, session: string, muted: boolean): Outcome<SessionView>;
  /** To another agent: it goes on in the same worktree, with a summary. `words`: for the new agent. */
  changeAgent(
    actor: Actor,
    session: string,
    request: { agent: string; model: string | null; words: string | null },
  ): Outcome<SessionView>;
  /** To another person. */
  handOver(actor: Actor, session: string, to: Actor): Outcome<SessionView>;
  /** Used by agents. `session` is the caller's own. */
  createPullRequest(
    actor: Actor,
    session: string,
    request: { title: string; body: string; draft: boolean; base: string | null },
  ): Outcome<SessionView>;
  report(
    actor: Actor,
    session: string,
    request: { state: 'working' | 'blocked' | 'needs_input' | 'done'; note: string },
  ): Outcome<SessionView>;

  /** Used by the `gh` on an agent's PATH. `session` is the caller's own. */
  gh(actor: Actor, session: string, request: GhRequest): Outcome<GhAnswer>;

  /** What ao left behind and nobody needs; removed only with `apply`. */
  prune(actor: Actor, apply: boolean): Outcome<readonly PruneItem[]>;

  /** For the budget's own period: a session, a day, a month. */
  raiseBudget(actor: Actor, id: string, limitUsd: number): Result<BudgetView, Refusal>;
  readonly identity: IdentityCommands;
  readonly auditLog: AuditCommands;
}

/** A code that proves a login when it appears as a comment of that login. */
export interface LinkChallenge {
  readonly login: string;
  readonly project: string;
  readonly forge: string;
  readonly code: string;
  readonly expiresAt: number;
}

/** Which login at the forge a person has; the merge policy asks for it. */
export interface IdentityCommands {
  /** Gives a code for one person and one login, valid 15 minutes; a newer one replaces it. */
  begin(
    actor: Actor,
    request: { login: string; project: string | null; channel: string | null },
  ): Outcome<LinkChallenge>;
  /** Looks for the comment on this issue and links the person. */
  confirm(actor: Actor, request: { issue: string }): Outcome<IdentityView>;
  /** An admin links somebody without a code. */
  vouch(
    actor: Actor,
    request: { subject: string; login: string; project: string | null },
  ): Outcome<IdentityView>;
  /** One's own links; of somebody else only as an admin. How many there were. */
  remove(actor: Actor, subject: string | null): Outcome<number>;
  own(actor: Actor): Result<readonly IdentityView[], Refusal>;
  /** Everybody's; for admins. */
  list(actor: Actor): Result<readonly IdentityView[], Refusal>;
}

/** Who did what, who was refused; for admins. */
export interface AuditCommands {
  read(actor: Actor, filter: AuditFilter): Result<readonly AuditRow[], Refusal>;
  verify(actor: Actor): Result<AuditVerdict, Refusal>;
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
  | 'AO_MERGE_POLICY'
  | 'AO_BAD_REQUEST'
  | 'AO_NO_PULL_REQUEST'
  | 'AO_AGENT_MISSING'
  | 'AO_UNSUPPORTED'
  | 'AO_UPSTREAM';
