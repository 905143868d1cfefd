import type { RuntimeFact } from '../domain/facts.ts';
import type { Snapshot } from '../domain/session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';
import type { ObservedRuntime, RuntimePlugin } from '../slots/runtime.ts';
import type { AgentWatches } from './agents.ts';
import type { Dispatch } from './dispatch.ts';
import type { Plugins } from './plugins.ts';

export interface Recovered {
  readonly watched: number;
  readonly exited: number;
  readonly gone: number;
  readonly workspacesMissing: number;
}

/**
 * Boot reconcile: compares what the database says with what is really there, before anything new is done. What is
 * there is watched again; what ended meanwhile is a fact like any other, and the reactions do the rest.
 */
export async function reconcile(parts: { plugins: Plugins; dispatch: Dispatch; agents: AgentWatches; clock: Clock; logger: Logger }): Promise<Recovered> {
  const { plugins, dispatch, agents, clock, logger } = parts;
  const counts = { watched: 0, exited: 0, gone: 0, workspacesMissing: 0 };
  const seen = await observeAll(plugins, logger);
  for (const snapshot of dispatch.live()) {
    if (await workspaceIsMissing(plugins, snapshot)) {
      counts.workspacesMissing += 1;
      dispatch.input(snapshot.session.id, { type: 'fact', fact: { type: 'workspace_missing' } });
      continue;
    }
    reconcileRuntime(snapshot);
  }
  return counts;

  function reconcileRuntime(snapshot: Snapshot): void {
    const { session, facts } = snapshot;
    if (facts.runtime === null || facts.runtime.state !== 'alive') return;
    const runtime = plugins.runtime(session);
    const all = seen.get(runtime);
    if (all === undefined) return; // Could not be asked: nothing is known, the observer asks again.
    const found = all.get(session.id);
    if (found?.handle === facts.runtime.handle && found.fact.state === 'alive') {
      counts.watched += 1;
      agents.open(session, found.handle);
      return;
    }
    const exited = found?.handle === facts.runtime.handle && found.fact.state === 'exited';
    counts[exited ? 'exited' : 'gone'] += 1;
    const fact: RuntimeFact = exited ? found.fact : { state: 'gone', exitCode: null, pid: null, handle: facts.runtime.handle, at: clock.now() };
    dispatch.input(session.id, { type: 'fact', fact: { type: 'reconciled', what: exited ? 'The agent ended while ao was down.' : 'The agent was gone when ao started (a reboot, or its terminal was killed).' } });
    dispatch.input(session.id, { type: 'fact', fact: { type: 'runtime', fact, output: null } });
  }
}

async function observeAll(plugins: Plugins, logger: Logger): Promise<ReadonlyMap<RuntimePlugin, ReadonlyMap<string, ObservedRuntime>>> {
  const seen = new Map<RuntimePlugin, ReadonlyMap<string, ObservedRuntime>>();
  for (const runtime of plugins.runtimes()) {
    try {
      seen.set(runtime, new Map((await runtime.observe()).map((item) => [item.id, item])));
    } catch (error) {
      logger.warn({ err: error }, 'a runtime could not be observed at start');
    }
  }
  return seen;
}

async function workspaceIsMissing(plugins: Plugins, snapshot: Snapshot): Promise<boolean> {
  const { workspace, project, base } = snapshot.session;
  if (workspace === null || workspace.state !== 'present') return false;
  return !(await plugins.workspace(project).state(workspace.path, base)).exists;
}
