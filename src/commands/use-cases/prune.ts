import { z } from 'zod';
import { undoExpired } from '../../domain/decide/command/start-and-end.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { ok } from '../../lib/result.ts';
import { PluginError } from '../../slots/errors.ts';
import type { CommandParts } from '../parts.ts';
import { PruneItemSchema } from '../schemas/view-schemas.ts';
import { type Call, ofAll, post } from '../use-case.ts';
import type { PruneItem } from '../view/prune.ts';

/** Something that nobody needs any more, and how it goes. */
interface Leftover extends Omit<PruneItem, 'done'> {
  readonly remove: () => Promise<void>;
}

const GRACE = { graceMs: 2_000 };

/**
 * What ao left behind and nobody needs: worktrees without a session, terminals of agents that ended, snapshots nobody can take back any more.
 * Only things that carry ao's mark and belong to sessions of this database, or to none that it could still have; worktrees are snapshotted first.
 * Removed only with `apply`.
 */
export const prune = ofAll({
  name: 'prune',
  when: 'later',
  verb: 'admin',
  agents: 'nobody',
  action: (apply) => (apply ? 'prune' : 'prune (looked only)'),
  http: post({
    path: '/api/prune',
    tag: 'team',
    summary: 'What ao left behind and nobody needs; removed only with `apply`',
    body: z.object({ apply: z.boolean().default(false) }),
    response: z.array(PruneItemSchema),
    args: ({ body }) => [body.apply],
  }),
  async run({ parts }: Call, apply: boolean) {
    const found = [...(await terminals(parts)), ...(await perProject(parts))];
    const items: PruneItem[] = [];
    for (const { remove, ...item } of found)
      items.push({ ...item, done: apply ? await attempt(remove) : null });
    return ok(items as readonly PruneItem[]);
  },
});

/** Null: gone. Otherwise why it is still there. */
async function attempt(remove: () => Promise<void>): Promise<{ readonly refusal: string | null }> {
  try {
    await remove();
    return { refusal: null };
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return { refusal: error.message };
  }
}

/** Screens of agents that ended, kept so that their last words could be read. */
async function terminals(parts: CommandParts): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const runtime of parts.plugins.runtimes()) {
    for (const { id, handle, fact } of await runtime.observe()) {
      const session = parts.dispatch.snapshot(id);
      // One that this database doesn't know may be another ao's; one that lives may be looked at, or be resumed.
      if (
        fact.state !== 'exited' ||
        session === null ||
        session.session.ended === null ||
        session.facts.runtime?.handle !== handle
      )
        continue;
      found.push({
        kind: 'terminal',
        session: id,
        what: `ended agent of ${id}`,
        remove: () => runtime.kill(handle, GRACE),
      });
    }
  }
  return found;
}

async function perProject(parts: CommandParts): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  const repos = new Set<string>();
  for (const project of parts.plugins.projects()) {
    if (repos.has(project.repo)) continue;
    repos.add(project.repo);
    found.push(
      ...(await worktrees(parts, project.id, project.repo)),
      ...(await snapshots(parts, project.id, project.repo)),
    );
  }
  return found;
}

/** Worktrees of sessions that have none by what the database says, or of no session at all. */
async function worktrees(
  parts: CommandParts,
  project: string,
  repo: string,
): Promise<readonly Leftover[]> {
  const made = await Promise.all(
    parts.plugins
      .workspaces(project)
      .map(async (workspace) =>
        (await workspace.list(repo)).map((item) => [item.path, { ...item, workspace }] as const),
      ),
  );
  // Two instances of one plugin may both know it.
  return [...new Map(made.flat()).values()]
    .filter(({ id }) => !needsWorktree(parts.dispatch.snapshot(id)?.session))
    .map(({ id, path, branch, workspace }) => ({
      kind: 'worktree' as const,
      session: id,
      what: `${path}${branch === null ? '' : ` (branch ${branch} stays)`}`,
      remove: async () => {
        const removed = await workspace.remove({
          repo,
          path,
          id,
          branch: branch ?? '',
          deleteBranch: false,
        });
        noteRemoved(parts, id, removed);
      },
    }));
}

/** The session's own removal failed before: its snapshot is what an undo brings back. */
function noteRemoved(
  parts: CommandParts,
  id: string,
  removed: { readonly snapshotRef: string | null; readonly branchDeleted: boolean },
): void {
  const session = parts.dispatch.snapshot(id)?.session;
  if (session === undefined || !removalFailed(session)) return;
  parts.dispatch.input(session.id, {
    type: 'outcome',
    effect: { type: 'remove_workspace', deleteBranch: false, round: session.workspaceRounds },
    outcome: { type: 'workspace_removed', ...removed },
  });
}

/** A worktree that is there, being made, or kept on purpose. */
const needsWorktree = (session: Snapshot['session'] | undefined): boolean =>
  session !== undefined &&
  (session.ended === null ||
    (session.workspace?.state === 'present' && !removalFailed(session)) ||
    session.workspace?.state === 'removing');

/** It was to go with the session and could not, because a process was in it, say. */
const removalFailed = ({ ended, workspace, workspaceRounds }: Snapshot['session']): boolean =>
  ended !== null &&
  ended.cause !== 'errored' &&
  ended.cause !== 'terminated' &&
  workspace?.state === 'present' &&
  workspaceRounds > 0;

/** Snapshots of sessions of this database that can't be taken back any more. */
async function snapshots(
  parts: CommandParts,
  project: string,
  repo: string,
): Promise<readonly Leftover[]> {
  const { undoDays } = parts.policyOf(project);
  const now = parts.clock.now();
  const before = now - undoDays * 86_400_000;
  const made = await Promise.all(
    parts.plugins
      .workspaces(project)
      .map(async (workspace) =>
        (await workspace.snapshots(repo)).map(
          (item) => [item.ref, { ...item, workspace }] as const,
        ),
      ),
  );
  const old = [...new Map(made.flat()).values()].filter(({ id, at }) => {
    const snapshot = parts.dispatch.snapshot(id);
    return (
      at < before &&
      snapshot !== null &&
      snapshot.session.ended !== null &&
      (snapshot.session.ended.cause === 'merged' || undoExpired(snapshot, undoDays, now))
    );
  });
  return old.map(({ id, ref, workspace }) => ({
    kind: 'snapshot' as const,
    session: id,
    what: ref,
    remove: () => workspace.dropSnapshots(repo, [ref]),
  }));
}
