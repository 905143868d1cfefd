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
  let off: (() => void) | null = null;
  let queue: Promise<void> = Promise.resolve();

  const compare = async (id: string): Promise<void> => {
    const snapshot = dispatch.snapshot(id);
    const pr = snapshot === null ? null : comparable(snapshot);
    if (snapshot === null || pr === null) return;
    if (seen.get(id) === pr.headSha) return lookAtWork(parts, snapshot);
    const workspace = plugins.workspace(snapshot.session);
    if (workspace.follow === undefined) return;
    const followed = await follow(workspace, snapshot, pr);
    // Stopped meanwhile: the next start looks again.
    if (off === null) return;
    tellWork(dispatch, snapshot, pr, followed);
    if (followed.type !== 'has') tellPush(snapshot, pr, followed);
    seen.set(id, pr.headSha);
  };

  const tellPush = (snapshot: Snapshot, pr: PullRequestFact, followed: BranchPush): void => {
    const { id } = snapshot.session;
    const first = seen.get(id) === undefined ? { first: true } : {};
    dispatch.input(id, {
      type: 'fact',
      fact: { type: 'branch_pushed', pr: pr.key, sha: pr.headSha, followed, ...first },
    });
  };

  /** What is here already needs no question to the forge, which is every push of the agent itself. */
  const follow = async (
    workspace: WorkspacePlugin,
    snapshot: Snapshot,
    pr: PullRequestFact,
  ): Promise<Followed> => {
    const { project } = snapshot.session;
    const input = aboutHead(snapshot, pr, plugins.project(project).repo);
    const here = await workspace.follow?.(input);
    if (here !== undefined && here.type !== 'absent') return here;
    const head = await plugins.scm(project).head?.(pr.key);
    const there =
      head?.from == null ? undefined : await workspace.follow?.({ ...input, from: head.from });
    return there ?? { type: 'absent' };
  };

  const look = (id: string): void => {
    queue = queue.then(() =>
      compare(id).catch((error: unknown) =>
        logger.warn({ session: id, err: error }, 'a push could not be compared with the workspace'),
      ),
    );
  };

  return {
    start() {
      off = dispatch.onChange(({ session, events }) => {
        if (events.some(({ event }) => COMPARED_AFTER.has(event.type))) look(session);
      });
      for (const { session } of dispatch.live()) look(session.id);
    },
    stop() {
      off?.();
      off = null;
    },
    idle: () => queue,
  };
}
