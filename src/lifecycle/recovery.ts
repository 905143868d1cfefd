import type { AdmissionPlan } from '../domain/session/admission.ts';
import type { RuntimeFact } from '../domain/session/facts.ts';
import { AO, type SessionId } from '../domain/session/ids.ts';
import type { FactInput } from '../domain/session/input.ts';
import { WENT_ON } from '../domain/session/recovered.ts';
import type { Session, Snapshot } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';
import type { ObservedRuntime, RuntimePlugin } from '../slots/runtime.ts';
import type { AgentWatches } from './agents.ts';
import type { Dispatch } from './dispatch.ts';
import { lastWords } from './last-words.ts';
import { workspaceIsMissing } from './observe/workspaces.ts';
import type { Plugins } from './plugins.ts';

export interface Recovered {
  readonly watched: number;
  readonly exited: number;
  readonly gone: number;
  /** Agents that are gone and wait for room before they are resumed. */
  readonly queued: number;
  readonly workspacesMissing: number;
  readonly threadsOpened: number;
  /** Runtimes that no live session has; they are left alone and told. */
  readonly orphans: number;
}

export interface RecoveryParts {
  readonly plugins: Plugins;
  readonly dispatch: Dispatch;
  readonly agents: AgentWatches;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Room for agents that have to be started again; without it all of them are. */
  readonly room?: (sessions: readonly Session[]) => AdmissionPlan;
  /** Opens what a session lacks of threads; says whether there was any. */
  readonly openThread: (session: Snapshot) => boolean;
}

const ENDED_MEANWHILE = 'The agent ended while ao was down.';
const GONE = 'The agent was gone when ao started (a reboot, or its terminal was killed).';

/** An agent that was alive when ao was last seen, and is not now. */
interface Lost {
  readonly snapshot: Snapshot;
  readonly fact: RuntimeFact;
  readonly output: string | null;
  readonly what: string;
}

type Seen = ReadonlyMap<RuntimePlugin, ReadonlyMap<string, ObservedRuntime>>;

/**
 * Boot reconcile: compares what the database says with what is really there, before anything new is done. What is
 * there is watched again; what ended meanwhile is a fact like any other, and the reactions do the rest. A probe that
 * fails says nothing: what was known stays, and the observers ask again.
 *
 * | session | workspace | runtime | outcome |
 * |---|---|---|---|
 * | live, alive | there | alive | watched again |
 * | live, alive | there | exited or gone | told, then `agent-exited` (resume, ask or give up), or queued when the limits leave no room |
 * | live, starting | there | any | its start is in the outbox, in doubt: found again or started |
 * | live | missing | any | terminated, told; Restore makes it from the branch or the snapshot |
 * | live | not made yet | any | its effects are in the outbox |
 * | ended | any | alive | its kill is in the outbox; if it is not: an orphan, left alone and told |
 * | none | any | alive | an orphan, left alone and told |
 *
 * Branch and pull request are read by the pull request observer and by Restore; a missing thread is opened again.
 */
export async function reconcile(parts: RecoveryParts): Promise<Recovered> {
  const { plugins, dispatch, agents, clock, logger } = parts;
  const counts = {
    watched: 0,
    exited: 0,
    gone: 0,
    queued: 0,
    workspacesMissing: 0,
    threadsOpened: 0,
    orphans: 0,
  };
  const seen = await observeAll(plugins, logger);
  const lost: Lost[] = [];
  for (const snapshot of dispatch.live()) {
    try {
      await reconcileOne(snapshot);
    } catch (error) {
      logger.error(
        { session: snapshot.session.id, err: error },
        'a session could not be compared with what is there; it stays as it was',
      );
    }
  }
  takeLosses();
  counts.orphans = tellOrphans(dispatch, seen, logger);
  return counts;

  async function reconcileOne(snapshot: Snapshot): Promise<void> {
    if (parts.openThread(snapshot)) counts.threadsOpened += 1;
    if (await workspaceIsMissing(plugins, snapshot, logger)) {
      counts.workspacesMissing += 1;
      return fact(snapshot.session.id, { type: 'workspace_missing' });
    }
    await reconcileRuntime(snapshot);
  }

  /** After a reboot all agents are gone at once: as many are resumed as the limits allow, the others queue. */
  function takeLosses(): void {
    const waits = new Map(whoWaits().map(({ id, reason }) => [id, reason]));
    for (const { snapshot, fact: given, output, what } of lost) {
      const { id } = snapshot.session;
      fact(id, { type: 'reconciled', what });
      const reason = waits.get(id);
      if (reason !== undefined) {
        const words = `${reason}; the agent is resumed when there is room`;
        dispatch.input(id, {
          type: 'command',
          command: { type: 'requeue', reason: words },
          by: AO,
        });
        if (dispatch.snapshot(id)?.session.stage === 'queued') counts.queued += 1;
      }
      fact(id, { type: 'runtime', fact: given, output });
    }
  }

  function whoWaits(): AdmissionPlan['wait'] {
    return (
      parts.room?.(
        lost.flatMap(({ snapshot: { session } }) => (session.paused === null ? [session] : [])),
      ).wait ?? []
    );
  }

  async function reconcileRuntime(snapshot: Snapshot): Promise<void> {
    const { session, facts } = snapshot;
    if (facts.runtime?.state !== 'alive') return;
    const runtime = plugins.runtime(session);
    const all = seen.get(runtime);
    if (all === undefined) return; // Could not be asked: nothing is known, the observer asks again.
    const item = all.get(session.id);
    const found = item?.handle === facts.runtime.handle ? item : undefined;
    if (found?.fact.state === 'unknown' || found?.fact.state === 'starting') return;
    if (found?.fact.state === 'alive') {
      counts.watched += 1;
      agents.open(session, found.handle);
      return fact(session.id, {
        type: 'reconciled',
        what: WENT_ON,
      });
    }
    const exited = found?.fact.state === 'exited';
    counts[exited ? 'exited' : 'gone'] += 1;
    const output = exited ? await lastWords(runtime, found.handle, logger) : null;
    const seenNow: RuntimeFact = exited
      ? found.fact
      : { state: 'gone', exitCode: null, pid: null, handle: facts.runtime.handle, at: clock.now() };
    lost.push({ snapshot, fact: seenNow, output, what: exited ? ENDED_MEANWHILE : GONE });
  }

  function fact(id: SessionId, given: FactInput): void {
    dispatch.input(id, { type: 'fact', fact: given });
  }
}

async function observeAll(plugins: Plugins, logger: Logger): Promise<Seen> {
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

/** Agents that nobody here has. They may be somebody's: never ended, always told. */
function tellOrphans(dispatch: Dispatch, seen: Seen, logger: Logger): number {
  let orphans = 0;
  for (const item of [...seen.values()].flatMap((all) => [...all.values()])) {
    const known = dispatch.snapshot(item.id);
    if (
      item.fact.state !== 'alive' ||
      known?.session.ended === null ||
      known?.facts.runtime != null
    )
      continue;
    orphans += 1;
    logger.warn(
      { runtime: item.id, handle: item.handle },
      known === null
        ? 'an agent runs that no session knows; it is left alone'
        : 'the agent of an ended session still runs; it is left alone',
    );
  }
  return orphans;
}
