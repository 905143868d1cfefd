import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { WorkspaceState } from '../../../src/slots/workspace.ts';
import { baseCommits } from './base.ts';
import { gitDirOf } from './marker.ts';
import { withIndexCopy } from './snapshot.ts';

export async function readState(git: Git, path: string, base: string): Promise<WorkspaceState> {
  const gitDir = await gitDirOf(path);
  if (gitDir === null) await refuseReplaced(git, path);
  if (gitDir === null) return { exists: false, dirty: false, headSha: null, ahead: 0 };
  const status = await git(path, [
    'status',
    '--porcelain=v2',
    '--branch',
    '--untracked-files=normal',
    '--no-renames',
    '-z',
  ]);
  const entries = status.split('\0').filter(Boolean);
  const header = (name: string): string | undefined =>
    entries
      .find((entry) => entry.startsWith(`# branch.${name} `))
      ?.slice(`# branch.${name} `.length);
  const oid = header('oid');
  const head = header('head') ?? null;
  const headSha = oid === undefined || oid === '(initial)' ? null : oid;
  const bases = headSha === null ? [] : await baseCommits(git, path, base);
  const ahead =
    bases.length === 0
      ? 0
      : Number(await git(path, ['rev-list', '--count', 'HEAD', '--not', ...bases]));
  const changed = changedPaths(entries);
  const branch = head === '(detached)' ? null : head;
  return { exists: true, dirty: changed.length > 0, changed, headSha, branch, ahead };
}

/** The work is there, but its `.git` is something else: not the same as a workspace that is gone. Throws AO_GIT_TAMPERED. */
export async function refuseReplaced(git: Git, path: string): Promise<void> {
  if ((await lstat(join(path, '.git')).catch(() => null)) !== null)
    await git.attempt(path, ['symbolic-ref', '--quiet', 'HEAD']);
}

/** Fields before the path in each kind of line of `git status --porcelain=v2 --no-renames`. */
const FIELDS_BEFORE: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

const changedPaths = (entries: readonly string[]): readonly string[] =>
  entries.flatMap((entry) => {
    const before = FIELDS_BEFORE[entry[0] ?? ''];
    return before === undefined ? [] : [entry.split(' ').slice(before).join(' ')];
  });

export interface WorktreeDiff {
  readonly stat: string;
  readonly patch: string;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

/** Working tree, untracked files included, against the commit where the branch left the base. */
export async function diffWorktree(git: Git, path: string, base: string): Promise<WorktreeDiff> {
  const gitDir = await gitDirOf(path);
  if (gitDir === null) await refuseReplaced(git, path);
  if (gitDir === null) throw notFound('AO_WORKSPACE_GONE', `There is no workspace at ${path}.`);
  const bases = await baseCommits(git, path, base);
  if (bases[0] === undefined)
    throw rejected(
      'AO_WORKSPACE_BASE_MISSING',
      `There is no branch or commit "${base}" to compare ${path} with.`,
    );
  // The best of the two: the clone's own branch may be far behind the commit that the session started from.
  const left = await git.attempt(path, ['merge-base', 'HEAD', ...bases]);
  const from = left.ok ? left.stdout : bases[0];
  return await withIndexCopy(gitDir, async (env) => {
    // `-N`: named in the (copied) index, so that the diff shows them, without storing their content.
    await git(path, ['add', '--all', '--intent-to-add', '--', '.'], { env });
    const diff = (...format: string[]) =>
      git(
        path,
        [
          'diff',
          '--no-ext-diff',
          '--no-textconv',
          '--no-color',
          '--src-prefix=a/',
          '--dst-prefix=b/',
          '--find-renames',
          ...format,
          from,
          '--',
        ],
        {
          env,
        },
      );
    const [stat, patch, numbers] = await Promise.all([
      diff('--stat'),
      diff('--patch'),
      diff('--numstat'),
    ]);
    return { stat, patch, ...total(numbers) };
  });
}

/** `<added> TAB <deleted> TAB <file>`; a dash for binary files. */
function total(numstat: string): { additions: number; deletions: number; files: number } {
  const rows = numstat
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
  const sum = (column: number) => rows.reduce((all, row) => all + (Number(row[column]) || 0), 0);
  return { additions: sum(0), deletions: sum(1), files: rows.length };
}
