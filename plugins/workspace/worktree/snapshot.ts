import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { gitFailed } from '../../../src/git/run-git.ts';
import { copyGuarded } from '../../../src/lib/guarded/copy.ts';
import { notFound, rejected, transient } from '../../../src/slots/errors.ts';
import { type KeptModule, occupantOf } from './modules.ts';

/*
 * A snapshot is a commit W of everything in the working tree, with the parents [head, I]; I is a commit of the index.
 * What is in W and not in I was untracked, what differs was unstaged, what only I has was deleted: two trees say it all.
 */

export interface Snapshot {
  /** Names W, too. */
  readonly ref: string;
  readonly head: string;
  readonly index: string;
  /** Null: HEAD was detached. */
  readonly branch: string | null;
}

/** A snapshot that was just made, and those in the submodules, the outer ones first. */
export interface TakenSnapshot extends Snapshot {
  readonly modules: readonly KeptModule[];
}

const PREFIX = 'refs/ao/snapshots';

/**
 * Stores head, index and working tree under a new ref, in submodules too. Reads a copy of the index, so nothing in the workspace
 * changes. Refuses what would be lost: repositories that are no submodules, files where an empty submodule is.
 */
export async function takeSnapshot(
  git: Git,
  input: { path: string; gitDir: string; id: string; now: number },
): Promise<TakenSnapshot> {
  const { path, gitDir, id, now } = input;
  const branch = await git.attempt(path, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const head = await git.attempt(path, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (!head.ok)
    throw rejected(
      'AO_WORKSPACE_NO_HEAD',
      `The workspace ${path} is on a branch without commits, which can't be snapshot. Commit something in it first.`,
    );
  const trees = await writeTrees(git, path, gitDir);
  const modules = await snapshotModules(git, input, trees);
  const env = identity(now);
  const name = branch.ok ? branch.stdout : '';
  const index = await git(
    path,
    ['commit-tree', trees.index, '-p', head.stdout, '-m', `ao: index of ${id}`],
    { env },
  );
  const worktree = await git(
    path,
    [
      'commit-tree',
      trees.worktree,
      '-p',
      head.stdout,
      '-p',
      index,
      '-m',
      `ao: snapshot of ${id}`,
      '-m',
      `Ao-Branch: ${name}`,
    ],
    {
      env,
    },
  );
  return {
    ref: await store(git, path, id, worktree),
    head: head.stdout,
    index,
    branch: branch.ok ? name : null,
    modules,
  };
}

interface Trees {
  readonly index: string;
  readonly worktree: string;
  /** Folders that the tree holds as a commit id only. */
  readonly pinned: readonly string[];
  /** Folders that only the index holds so: files in them are in the tree now, but no repository. */
  readonly pinnedBefore: readonly string[];
}

async function writeTrees(git: Git, path: string, gitDir: string): Promise<Trees> {
  return await withIndexCopy(gitDir, async (env) => {
    await settleConflicts(git, path, env);
    const listed = () => git(path, ['ls-files', '--stage', '-z'], { env });
    const [index, before] = await Promise.all([git(path, ['write-tree'], { env }), listed()]);
    const added = await git.attempt(path, ['add', '--all', '--', '.'], { env });
    const nested = /'(.*)' does not have a commit checked out/.exec(added.stderr);
    if (nested) throw nestedRepository(join(path, nested[1] ?? ''));
    if (!added.ok) throw gitFailed(['add'], added.stderr);
    const worktree = await git(path, ['write-tree'], { env });
    const pinned = pinnedPaths(await listed());
    return {
      index,
      worktree,
      pinned,
      pinnedBefore: pinnedPaths(before).filter((each) => !pinned.includes(each)),
    };
  });
}

/** Runs `use` with an environment in which git works on a copy of the worktree's index. */
export async function withIndexCopy<T>(
  gitDir: string,
  use: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const copy = join(gitDir, `ao-index-${randomUUID()}`);
  try {
    // No index: nothing staged.
    await copyGuarded(join(gitDir, 'index'), copy);
    return await use({ GIT_INDEX_FILE: copy });
  } finally {
    await Promise.all([rm(copy, { force: true }), rm(`${copy}.lock`, { force: true })]);
  }
}

/** A tree can't hold unmerged entries: the index side becomes HEAD's, the file with its markers stays in the working side. */
async function settleConflicts(
  git: Git,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const unmerged = await git(
    path,
    ['diff', '--name-only', '--diff-filter=U', '-z', '--no-ext-diff'],
    { env },
  );
  if (unmerged !== '')
    await git(
      path,
      [
        '--literal-pathspecs',
        'reset',
        '--quiet',
        '--pathspec-from-file=-',
        '--pathspec-file-nul',
        'HEAD',
      ],
      { env, input: unmerged },
    );
}

/** `160000 <sha> 0 TAB path`. */
const pinnedPaths = (listed: string): readonly string[] =>
  listed
    .split('\0')
    .flatMap((line) => (line.startsWith('160000 ') ? [line.slice(line.indexOf('\t') + 1)] : []));

/** git keeps of a repository inside the workspace only a commit id: a submodule gets a snapshot of its own, anything else is refused. */
async function snapshotModules(
  git: Git,
  input: { path: string; gitDir: string; id: string; now: number },
  { pinned, pinnedBefore }: Trees,
): Promise<readonly KeptModule[]> {
  const kept: KeptModule[] = [];
  for (const name of [...pinned, ...pinnedBefore]) {
    const path = join(input.path, name);
    const occupant = occupantOf(path, input.gitDir);
    switch (occupant.type) {
      case 'nothing':
        break;
      case 'repository':
        throw nestedRepository(path);
      case 'files':
        if (pinnedBefore.includes(name)) break;
        throw rejected(
          'AO_WORKSPACE_SUBMODULE_FILES',
          `${path} is the folder of a submodule that isn't checked out, and has files in it, which a snapshot can't hold. Move them, then try again.`,
        );
      case 'module': {
        const { ref, index, modules } = await takeSnapshot(git, {
          ...input,
          path,
          gitDir: occupant.gitDir,
        });
        const gitDir = relative(join(input.gitDir, 'modules'), occupant.gitDir);
        kept.push(
          { path: name, gitDir, pointer: occupant.pointer, ref, index },
          ...modules.map((inner) => ({
            ...inner,
            path: join(name, inner.path),
            gitDir: join(gitDir, 'modules', inner.gitDir),
          })),
        );
      }
    }
  }
  return kept;
}

const nestedRepository = (path: string) =>
  rejected(
    'AO_WORKSPACE_NESTED_REPOSITORY',
    `${path} is a separate git repository, which a snapshot can't hold. Move it out of the workspace, then try again.`,
  );

const identity = (now: number): Record<string, string> => {
  const date = `@${Math.floor(now / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: 'ao',
    GIT_AUTHOR_EMAIL: 'ao@localhost',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'ao',
    GIT_COMMITTER_EMAIL: 'ao@localhost',
    GIT_COMMITTER_DATE: date,
  };
};

async function store(git: Git, cwd: string, id: string, commit: string): Promise<string> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const ref = `${PREFIX}/${id}/${((await listSnapshots(git, cwd, id)).at(-1)?.number ?? 0) + 1}`;
    // Forty zeros: only if nobody made the ref meanwhile.
    if ((await git.attempt(cwd, ['update-ref', ref, commit, '0'.repeat(commit.length)])).ok)
      return ref;
  }
  throw transient(
    'AO_WORKSPACE_SNAPSHOT',
    `The snapshot of ${id} could not be stored: its number was taken again and again.`,
  );
}

/** Snapshots of one session, or of all, oldest first within a session. */
export async function listSnapshots(
  git: Git,
  cwd: string,
  id: string | null,
): Promise<Array<{ ref: string; number: number; at: number }>> {
  const out = await git(cwd, [
    'for-each-ref',
    '--format=%(refname) %(committerdate:unix)',
    id === null ? `${PREFIX}/` : `${PREFIX}/${id}/`,
  ]);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [ref = '', seconds] = line.split(' ');
      return { ref, number: Number(ref.split('/').at(-1)), at: Number(seconds) * 1000 };
    })
    .sort((a, b) => a.number - b.number);
}

export async function readSnapshot(git: Git, cwd: string, ref: string): Promise<Snapshot> {
  const found = ref.startsWith(`${PREFIX}/`)
    ? await git.attempt(cwd, ['cat-file', 'commit', ref])
    : null;
  const lines = found?.stdout.split('\n') ?? [];
  const [head, index] = lines
    .filter((line) => line.startsWith('parent '))
    .map((line) => line.slice('parent '.length));
  if (!found?.ok || head === undefined || index === undefined) {
    throw notFound(
      'AO_WORKSPACE_SNAPSHOT_GONE',
      `There is no snapshot ${ref} any more: it expired or was deleted.`,
    );
  }
  const branch =
    lines
      .find((line) => line.startsWith('Ao-Branch:'))
      ?.slice('Ao-Branch:'.length)
      .trim() ?? '';
  return { ref, head, index, branch: branch === '' ? null : branch };
}
export async function dropSnapshots(
  git: Git,
  repo: string,
  refs: readonly string[],
): Promise<void> {
  const own = refs.filter((ref) => ref.startsWith(`${PREFIX}/`));
  if (own.length > 0)
    await git(repo, ['update-ref', '--stdin'], {
      input: own.map((ref) => `delete ${ref}\n`).join(''),
    });
}
