import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import type { KeyValue, Logger } from '../../slots/plugin.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Plugins } from '../plugins.ts';
import { lookForTroubles } from './workspace-troubles.ts';

export interface WorkspaceObserver {
  start(): void;
  stop(): void;
  /** One round over all live sessions. Resolves when its facts are taken in. */
  round(): Promise<void>;
}

/** Missing this often in a row: somebody may be moving it, and a restore makes it again. */
const ROUNDS_MISSING = 2;

interface ObserverState {
  readonly plugins: Plugins;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly told: KeyValue;
  readonly clock: Clock;
  readonly interval: number;
  readonly missing: Map<string, number>;
  timer: { cancel(): void } | null;
}

/** Notices that a session's folder is gone while its agent runs. Costs one look at the file system a session and round. */
export function createWorkspaceObserver(parts: {
  plugins: Plugins;
  dispatch: Dispatch;
  clock: Clock;
  logger: Logger;
  interval: number;
  /** What `lookForTroubles` keeps. */
  told: KeyValue;
}): WorkspaceObserver {
  const { plugins, dispatch, clock, logger, interval, told } = parts;
  const observer: ObserverState = {
    plugins,
    logger,
    dispatch,
    told,
    clock,
    interval,
    missing: new Map<string, number>(),
    timer: null,
  };
  return {
    start: () => next(observer),
    stop: () => stop(observer),
    round: () => round(observer),
  };
}

async function look(observer: ObserverState, snapshot: Snapshot): Promise<void> {
  const { id, workspace } = snapshot.session;
  if (!isGone(workspace)) {
    observer.missing.delete(id);
    return;
  }
  const rounds = (observer.missing.get(id) ?? 0) + 1;
  observer.missing.set(id, rounds);
  if (
    rounds < ROUNDS_MISSING ||
    !(await workspaceIsMissing(observer.plugins, snapshot, observer.logger))
  )
    return;
  observer.missing.delete(id);
  if (isGone(observer.dispatch.snapshot(id)?.session.workspace ?? null))
    observer.dispatch.input(id, { type: 'fact', fact: { type: 'workspace_missing' } });
}

async function round(observer: ObserverState): Promise<void> {
  const live = observer.dispatch.live();
  for (const snapshot of live) {
    try {
      await look(observer, snapshot);
    } catch (error) {
      observer.logger.warn(
        { session: snapshot.session.id, err: error },
        'a workspace could not be looked at',
      );
    }
  }
  await lookForTroubles({
    plugins: observer.plugins,
    dispatch: observer.dispatch,
    logger: observer.logger,
    told: observer.told,
  });
  for (const id of observer.missing.keys())
    if (!live.some(({ session }) => session.id === id)) observer.missing.delete(id);
}

function next(observer: ObserverState): void {
  observer.timer = observer.clock.after(observer.interval, () => {
    void round(observer).finally(() => {
      if (observer.timer !== null) next(observer);
    });
  });
}

function stop(observer: ObserverState): void {
  observer.timer?.cancel();
  observer.timer = null;
}

/** A disk that isn't mounted takes the folder around it along: that says nothing of the workspace. */
const isGone = (workspace: Snapshot['session']['workspace']): boolean =>
  workspace?.state === 'present' &&
  !existsSync(workspace.path) &&
  existsSync(dirname(workspace.path));

/** As its plugin sees it. What can't be looked at isn't missing. */
export async function workspaceIsMissing(
  plugins: Plugins,
  snapshot: Snapshot,
  logger: Logger,
): Promise<boolean> {
  const { session } = snapshot;
  const { id, workspace, base } = session;
  if (workspace === null || workspace.state !== 'present') return false;
  try {
    return !(await plugins.workspace(session).state(workspace.path, base)).exists;
  } catch (error) {
    logger.warn({ session: id, err: error }, 'a workspace could not be looked at');
    return false;
  }
}
