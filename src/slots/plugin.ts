import type { z } from 'zod';
import type { AgentPlugin } from './agent.ts';
import type { ChatPlugin } from './chat.ts';
import type { PluginContext } from './context.ts';
import type { NotifierPlugin } from './notifier.ts';
import type { RuntimePlugin } from './runtime.ts';
import type { ScmPlugin } from './scm.ts';
import type { TrackerPlugin } from './tracker.ts';
import type { WorkspacePlugin } from './workspace.ts';

export type { DoctorFinding, ForgeInfo, KeyValue, Logger, PluginContext, ProjectInfo } from './context.ts';

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
