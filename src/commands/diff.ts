import type { PullRequestFact } from '../domain/session/facts.ts';
import { openPr, shownPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { changedLines } from '../lib/patch-stat.ts';
import { ok } from '../lib/result.ts';
import { asking, type CommandParts, refusal } from './parts.ts';
import type { Outcome } from './requests.ts';
import type { DiffView } from './view/review.ts';

/**
 * What the session changed. Where it has an open pull request that is what people approve and what is merged: its head, never
 * the checkout; what the checkout has besides is said, not shown.
 */
export async function diffOf(parts: CommandParts, snapshot: Snapshot): Outcome<DiffView> {
  const { workspace, project, base, id } = snapshot.session;
  const open = openPr(snapshot);
  if (open === null && workspace?.state === 'present') {
    const diff = await asking('git', () =>
      parts.plugins.workspace(snapshot.session).diff(workspace.path, base),
    );
    return diff.ok ? ok({ ...diff.value, head: null, worktree: null }) : diff;
  }
  const pr = open ?? shownPr(snapshot);
  if (pr === null)
    return refusal('AO_STATE', `${id} has no workspace and no pull request to show.`);
  const changes = await asking('the scm', () =>
    parts.plugins.scm(project).diff(pr.key, pr.headSha),
  );
  if (!changes.ok) return changes;
  return ok({
    stat: '',
    patch: changes.value.patch,
    ...changedLines(changes.value.patch),
    files: changes.value.files?.length ?? pr.changedFiles,
    head: { number: pr.number, sha: pr.headSha, base: pr.base },
    worktree: open === null ? null : await worktreeOf(parts, snapshot, open),
  });
}

/** What the checkout has that the head doesn't. A checkout that can't be read says nothing. */
async function worktreeOf(
  parts: CommandParts,
  { session }: Snapshot,
  pr: PullRequestFact,
): Promise<DiffView['worktree']> {
  const { workspace, base } = session;
  if (workspace?.state !== 'present') return null;
  const state = await asking('git', () =>
    parts.plugins.workspace(session).state(workspace.path, base),
  );
  if (!state.ok || !state.value.exists) return null;
  const { headSha, changed = [] } = state.value;
  const other = headSha === pr.headSha ? null : headSha;
  return other === null && changed.length === 0 ? null : { headSha: other, files: changed };
}
