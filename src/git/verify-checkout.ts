import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rejected } from '../slots/errors.ts';
import { fields, type RepositoryGit } from './repository-git.ts';
import { packedAsNamed } from './verify-objects.ts';

/**
 * The files of a fresh checkout are those of `commit`, whatever was in the place of its objects while they were written: its trees
 * are copied and compared with their names, and each file with the name that the copy has for it. A file that git wrote in a way it
 * can't read back (line ends, filters) is written again from a copy. Asked before submodules are in it. `temp`: an existing folder of ao's.
 * Throws AO_GIT_FORGED.
 */
export async function verifyCheckout(
  git: RepositoryGit,
  { path, commit, temp }: { readonly path: string; readonly commit: string; readonly temp: string },
): Promise<void> {
  const folder = await mkdtemp(join(temp, 'verify-'));
  const objects = join(folder, 'objects');
  const index = { GIT_INDEX_FILE: join(folder, 'index') };
  // git reads objects from the copies alone.
  const copied = { ...index, GIT_OBJECT_DIRECTORY: objects };
  try {
    await mkdir(join(objects, 'pack'), { recursive: true, mode: 0o700 });
    await copy(git, commit, await treesOf(git, commit), objects);
    await git.text(['read-tree', commit], { cwd: path, env: copied });
    await git.run(['update-index', '-q', '--refresh'], { cwd: path, env: index });
    const others = await git.text(['ls-files', '--others', '-z'], { cwd: path, env: index });
    if (others !== '') throw forged(commit, `it has files besides: ${fields(others)[0]}`);
    const differ = await git.run([...NAMES_OF_CHANGED], { cwd: path, env: index });
    if (!differ.ok) throw forged(commit, differ.stderr);
    if (fields(differ.stdout).length === 0) return;
    await writeAgain(git, { path, commit, objects, index, copied }, fields(differ.stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NAMES_OF_CHANGED = ['diff-files', '--name-only', '--ignore-submodules=all', '-z'] as const;

interface Again {
  readonly path: string;
  readonly commit: string;
  readonly objects: string;
  readonly index: Readonly<Record<string, string>>;
  readonly copied: Readonly<Record<string, string>>;
}

async function writeAgain(
  git: RepositoryGit,
  { path, commit, objects, index, copied }: Again,
  names: readonly string[],
): Promise<void> {
  const listed = await git.text(['ls-files', '-s', '-z', '--', ...names.map(literal)], {
    cwd: path,
    env: index,
  });
  const blobs = fields(listed).map((entry) => entry.split(' ')[1] ?? '');
  await copy(git, commit, [...new Set(blobs)], objects);
  const input = `${names.join('\0')}\0`;
  await git.text(['checkout-index', '--force', '-z', '--stdin'], { cwd: path, env: copied, input });
}

const literal = (name: string): string => `:(literal,top)${name}`;

async function copy(
  git: RepositoryGit,
  commit: string,
  names: readonly string[],
  objects: string,
): Promise<void> {
  const wrong = await packedAsNamed(git, names, join(objects, 'pack', 'pack'));
  if (wrong !== null) throw forged(commit, wrong);
}

/** The commit, its tree and all below. */
async function treesOf(git: RepositoryGit, commit: string): Promise<readonly string[]> {
  const [top, below] = await Promise.all([
    git.text(['rev-parse', `${commit}^{tree}`]),
    git.text(['ls-tree', '-r', '-d', '--format=%(objecttype) %(objectname)', commit]),
  ]);
  const trees = below.split('\n').flatMap((line) => {
    const [type, name = ''] = line.split(' ');
    return type === 'tree' ? [name] : [];
  });
  return [...new Set([commit, top, ...trees])];
}

const forged = (commit: string, why: string) =>
  rejected(
    'AO_GIT_FORGED',
    `The checkout of ${commit.slice(0, 7)} is not what the commit says (${why.trim().split('\n')[0]}). Somebody wrote to .git/objects, or the disk is damaged: look with git fsck.`,
  );
