import type { SessionPlace } from '../domain/session/place.ts';
import type { Priority } from '../domain/session/policy.ts';
import type { PermissionMode, Session } from '../domain/session/session.ts';
import type { OwnRules } from '../domain/text/prompt.ts';
import type { Redacted } from '../lib/redact.ts';
import type { AgentPlugin } from '../slots/agent.ts';
import { PluginError } from '../slots/errors.ts';
import type { Notification, NotifierPlugin } from '../slots/notifier.ts';
import type { RuntimePlugin } from '../slots/runtime.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { TrackerPlugin } from '../slots/tracker.ts';
import type { WorkspacePlugin } from '../slots/workspace.ts';

/** What the lifecycle needs to know of a configured project. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** Absolute path of the repository. */
  readonly repo: string;
  readonly defaultBranch: string;
  readonly prefix: string;
  readonly agent: string;
  readonly model: string | null;
  /** Mode the project itself asks for; null: whatever the bot's default is. */
  readonly permissions: PermissionMode | null;
  readonly agentArgs: readonly string[];
  readonly agentEnv: Readonly<Record<string, string>>;
  /** The project's own rules for agents. */
  readonly rules: OwnRules;
  /** Who plans here. `agent` and `model` null: as its workers. */
  readonly orchestrator: {
    readonly agent: string | null;
    readonly model: string | null;
    readonly rules: string;
  };
  readonly copies: readonly string[];
  readonly symlinks: readonly string[];
  readonly postCreate: readonly string[];
  readonly postCreateTimeoutMs: number;
  readonly branchNamespace: string;
  readonly maxSessions: number | null;
  readonly enabled: boolean;
}

/** A notifier that takes nothing that didn't pass the redactor. */
export interface SafeNotifier extends Omit<NotifierPlugin, 'notify'> {
  notify(
    message: Redacted<Notification>,
    options: Parameters<NotifierPlugin['notify']>[1],
  ): Promise<void>;
}

/** The plugins of this bot, found by what a session or project asks for. Throws PluginError `not_found` for unknown names. */
export interface Plugins {
  project(id: string): Project;
  projects(): readonly Project[];
  /** Where a new session of the project lives. */
  placeOf(project: string): SessionPlace;
  /** Where this session lives. Throws `rejected` where its runtime is not in the configuration any more, or means another engine. */
  runtime(session: Session): RuntimePlugin;
  /** All that run: those of the configuration, and those that sessions still live in. */
  runtimes(): readonly RuntimePlugin[];
  agent(name: string): AgentPlugin;
  /** What this session's workspace was made with. Throws like `runtime`. */
  workspace(session: Session): WorkspacePlugin;
  /** What new sessions of the project get theirs of. */
  workspaceFor(project: string): WorkspacePlugin;
  /** All that workspaces of the project were made with, that of new ones first. */
  workspaces(project: string): readonly WorkspacePlugin[];
  scm(project: string): ScmPlugin;
  tracker(project: string): TrackerPlugin;
  /** Where a message of this priority goes. */
  notifierNames(project: string, priority: Priority): readonly string[];
  notifier(name: string): SafeNotifier;
}

/** The agent of the session runs on another machine, as far as that is known. */
export function livesElsewhere(plugins: Plugins, session: Session): boolean {
  return plugins
    .runtimes()
    .some((runtime) => runtime.elsewhere === true && livesIn(plugins, session, runtime));
}

/** Whether the session's agent is one of this runtime's. Of a session whose runtime can't be reached nothing is known. */
export function livesIn(plugins: Plugins, session: Session, runtime: RuntimePlugin): boolean {
  try {
    return plugins.runtime(session) === runtime;
  } catch (error) {
    if (error instanceof PluginError) return false;
    throw error;
  }
}
