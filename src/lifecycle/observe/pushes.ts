import type { PullRequestFact } from '../../domain/session/facts.ts';
import { openPr } from '../../domain/session/pr.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { isResting } from '../../domain/session/status.ts';
import type { KeyValue, Logger } from '../../slots/plugin.ts';
import type { Followed, WorkspacePlugin } from '../../slots/workspace.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Plugins } from '../plugins.ts';

/**
 * Notices pushes to a session's branch that its agent didn't make: the head of the pull request is compared with the
 * workspace, for every head once, over restarts too.
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
    if (snapshot === null || pr === null || seen.get(id) === pr.headSha) return;
    const workspace = plugins.workspace(snapshot.session);
    if (workspace.follow === undefined) return;
    const followed = await follow(workspace, snapshot, pr);
    // Stopped meanwhile: the next start looks again.
    if (off === null) return;
    if (followed.type !== 'has')
      dispatch.input(snapshot.session.id, {
        type: 'fact',
        fact: { type: 'branch_pushed', pr: pr.key, sha: pr.headSha, followed },
      });
    seen.set(id, pr.headSha);
  };

  /** What is here already needs no question to the forge, which is every push of the agent itself. */
  const follow = async (
    workspace: WorkspacePlugin,
    snapshot: Snapshot,
    pr: PullRequestFact,
  ): Promise<Followed> => {
    const { id, project, branch } = snapshot.session;
    const input = {
      id,
      repo: plugins.project(project).repo,
      path: snapshot.session.workspace?.path ?? '',
      branch,
      sha: pr.headSha,
      mayTake: isResting(snapshot),
    };
    const here = await workspace.follow?.({ ...input, from: null });
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
        if (events.some(({ event }) => event.type === 'pr.pushed')) look(session);
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

/** The pull request of the session's own branch, while there is a workspace. */
function comparable(snapshot: Snapshot): PullRequestFact | null {
  const { ended, workspace, branch } = snapshot.session;
  const pr = openPr(snapshot);
  return ended === null && workspace?.state === 'present' && pr?.branch === branch ? pr : null;
}
