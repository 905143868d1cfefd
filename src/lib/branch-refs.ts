import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { FileRefused } from './guarded/problem.ts';
import { readGuarded } from './guarded/read.ts';

/**
 * Branch heads read straight from the repository's files, so that looking at a hundred pull requests starts no process.
 * A loose ref is one small file and is simply read (its modification time is too coarse to be trusted); the packed refs
 * are parsed again only when the file changed.
 */
export interface BranchRefs {
  /** Commit id of a branch; null when there is no such branch. Throws when the repository can't be read: `FileRefused`, say, when a pipe is in the place of the branch's file. */
  head(branch: string): string | null;
  /** The folder that all worktrees of the repository share. */
  readonly commonDir: string;
  /** False: the repository keeps its refs in another format; ask git instead. */
  readonly readable: boolean;
  /**
   * Commit id of the branch that git itself would take for this short name; null when that is not plain to see (a tag or
   * other ref of the same name, an expression such as `HEAD~2`): ask git then.
   */
  unambiguous(name: string): string | null;
  /**
   * A branch or tag beside which a branch of this name makes trouble, as `the tag v1`: a tag of the same name makes a push of
   * either ambiguous, and names that differ in capitals alone are one on machines that don't tell them apart. Null: there is none.
   */
  namesake(branch: string): string | null;
}

/** Could be a shortened commit id as well. */
const OBJECT_ID_START = /^[0-9a-f]{4,64}$/;
/** Bytes of a ref, or of a file that names a folder; of all packed refs. */
const SMALL = 1 << 16;
const PACKED = 256 << 20;
const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

export function openBranchRefs(repo: string): BranchRefs {
  const commonDir = findCommonDir(repo);
  let packed: { stamp: string; refs: ReadonlyMap<string, string> } = { stamp: '', refs: new Map() };

  const packedRefs = (): ReadonlyMap<string, string> => {
    const file = join(commonDir, 'packed-refs');
    const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
    const stamp = stat === undefined ? '' : `${stat.mtimeNs}:${stat.size}:${stat.ino}`;
    if (stamp !== packed.stamp)
      packed = {
        stamp,
        refs: stat === undefined ? new Map() : parsePacked(readIfThere(file, PACKED) ?? ''),
      };
    return packed.refs;
  };

  const lookUp = (name: string, depth: number): string | null => {
    const loose = readIfThere(join(commonDir, name), SMALL)?.trim();
    if (loose !== undefined && OBJECT_ID.test(loose)) return loose;
    if (loose?.startsWith('ref: ') && depth < 5) return lookUp(loose.slice(5).trim(), depth + 1);
    return packedRefs().get(name) ?? null;
  };

  return {
    commonDir,
    readable: statSync(join(commonDir, 'reftable'), { throwIfNoEntry: false }) === undefined,
    head: (branch) => (isSafeBranch(branch) ? lookUp(`refs/heads/${branch}`, 0) : null),
    unambiguous(name) {
      if (!isSafeBranch(name) || OBJECT_ID_START.test(name)) return null;
      // The order of gitrevisions(7): these come before refs/heads.
      const others = [name, `refs/${name}`, `refs/tags/${name}`];
      return others.some((other) => lookUp(other, 0) !== null)
        ? null
        : lookUp(`refs/heads/${name}`, 0);
    },
    namesake(branch) {
      if (lookUp(`refs/tags/${branch}`, 0) !== null) return `the tag ${branch}`;
      const wanted = `refs/heads/${branch}`.toLowerCase();
      const found =
        [...packedRefs().keys()].find((name) => name.toLowerCase() === wanted) ??
        looseLike(commonDir, 'refs/heads', branch.split('/'));
      return found == null ? null : `the branch ${found.slice('refs/heads/'.length)}`;
    },
  };
}

/** The loose ref below `folder` with these parts, in whatever letters. */
function looseLike(root: string, folder: string, [part = '', ...rest]: string[]): string | null {
  for (const entry of entriesOf(join(root, folder))) {
    if (entry.name.toLowerCase() !== part.toLowerCase()) continue;
    const path = `${folder}/${entry.name}`;
    const found = rest.length > 0 ? looseLike(root, path, rest) : entry.isFile() ? path : null;
    if (found !== null) return found;
  }
  return null;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // There is none, or git says what is wrong with it.
  }
}

/** A branch name is part of a path here, so anything git itself would refuse must not get that far. */
export const isSafeBranch = (branch: string): boolean =>
  /^[^\u0000-\u0020~^:?*[\\\u007f]+$/.test(branch) &&
  !/(^|\/)\.|\.\.|@\{|\/\/|^[-/]|\/$|\.$|\.lock(\/|$)/.test(branch);

function findCommonDir(repo: string): string {
  const gitDir = findGitDir(repo);
  const common = readIfThere(join(gitDir, 'commondir'), SMALL)?.trim();
  return common === undefined ? gitDir : resolve(gitDir, common);
}

/** `.git` is a folder, or in a worktree a file that names one; a bare repository is the folder itself. */
function findGitDir(repo: string): string {
  const dotGit = join(repo, '.git');
  const stat = statSync(dotGit, { throwIfNoEntry: false });
  if (stat === undefined) return repo;
  if (stat.isDirectory()) return dotGit;
  const target = (readIfThere(dotGit, SMALL) ?? '').replace(/^gitdir: /, '').trim();
  return isAbsolute(target) ? target : resolve(repo, target);
}

function parsePacked(text: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [id, name] = line.split(' ');
    if (id !== undefined && name !== undefined && OBJECT_ID.test(id)) refs.set(name, id);
  }
  return refs;
}

/** `feat` may be a folder, or `feat/x` below a file: then there is no such branch. */
function readIfThere(file: string, max: number): string | undefined {
  const read = readGuarded(file, { max });
  if (read.type === 'content') return read.bytes.toString('utf8');
  if (read.type === 'missing') return undefined;
  if (read.problem.kind === 'folder' || read.problem.kind === 'no_folder') return undefined;
  throw new FileRefused(read.problem);
}
