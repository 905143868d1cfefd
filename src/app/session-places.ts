import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import type { SessionPlace } from '../domain/session/place.ts';
import type { Session } from '../domain/session/session.ts';
import type { Plugins, Project } from '../lifecycle/plugins.ts';
import { PluginError, rejected } from '../slots/errors.ts';
import type { Logger } from '../slots/plugin.ts';
import type { RuntimePlugin } from '../slots/runtime.ts';
import type { WorkspacePlugin } from '../slots/workspace.ts';

export interface PlaceParts {
  readonly config: Config;
  readonly projects: readonly Project[];
  readonly logger: Logger;
  /** The instance of this name; made once. Throws `not_found` where no plugin has it. */
  readonly runtime: (name: string) => RuntimePlugin;
  readonly workspace: (name: string) => WorkspacePlugin;
  /** Names that sessions say, live ones and those of which something is left to do. */
  readonly runtimesInUse: () => readonly string[];
  readonly workspacesInUse: (project: string) => readonly string[];
}

export type Places = Pick<
  Plugins,
  'placeOf' | 'runtime' | 'runtimes' | 'workspace' | 'workspaceFor' | 'workspaces'
> & {
  start(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Finds the runtime and the workspace a session lives in. The session says which; the configuration only says what new ones get.
 * So a changed `runtime:` never makes an agent that runs look gone.
 */
export function createPlaces(parts: PlaceParts): Places {
  const { config } = parts;
  const running = runningRuntimes(parts);
  const placeOf = (project: string): SessionPlace => {
    const { runtime, workspace } = projectSettings(config, project);
    return { runtime, workspace, at: null };
  };
  const placeFor = (session: Session): SessionPlace => session.place ?? placeOf(session.project);

  return {
    placeOf,
    runtime(session) {
      const { runtime: name, at } = placeFor(session);
      const runtime = orExplained(session, 'runtime', name, () => parts.runtime(name));
      if (at !== null && runtime.where !== undefined && runtime.where !== at)
        throw rejected('AO_RUNTIME_MOVED', movedWords(session, name, at, runtime.where));
      running.need(name, runtime);
      return runtime;
    },
    runtimes: running.all,
    workspace(session) {
      const { workspace: name } = placeFor(session);
      return orExplained(session, 'workspace', name, () => parts.workspace(name));
    },
    workspaceFor: (project) => parts.workspace(placeOf(project).workspace),
    workspaces: (project) => [
      ...thoseThere(
        parts.logger,
        [placeOf(project).workspace, ...parts.workspacesInUse(project)],
        parts.workspace,
      ).values(),
    ],
    start: running.start,
    stop: running.stop,
  };
}

/** Runtimes that the configuration names or that sessions live in are started with ao, the others when somebody needs them. */
function runningRuntimes(parts: PlaceParts): {
  all(): readonly RuntimePlugin[];
  need(name: string, runtime: RuntimePlugin): void;
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const { logger } = parts;
  const started = new Map<string, RuntimePlugin>();
  let isRunning = false;
  const named = (): readonly (readonly [string, RuntimePlugin])[] => {
    const names = parts.projects.map(({ id }) => projectSettings(parts.config, id).runtime);
    return [...new Set(names)].map((name) => [name, parts.runtime(name)]);
  };
  return {
    all: () => [...(isRunning ? started : new Map(named())).values()],
    need(name, runtime) {
      if (!isRunning || started.has(name)) return;
      started.set(name, runtime);
      void runtime.start().catch((error: unknown) => {
        started.delete(name);
        logger.error({ name, err: error }, 'a runtime could not be started');
      });
    },
    async start() {
      isRunning = true;
      const inUse = thoseThere(logger, parts.runtimesInUse(), parts.runtime);
      for (const [name, runtime] of [...named(), ...inUse]) started.set(name, runtime);
      for (const runtime of started.values()) await runtime.start();
    },
    async stop() {
      isRunning = false;
      for (const runtime of started.values()) await runtime.stop();
      started.clear();
    },
  };
}

/** By name; those the configuration doesn't have any more are told. */
function thoseThere<T>(
  logger: Logger,
  names: readonly string[],
  find: (name: string) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const name of new Set(names)) {
    try {
      found.set(name, find(name));
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      logger.error({ name, err: error }, 'what sessions live in is not in ao.yaml any more');
    }
  }
  return found;
}

function orExplained<T>(session: Session, slot: string, name: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw rejected(
      'AO_PLACE_UNKNOWN',
      `${session.id} lives in the ${slot} "${name}", which ao.yaml doesn't have any more. Put it back below ${slot}s: and start ao again.`,
      { cause: error },
    );
  }
}

const movedWords = (session: Session, name: string, at: string, now: string): string =>
  `The agent of ${session.id} was started in ${at}, and the runtime "${name}" of ao.yaml means ${now} now. ` +
  `Put the settings of the runtime back and start ao again, or end that agent yourself.`;
