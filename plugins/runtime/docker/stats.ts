import type { Resources } from '../../../src/slots/runtime.ts';
import type { Engine } from './engine.ts';

interface Stats {
  readonly memory_stats?: {
    readonly usage?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly pids_stats?: { readonly current?: number };
}

/** Of those that run. All are asked at once: the engine takes a second for one, and not much more for twenty. */
export async function resourcesOf(
  engine: Engine,
  handles: readonly string[],
  containerOf: (handle: string) => string,
): Promise<ReadonlyMap<string, Resources>> {
  const found = await Promise.all(
    handles.map(async (handle): Promise<[string, Resources][]> => {
      const resources = await ofOne(engine, containerOf(handle)).catch(() => null);
      return resources === null ? [] : [[handle, resources]];
    }),
  );
  return new Map(found.flat());
}

/** Null: it doesn't run. What the system keeps only for files can be had back at any time and doesn't count. */
async function ofOne(engine: Engine, container: string): Promise<Resources | null> {
  const stats = await engine.call<Stats>(
    'GET',
    `/containers/${container}/stats?stream=false&one-shot=true`,
  );
  const { memory_stats: memory, pids_stats: pids } = stats;
  if (memory?.usage === undefined) return null;
  const cached = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0;
  return { rssBytes: Math.max(0, memory.usage - cached), processes: pids?.current ?? 0 };
}
