import type { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import type { AgentPlugin } from './agent.ts';
import type { ChatPlugin } from './chat.ts';
import type { NotifierPlugin } from './notifier.ts';
import type { RuntimePlugin } from './runtime.ts';
import type { ScmPlugin } from './scm.ts';
import type { TrackerPlugin } from './tracker.ts';
import type { WorkspacePlugin } from './workspace.ts';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Durable JSON values, one namespace per plugin instance. Synchronous, each write is durable when it returns. */
export interface KeyValue {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** All entries whose key starts with `prefix`, by key. */
  list(prefix: string): ReadonlyArray<readonly [key: string, value: unknown]>;
}

/** The project a per-project plugin instance (tracker, scm) works for. */
export interface ProjectInfo {
  readonly id: string;
  /** Absolute path of the repository. */
  readonly repo: string;
  readonly defaultBranch: string;
  /** Checks ao runs itself (local scm): name and shell line, run in a clean checkout. */
  readonly checks: ReadonlyArray<{ readonly name: string; readonly run: string; readonly timeoutMs: number; readonly required: boolean }>;
  /** What the configuration says for a forge; absent where no forge is meant. */
  readonly forge?: ForgeInfo;
}

export interface ForgeInfo {
  /** `owner/name`, when configured. */
  readonly repository: string | null;
  /** Null: webhooks are refused. */
  readonly webhookSecret: string | null;
  /** Logins treated as bots besides those the forge marks. */
  readonly botAuthors: readonly string[];
}

/** What every plugin gets from its host. Plugins never read `process.env`, the clock or the database themselves. */
export interface PluginContext {
  /** Instance id, e.g. `tmux`, or `local:<project>` for per-project plugins. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A folder of the plugin's own below the data directory; exists, mode 0700. */
  readonly dataDir: string;
  readonly kv: KeyValue;
  /** The environment given to children: PATH, HOME, LANG and the like. Never ao's own secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Set for tracker and scm instances, null otherwise. */
  readonly project: ProjectInfo | null;
}

export interface SlotPlugins {
  chat: ChatPlugin;
  runtime: RuntimePlugin;
  agent: AgentPlugin;
  workspace: WorkspacePlugin;
  tracker: TrackerPlugin;
  scm: ScmPlugin;
  notifier: NotifierPlugin;
}

export type SlotName = keyof SlotPlugins;

/** One line of `ao doctor`. `fix` says what to do; for `ok` it is null. */
export interface DoctorFinding {
  readonly level: 'ok' | 'warning' | 'error';
  readonly what: string;
  readonly fix: string | null;
}

export interface PluginDefinition<S extends SlotName = SlotName, C = unknown> {
  readonly slot: S;
  /** Name used in the config, kebab-case. */
  readonly name: string;
  readonly description: string;
  /** Shape of the plugin's own part of the config. */
  readonly config: z.ZodType<C>;
  /** Builds the plugin; does no I/O. */
  create(config: C, context: PluginContext): SlotPlugins[S];
}

/** Identity with types: `export default definePlugin({...})`. */
export function definePlugin<S extends SlotName, C>(definition: PluginDefinition<S, C>): PluginDefinition<S, C> {
  return definition;
}
