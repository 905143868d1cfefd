import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** What git obeys, wherever it is in the worktree. */
const OBEYED = new Set(['.git', '.gitattributes', '.gitmodules']);
/** Characters that some file systems leave out of a name, so that `.g\u200cit` is `.git` there. */
const IGNORED = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/**
 * The file is an ordinary one of the worktree: inside it once every link is resolved, not one that git obeys by any
 * spelling a file system takes for it, and not another name of a file elsewhere (a hard link).
 */
export function isOrdinaryPlace(worktree: string, file: string): boolean {
  try {
    const root = realpathSync(worktree);
    const written = resolve(root, file);
    const real = realPlace(written);
    return (
      [written, real].every((path) => isBelow(root, path) && !isObeyed(root, path)) && isOwn(real)
    );
  } catch {
    // A loop of links, a folder that can't be searched: a person looks at it.
    return false;
  }
}

/** Where writing to the path ends up: the links of what exists are resolved, the rest is made there. */
function realPlace(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // A link that leads nowhere yet is followed by whoever writes to it; realpath refuses it.
  if (stat !== undefined) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPlace(parent), basename(path));
}

const isBelow = (root: string, path: string): boolean => path.startsWith(`${root}${sep}`);

const isObeyed = (root: string, path: string): boolean =>
  relative(root, path)
    .split(sep)
    .some((part) => {
      const name = plainName(part);
      return OBEYED.has(name) || /^gi(t|t[a-z0-9]+)~\d$/.test(name);
    });

/** As file systems compare names that know no case, drop blanks and dots at the end, or have streams (`.git::$INDEX`). */
const plainName = (part: string): string =>
  (part.normalize('NFKC').replace(IGNORED, '').split(':')[0] ?? '')
    .toLowerCase()
    .replace(/[. ]+$/, '');

function isOwn(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat === undefined || stat.isDirectory() || (stat.isFile() && stat.nlink === 1);
}
