import type { RuntimeFact } from '../../domain/session/facts.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../slots/plugin.ts';
import type { ObservedRuntime, RuntimePlugin } from '../../slots/runtime.ts';
import type { AgentWatches } from '../agents.ts';
import type { Dispatch } from '../dispatch.ts';
import { lastWords } from '../last-words.ts';
import { livesIn, type Plugins } from '../plugins.ts';

/** A runtime must be missing this often in a row before it is called gone: one round may have begun before it was made. */
const ROUNDS_MISSING = 2;

export interface RuntimeObserver {
  start(): void;
  stop(): void;
  /** One round over all sessions. Resolves when its facts are taken in. */
  round(): Promise<void>;
}

/** One call per runtime plugin and round, whatever the number of sessions. */
export function createRuntimeObserver(parts: {
  plugins: Plugins;
  dispatch: Dispatch;
  agents: AgentWatches;
  clock: Clock;
  logger: Logger;
  interval: number;
}): RuntimeObserver {
  const { plugins, dispatch, agents, clock, logger } = parts;
  const missing = new Map<string, number>();
  const unwatched = new Set<string>();
  const heard = new Map<RuntimePlugin, () => void>();
  let timer: { cancel(): void } | null = null;
  let stopped = false;

  const round = async (): Promise<void> => {
    for (const runtime of plugins.runtimes()) {
      if (!heard.has(runtime)) heard.set(runtime, runtime.onExit(pushed(runtime)));
      const watched = dispatch
        .live()
        .filter((snapshot) => isWatched(snapshot) && livesIn(plugins, snapshot.session, runtime));
      if (watched.length === 0) continue;
      try {
        const seen = new Map((await runtime.observe()).map((item) => [item.id, item]));
        for (const snapshot of watched)
          await compare(runtime, snapshot, seen.get(snapshot.session.id));
      } catch (error) {
        // A runtime that can't be asked says nothing about the agents in it.
        logger.warn({ err: error }, 'a runtime could not be observed');
      }
    }
  };

  const compare = async (
    runtime: RuntimePlugin,
    snapshot: Snapshot,
    seen: ObservedRuntime | undefined,
  ): Promise<void> => {
    const { id } = snapshot.session;
    const known = snapshot.facts.runtime;
    if (seen === undefined || seen.handle !== known?.handle) return countMissing(snapshot);
    missing.delete(id);
    if (seen.fact.state === 'alive') watchAgain(id, seen.handle);
    if (seen.fact.state !== known.state) await take(runtime, snapshot, seen.fact);
  };

  /** It could not be watched when it was started or found (its runtime could not be asked): nobody would hear what it says. */
  const watchAgain = (id: string, handle: string): void => {
    const now = dispatch.snapshot(id);
    if (
      agents.get(id) !== null ||
      now === null ||
      now.session.ended !== null ||
      !isWatched(now) ||
      now.facts.runtime?.handle !== handle
    )
      return;
    if (!plugins.projects().some((project) => project.id === now.session.project)) return;
    try {
      agents.open(now.session, handle);
      unwatched.delete(id);
    } catch (error) {
      if (!unwatched.has(id))
        logger.error({ session: id, err: error }, 'an agent can not be watched; it is tried again');
      unwatched.add(id);
    }
  };

  const countMissing = (snapshot: Snapshot): void => {
    const { id } = snapshot.session;
    const rounds = (missing.get(id) ?? 0) + 1;
    missing.set(id, rounds);
    if (rounds < ROUNDS_MISSING) return;
    missing.delete(id);
    agents.close(id);
    const fact: RuntimeFact = {
      state: 'gone',
      exitCode: null,
      pid: null,
      handle: snapshot.facts.runtime?.handle ?? null,
      at: clock.now(),
    };
    dispatch.input(id, { type: 'fact', fact: { type: 'runtime', fact, output: null } });
  };

  const take = async (
    runtime: RuntimePlugin,
    snapshot: Snapshot,
    fact: RuntimeFact,
  ): Promise<void> => {
    const { id } = snapshot.session;
    const output =
      fact.state === 'exited' && fact.handle !== null
        ? await lastWords(runtime, fact.handle, logger)
        : null;
    const now = dispatch.snapshot(id)?.facts.runtime;
    if (
      now?.handle !== snapshot.facts.runtime?.handle ||
      now?.state !== snapshot.facts.runtime?.state
    )
      return;
    if (fact.state === 'exited') agents.close(id);
    dispatch.input(id, { type: 'fact', fact: { type: 'runtime', fact, output } });
  };

  const pushed =
    (runtime: RuntimePlugin) =>
    (id: string, handle: string, exitCode: number | null, why?: string): void => {
      const snapshot = dispatch.snapshot(id);
      if (snapshot === null || !isWatched(snapshot) || snapshot.facts.runtime?.handle !== handle)
        return;
      take(runtime, snapshot, {
        state: 'exited',
        exitCode,
        ...(why === undefined ? {} : { why }),
        pid: snapshot.facts.runtime.pid,
        handle,
        at: clock.now(),
      }).catch((error: unknown) =>
        logger.warn(
          { session: id, err: error },
          'the end of an agent could not be taken in; the next round sees it',
        ),
      );
    };

  const loop = async (): Promise<void> => {
    await round();
    if (!stopped) timer = clock.after(parts.interval, () => void loop());
  };

  return {
    round,
    start() {
      stopped = false;
      void loop();
    },
    stop() {
      stopped = true;
      timer?.cancel();
      for (const off of heard.values()) off();
      heard.clear();
    },
  };
}

const isWatched = (snapshot: Snapshot): boolean =>
  snapshot.facts.runtime?.handle != null && snapshot.facts.runtime.state === 'alive';
