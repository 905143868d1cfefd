import type { ActivityFact, ModelUsage } from '../domain/session/facts.ts';
import type { AgentRequest, PermissionMode } from '../domain/session/session.ts';
import type { FileProblem } from '../lib/guarded/problem.ts';
import type { DoctorFinding } from './context.ts';

/** What an agent plugin may know of a session. */
export interface AgentSessionInfo {
  readonly id: string;
  readonly project: string;
  readonly cwd: string;
  /** Main repository the worktree belongs to (trust prompts are keyed by it). */
  readonly repo: string;
  readonly model: string | null;
  readonly permissions: PermissionMode;
  /** Rules for the agent: what a managed session is, how to open the PR, project rules. */
  readonly rules: string;
  /** The agent's own conversation id; null before it is known. */
  readonly agentSession: string | null;
  /** Number of this launch, 1 for the first. */
  readonly launch: number;
  /** Extra argv and env from the project's `agentConfig`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** URL for the agent's own HTTP hooks; POST bodies reach `hook()`. Needs `Authorization: Bearer <hookToken>`. */
  readonly hookUrl: string;
  /** The session's token. Goes into a header, never into an address or a command line: those end in logs and process lists. */
  readonly hookToken: string;
  /** A folder of this session's own for side files (settings, event logs); exists, survives restarts. */
  readonly stateDir: string;
}

export interface LaunchPlan {
  readonly argv: readonly string[];
  /** Added to the base environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Files to write before the start, absolute path (below `stateDir`) -> content. Mode 0600. */
  readonly files: Readonly<Record<string, string>>;
  /** The first prompt is part of argv; acceptance still needs proof. */
  readonly promptIncluded: boolean;
  /** Known in advance where the agent takes an id (claude `--session-id`). */
  readonly agentSession: string | null;
  /**
   * `resume` was asked for, and there is nothing that could be resumed: this plan would begin a new conversation, which knows neither the
   * task nor what was done. ao does not carry it out but plans a launch with a summary of both.
   */
  readonly conversationLost?: boolean;
}

/** What an agent did, from whatever source is best; `at` is when it happened, ms. */
export type AgentEvent =
  | {
      readonly type: 'activity';
      readonly fact: ActivityFact /** Final message of the turn, Markdown, with `ready`. */;
      readonly lastMessage: string | null;
    }
  /** The agent took this exact text (hook, transcript, protocol). Compared after trimming. */
  | { readonly type: 'prompt_accepted'; readonly text: string; readonly at: number }
  | { readonly type: 'agent_session'; readonly id: string }
  /** The same as `conversationLost` of a plan, for an agent that only knows once it was started. It waits to be ended. */
  | { readonly type: 'conversation_lost' }
  | { readonly type: 'request_opened'; readonly request: AgentRequest }
  /** The request is no longer open; `answer` in words where known. */
  | { readonly type: 'request_closed'; readonly request: string; readonly answer: string | null }
  /** Words of an answer for which the agent's dialog has no place: they go to it as a message of their own. */
  | { readonly type: 'words_left'; readonly request: string; readonly text: string }
  | { readonly type: 'tool'; readonly summary: string }
  /** A file that tells of the agent can't be read or written. The same one may come many times. */
  | { readonly type: 'file_problem'; readonly problem: FileProblem }
  /** Running totals since the session began, resumed launches included, deduplicated. */
  | {
      readonly type: 'usage';
      readonly models: readonly ModelUsage[] /** When the last of it was used, where that is known: read late, it still counts for its own day. */;
      readonly at?: number;
    };

/** How the driver reaches the agent's terminal; bound to one live runtime handle. */
export interface AgentTerminal {
  write(text: string, options: { submit: boolean }): Promise<void>;
  keys(keys: readonly string[]): Promise<void>;
  /** Last lines of the screen, no escape sequences. */
  capture(lines: number): Promise<string>;
}

export type Delivery =
  /** The text was typed or handed over; `accepted` when proof is already there, otherwise a `prompt_accepted` event follows. */
  | {
      readonly type: 'typed';
      readonly accepted: boolean;
      /** What was typed, where people can see that it isn't what they wrote: `exit.` for `exit`. */
      readonly as?: string;
    }
  /** Nothing was typed: the agent can't take text now (permission or question open, start-up dialog, not ready). */
  | { readonly type: 'deferred'; readonly reason: string };

/**
 * One session's agent while ao watches it. Created at launch and again after a restart of the bot; must then
 * reconcile from files or protocol and emit what it missed (same events twice are harmless).
 */
export interface AgentWatch {
  /**
   * Hands `text` to the agent and submits it, exactly, multi-line and large texts included, a leading `/` or `!` disarmed.
   * Never types while a permission or question is open: re-checks the live state itself directly before typing.
   * `inDoubt`: a former try may have got through (crash in between); look for evidence first and don't repeat when found.
   */
  deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery>;
  /** Ends the running turn (Escape or protocol). Not an error when there is none. */
  interrupt(): Promise<void>;
  /** Answers an open request; throws `rejected` when it is no longer open. */
  answer(requestId: string, answer: { option: string | null; text: string | null }): Promise<void>;
  /** Body of a POST to `hookUrl`. The return value is the HTTP answer (JSON); may wait for a person's decision. */
  hook(body: unknown): Promise<unknown>;
  /** Stops watching. The agent goes on. */
  close(): void;
}

export interface AgentPlugin {
  /** Installed? Which version, and is it one the plugin knows? No side effects. */
  detect(): Promise<{
    readonly found: boolean;
    readonly path: string | null;
    readonly version: string | null;
    /** A sentence for people where the version isn't one ao was tried with; null or absent: it is, or ao can't say. */
    readonly untried?: string | null;
    readonly findings: readonly DoctorFinding[];
  }>;
  /** Argv, env and files of a launch. `prompt` null: resume without a message. Pure but for reading the session's own files. */
  plan(
    session: AgentSessionInfo,
    launch: { prompt: string | null; resume: boolean },
  ): Promise<LaunchPlan>;
  watch(
    session: AgentSessionInfo,
    terminal: AgentTerminal,
    emit: (event: AgentEvent) => void,
  ): AgentWatch;
  /** Permission modes this agent knows; others fall to the nearest stricter one. */
  readonly permissionModes: readonly PermissionMode[];
  /** Those in which the program's own sandbox keeps what it runs from writing elsewhere. Left out: it has none. */
  readonly ownSandbox?: readonly PermissionMode[];
  /** Messages can be handed over in the middle of a turn (the agent queues or injects them itself). */
  readonly acceptsWhileBusy: boolean;
  models(): Promise<readonly string[]>;
  /** Shows what ao does without an AI: never offered for real work. */
  readonly isDemo?: boolean;
}
