import type { Dispatch } from './dispatch.ts';
import { livesIn, type Plugins } from './plugins.ts';

/** Resident memory of each live session's process tree, by session, bytes: one question per runtime. What can't be asked is left out. */
export async function measureMemory(
  dispatch: Dispatch,
  plugins: Plugins,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const runtime of plugins.runtimes()) {
    const sessions = dispatch
      .live()
      .filter(
        ({ session, facts }) =>
          facts.runtime?.state === 'alive' &&
          facts.runtime.handle !== null &&
          livesIn(plugins, session, runtime),
      );
    if (sessions.length === 0) continue;
    const handles = sessions.flatMap(({ facts }) => facts.runtime?.handle ?? []);
    const resources = await runtime.resources(handles).catch(() => new Map<string, never>());
    for (const { session, facts } of sessions) {
      const seen = resources.get(facts.runtime?.handle ?? '');
      if (seen !== undefined) found.set(session.id, seen.rssBytes);
    }
  }
  return found;
}
