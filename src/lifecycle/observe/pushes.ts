import type { SessionEventType } from '../../domain/session/event.ts';
import type { BranchPush, PullRequestFact } from '../../domain/session/facts.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { KeyValue, Logger } from '../../slots/plugin.ts';
import type { Followed, WorkspacePlugin } from '../../slots/workspace.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Plugins } from '../plugins.ts';
import { aboutHead, comparable, lookAtWork, tellWork } from '../work-at-head.ts';

/** What may change how the head stands to the workspace. */
const COMPARED_AFTER: ReadonlySet<SessionEventType> = new Set([
  'pr.opened',
  'pr.reopened',
  'pr.pushed',
  'workspace.created',
  'workspace.restored',
  'agent.turn_ended',
]);

interface ObserverState {
  readonly parts: {
    readonly plugins: Plugins;
    readonly dispatch: Dispatch;
    readonly logger: Logger;
    /** The head that was compared last, by session. */
    readonly seen: KeyValue;
  };
  readonly dispatch: Dispatch;
  readonly seen: KeyValue;
  readonly plugins: Plugins;
  readonly logger: Logger;
  off: (() => void) | null;
  queue: Promise<void>;
}

/**
 * Notices pushes to a session's branch that its agent didn't make: the head of the pull request is compared with the
 * workspace, for every head once, over restarts too. Whether the head is the session's own work is compared again after
 * each turn of the agent, because a merge waits for it.
 */
export function createPushObserver(parts: {
  readonly plugins: Plugins;
  readonly dispatch: Dispatch;
  readonly logger: Logger;
  /** The head that was compared last, by session. */
  readonly seen: KeyValue;
}): { start(): void; stop(): void; idle(): Promise<void> } {
  const { plugins, dispatch, logger, seen } = parts;
  const observer: ObserverState = {
    parts,
    dispatch,
    seen,
    plugins,
    logger,
    off: null,
    queue: Promise.resolve(),
  };
  return {
    start: () => start(observer),
    stop: () => stop(observer),
    idle: () => observer.queue,
  };
}

async function compare(observer: ObserverState, id: string): Promise<void> {
  const snapshot = observer.dispatch.snapshot(id);
  const pr = snapshot === null ? null : comparable(snapshot);
  if (snapshot === null || pr === null) return;
  if (observer.seen.get(id) === pr.headSha) return lookAtWork(observer.parts, snapshot);
  const workspace = observer.plugins.workspace(snapshot.session);
  if (workspace.follow === undefined) return;
  const followed = await follow(observer, workspace, snapshot, pr);
  // Stopped meanwhile: the next start looks again.
  if (observer.off === null) return;
  tellWork(observer.dispatch, snapshot, pr, followed);
  if (followed.type !== 'has') tellPush(observer, snapshot, pr, followed);
  observer.seen.set(id, pr.headSha);
}

function tellPush(
  observer: ObserverState,
  snapshot: Snapshot,
  pr: PullRequestFact,
  followed: BranchPush,
): void {
  const { id } = snapshot.session;
  const first = observer.seen.get(id) === undefined ? { first: true } : {};
  observer.dispatch.input(id, {
    type: 'fact',
    fact: { type: 'branch_pushed', pr: pr.key, sha: pr.headSha, followed, ...first },
  });
}

/** What is here already needs no question to the forge, which is every push of the agent itself. */
async function follow(
  observer: ObserverState,
  workspace: WorkspacePlugin,
  snapshot: Snapshot,
  pr: PullRequestFact,
): Promise<Followed> {
  const { project } = snapshot.session;
  const input = aboutHead(snapshot, pr, observer.plugins.project(project).repo);
  const here = await workspace.follow?.(input);
  if (here !== undefined && here.type !== 'absent') return here;
  const head = await observer.plugins.scm(project).head?.(pr.key);
  const there =
    head?.from == null ? undefined : await workspace.follow?.({ ...input, from: head.from });
  return there ?? { type: 'absent' };
}

function look(observer: ObserverState, id: string): void {
  observer.queue = observer.queue.then(() =>
    compare(observer, id).catch((error: unknown) =>
      observer.logger.warn(
        { session: id, err: error },
        'a push could not be compared with the workspace',
      ),
    ),
  );
}

function start(observer: ObserverState): void {
  observer.off = observer.dispatch.onChange(({ session, events }) => {
    if (events.some(({ event }) => COMPARED_AFTER.has(event.type))) look(observer, session);
  });
  for (const { session } of observer.dispatch.live()) look(observer, session.id);
}

function stop(observer: ObserverState): void {
  observer.off?.();
  observer.off = null;
}
