import type { z } from 'zod';
import type { AgentPlugin } from './agent.ts';
import type { ChatPlugin } from './chat.ts';
import type { PluginContext } from './context.ts';
import type { NotifierPlugin } from './notifier.ts';
import type { RuntimePlugin } from './runtime.ts';
import type { ScmPlugin } from './scm.ts';
import type { TrackerPlugin } from './tracker.ts';
import type { WorkspacePlugin } from './workspace.ts';

export type {
  DoctorFinding,
  ForgeInfo,
  KeyValue,
  Logger,
  PluginContext,
  ProjectInfo,
} from './context.ts';

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

/** One thing `ao init NAME` needs to know. */
export interface SetupQuestion {
  /** Key in the plugin's part of the project; `repo`: the project's own key. */
  readonly key: string;
  readonly message: string;
  /** Where the answer comes from without questions; a secret is kept in .env under this name. */
  readonly env: string;
  readonly secret?: boolean;
  /** What an empty answer stands for; without it there has to be one. Empty: the key is left out. */
  readonly initial?: string;
}

/** How a tracker or scm is joined to a project by `ao init NAME`. Tracker and scm of one name have the same guide. */
export interface SetupGuide {
  /** What it is called. */
  readonly title: string;
  /** Said before the first question: where to get what is asked for. */
  readonly intro: string;
  readonly questions: readonly SetupQuestion[];
  /** What to do at the service so that its deliveries arrive; `{url}` and `{secret}` stand for address and variable of the secret. Absent: it sends none. */
  readonly webhook?: string;
}

export interface PluginDefinition<S extends SlotName = SlotName, C = unknown> {
  readonly slot: S;
  /** Name used in the config, kebab-case. */
  readonly name: string;
  readonly description: string;
  /** Shape of the plugin's own part of the config. */
  readonly config: z.ZodType<C>;
  /** Absent: it is set up by hand. */
  readonly setup?: SetupGuide;
  /** Loads what is too heavy for those who don't use the plugin. Awaited before the first `create`; harmless when called again. */
  load?(): Promise<void>;
  /** Builds the plugin; does no I/O. */
  create(config: C, context: PluginContext): SlotPlugins[S];
}

/** Identity with types: `export default definePlugin({...})`. */
export function definePlugin<S extends SlotName, C>(
  definition: PluginDefinition<S, C>,
): PluginDefinition<S, C> {
  return definition;
}

/** A plugin with its code read; for those who need one alone. */
export async function buildPlugin(
  definition: PluginDefinition,
  config: unknown,
  context: PluginContext,
): Promise<SlotPlugins[SlotName]> {
  await definition.load?.();
  return definition.create(config, context);
}

type Create<C, P> = (config: C, context: PluginContext) => P;

/** `load` and `create` of a plugin whose code is only read where it is configured: an SDK can take half a second and 50 MB. */
export function loadedLate<C, P>(
  load: () => Promise<Create<C, P>>,
): { load(): Promise<void>; create: Create<C, P> } {
  let create: Create<C, P> | null = null;
  return {
    async load() {
      create ??= await load();
    },
    create(config, context) {
      if (create === null) throw new Error('A plugin was built before it was loaded.');
      return create(config, context);
    },
  };
}
