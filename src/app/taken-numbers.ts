import type { Clock } from '../lib/clock.ts';
import type { Project } from '../lifecycle/plugins.ts';
import type { Logger } from '../slots/plugin.ts';

interface Named {
  readonly id: string;
}

export interface TakenNumbersParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly projects: readonly Project[];
  /** What runs, of all projects; each runtime has a listing of its own. */
  readonly runtimes: () => ReadonlyArray<{ observe(): Promise<readonly Named[]> }>;
  readonly workspaces: (project: Project) => Promise<readonly Named[]>;
  /** No number up to this one is given to a session with this prefix any more. */
  readonly raise: (prefix: string, highest: number) => void;
}

export interface TakenNumbers {
  /** Resolves when everything was asked once, whatever came of it; what failed is asked again until it answers. */
  look(): Promise<void>;
  stop(): void;
}

/** How soon a listing that failed is asked for again, ms. */
const AGAIN = 5_000;

/** A new database beside old worktrees or agents: their ids are not given again, so nothing of theirs is taken for ours. */
export function createTakenNumbers(parts: TakenNumbersParts): TakenNumbers {
  const { clock, logger, projects } = parts;
  const timers = new Set<{ cancel(): void }>();
  let stopped = false;

  const note = (found: readonly Named[], of: readonly Project[]): void => {
    for (const { prefix } of of) {
      const highest = Math.max(
        0,
        ...found.map(({ id }) => Number(new RegExp(`^${prefix}-(\\d+)`).exec(id)?.[1] ?? 0)),
      );
      if (highest > 0) parts.raise(prefix, highest);
    }
  };

  const ask = async (
    listing: () => Promise<readonly Named[]>,
    of: readonly Project[],
  ): Promise<void> => {
    try {
      const found = await listing();
      if (!stopped) note(found, of);
    } catch (error) {
      if (stopped) return;
      logger.warn(
        { err: error, projects: of.map(({ id }) => id) },
        'what is left of earlier sessions could not be listed; it is tried again',
      );
      const timer = clock.after(AGAIN, () => {
        timers.delete(timer);
        void ask(listing, of);
      });
      timers.add(timer);
    }
  };

  return {
    async look() {
      stopped = false;
      const runtimes = parts.runtimes().map((runtime) => ask(() => runtime.observe(), projects));
      await Promise.all([
        ...runtimes,
        ...projects.map((project) => ask(() => parts.workspaces(project), [project])),
      ]);
    },
    stop() {
      stopped = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}
