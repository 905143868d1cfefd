import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readGuarded } from '../lib/guarded/read.ts';
import { rejected } from '../slots/errors.ts';
import { fields, type RepositoryGit } from './repository-git.ts';

/*
 * git trusts what it reads: an object's content is not compared with its name. Whoever can write to a repository's objects can
 * so show one content while people look at a commit, and another when the same commit is merged.
 */

/** An index of a pack is no larger, bytes. */
const INDEX = 256 << 20;
const GITLINK = '160000';
/** What git itself notices on its way. */
const DAMAGED =
  /hash mismatch|corrupt|bad object|not a valid object|unable to (?:read|parse|unpack)/i;

/**
 * Everything that a comparison or a merge of two commits reads has the content its name says: the commits since they parted, and
 * the trees and files in which they differ. `temp`: an existing folder of ao's. Throws AO_GIT_FORGED.
 */
export async function verifyObjects(
  git: RepositoryGit,
  { base, head, temp }: { readonly base: string; readonly head: string; readonly temp: string },
): Promise<void> {
  const folder = await mkdtemp(join(temp, 'verify-'));
  try {
    const names = await objectsBetween(git, base, head).catch((error: Error) => {
      throw DAMAGED.test(error.message) ? forged(base, head, error.message) : error;
    });
    const wrong = await packedAsNamed(git, names, join(folder, 'as-named'));
    if (wrong !== null) throw forged(base, head, wrong);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Copies objects into a pack, `<pack>-<hash>.pack`, and compares each with its name. Null: all are what they are called, in the copy,
 * whatever happens to the repository from then on; else what is wrong.
 */
export async function packedAsNamed(
  git: RepositoryGit,
  names: readonly string[],
  pack: string,
): Promise<string | null> {
  const packed = await git.run(['pack-objects', '-q', pack], { input: `${names.join('\n')}\n` });
  const file = `${pack}-${packed.stdout.trim()}`;
  // Names and places of the objects, by their content alone.
  const byContent = `${pack}.by-content.idx`;
  const indexed = packed.ok
    ? await git.run(['index-pack', '-o', byContent, `${file}.pack`])
    : packed;
  if (!indexed.ok) return indexed.stderr;
  return isSame(`${file}.idx`, byContent)
    ? null
    : 'an object has another content than its name says';
}

async function objectsBetween(
  git: RepositoryGit,
  base: string,
  head: string,
): Promise<readonly string[]> {
  const origin = (await git.run(['merge-base', base, head])).stdout.trim();
  const tips = [base, head, ...(origin === '' ? [] : [origin])];
  const [commits, trees, ...differences] = await Promise.all([
    origin === '' ? '' : git.text(['rev-list', base, head, '--not', origin]),
    git.text(['rev-parse', ...tips.map((tip) => `${tip}^{tree}`)]),
    ...(origin === ''
      ? [[base, head]]
      : [
          [origin, base],
          [origin, head],
        ]
    ).map((pair) =>
      git.text(['diff-tree', '-r', '-t', '-z', '--raw', '--no-abbrev', '--no-renames', ...pair]),
    ),
  ]);
  const lines = [...(commits ?? '').split('\n'), ...(trees ?? '').split('\n')];
  return [...new Set([...tips, ...lines.filter(Boolean), ...differences.flatMap(objectsIn)])];
}

/** Of `:<mode> <mode> <object> <object> <letter>`; those of submodules are in no object store of this repository. */
const objectsIn = (raw: string): readonly string[] =>
  fields(raw)
    .filter((field) => field.startsWith(':'))
    .flatMap((field) => {
      const [from = '', to = '', before = '', after = ''] = field.slice(1).split(' ');
      return [
        [from, before],
        [to, after],
      ].flatMap(([mode, name = '']) => (mode === GITLINK || /^0+$/.test(name) ? [] : [name]));
    });

function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => readGuarded(path, { max: INDEX }));
  return one?.type === 'content' && other?.type === 'content' && one.bytes.equals(other.bytes);
}

const forged = (base: string, head: string, why: string) =>
  rejected(
    'AO_GIT_FORGED',
    `The repository's objects between ${base.slice(0, 7)} and ${head.slice(0, 7)} are not what their names say (${why.trim().split('\n')[0]}), so nothing is shown or merged of them. Somebody wrote to .git/objects, or the disk is damaged: look with git fsck.`,
  );
