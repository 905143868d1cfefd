import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { openBranchRefs } from '../../src/lib/branch-refs.ts';

/*
 * What others do to a repository while ao isn't looking, done to its files: a process of git takes 25 ms of a core, a push seven of
 * them, and tests do this thousands of times. ao itself meets real git.
 */

/** The folder with a repository's objects and refs, for a checkout, a worktree or a bare repository. */
export const gitFolder = (repository: string): string => openBranchRefs(repository).commonDir;

/** Commit ids of all branches, by name. */
export function branchesOf(repository: string): Record<string, string> {
  const refs = openBranchRefs(repository);
  const loose = join(refs.commonDir, 'refs', 'heads');
  const names = readdirSync(loose, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name).slice(loose.length + 1));
  const packed = join(refs.commonDir, 'packed-refs');
  if (existsSync(packed))
    for (const [, name = ''] of readFileSync(packed, 'utf8').matchAll(/ refs\/heads\/(.+)$/gm))
      names.push(name);
  return Object.fromEntries(
    names.toSorted().flatMap((name) => {
      const head = refs.head(name);
      return head === null ? [] : [[name, head]];
    }),
  );
}

/** What is checked out in a checkout or worktree. Throws where no branch is. */
export function checkedOut(checkout: string): { readonly branch: string; readonly head: string } {
  const dotGit = join(checkout, '.git');
  const folder = readdirSync(checkout, { withFileTypes: true })
    .find((entry) => entry.name === '.git')
    ?.isDirectory()
    ? dotGit
    : readFileSync(dotGit, 'utf8').replace('gitdir: ', '').trim();
  const branch = /^ref: refs\/heads\/(.+)\n/.exec(readFileSync(join(folder, 'HEAD'), 'utf8'))?.[1];
  const head = branch === undefined ? null : openBranchRefs(checkout).head(branch);
  if (branch === undefined || head === null) throw new Error(`no branch is out at ${checkout}`);
  return { branch, head };
}

/** Sets a branch, as a forced push or `git branch -f` does. */
export function setBranch(repository: string, branch: string, commit: string): void {
  const file = join(gitFolder(repository), 'refs', 'heads', branch);
  mkdirSync(dirname(file), { recursive: true });
  // Whole or not at all: ao may read it at the same time.
  writeFileSync(`${file}.lock`, `${commit}\n`);
  renameSync(`${file}.lock`, file);
}

/** As `git push -f <to> <branch>`: everything that `from` has, and the branch. Both are on this disk. */
export function pushBranch(from: string, to: string, branch: string, as: string = branch): string {
  const head = openBranchRefs(from).head(branch);
  if (head === null) throw new Error(`${from} has no branch ${branch}`);
  const [source, target] = [from, to].map((one) => join(gitFolder(one), 'objects'));
  cpSync(source ?? '', target ?? '', {
    recursive: true,
    filter: (one) => !/\/(?:tmp_|info$|incoming|maintenance)|\.lock$/.test(one),
    force: false,
  });
  setBranch(to, as, head);
  return head;
}

export interface NewCommit {
  readonly branch: string;
  /** Commit or branch it is made on. */
  readonly from: string;
  /** Null removes a file. */
  readonly content: Readonly<Record<string, string | null>>;
  readonly message: string;
}

type Node = { mode: string; id: string };
type Folder = Map<string, Node>;

/** A commit on a branch that is checked out nowhere, made at `now`; its id. */
export function addCommit(repository: string, commit: NewCommit, now: number): string {
  const folder = gitFolder(repository);
  const parent = /^[0-9a-f]{40}$/.test(commit.from)
    ? commit.from
    : openBranchRefs(repository).head(commit.from);
  if (parent === null) throw new Error(`${repository} has no branch ${commit.from}`);
  const objects = join(folder, 'objects');
  const root = /^tree ([0-9a-f]{40})$/m.exec(readObject(objects, parent).toString())?.[1] ?? '';
  let tree = root;
  for (const [path, text] of Object.entries(commit.content))
    tree = changed(objects, tree, path.split('/'), text) ?? EMPTY;
  if (tree === EMPTY) writeObject(objects, 'tree', Buffer.alloc(0));
  const by = `Agent <agent@test> ${Math.floor(now / 1_000)} +0000`;
  const id = writeObject(
    objects,
    'commit',
    Buffer.from(
      `tree ${tree}\nparent ${parent}\nauthor ${by}\ncommitter ${by}\n\n${commit.message}\n`,
    ),
  );
  setBranch(repository, commit.branch, id);
  return id;
}

const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The tree with a file changed or (null) without it; null when nothing is left. */
function changed(
  objects: string,
  tree: string | null,
  [name = '', ...rest]: readonly string[],
  text: string | null,
): string | null {
  const folder: Folder = tree === null ? new Map() : entriesOf(readObject(objects, tree));
  if (rest.length > 0) {
    const inner = folder.get(name);
    const id = changed(objects, inner?.mode === '40000' ? inner.id : null, rest, text);
    if (id === null) folder.delete(name);
    else folder.set(name, { mode: '40000', id });
  } else if (text === null) folder.delete(name);
  else folder.set(name, { mode: '100644', id: writeObject(objects, 'blob', Buffer.from(text)) });
  if (folder.size === 0) return null;
  return writeObject(objects, 'tree', treeOf(folder));
}

function entriesOf(tree: Buffer): Folder {
  const folder: Folder = new Map();
  for (let at = 0; at < tree.length; ) {
    const end = tree.indexOf(0, at);
    const [mode = '', name = ''] = tree.subarray(at, end).toString().split(/ (.*)/s);
    folder.set(name, { mode, id: tree.subarray(end + 1, end + 21).toString('hex') });
    at = end + 21;
  }
  return folder;
}

/** git sorts folders as if their names ended with a slash. */
function treeOf(folder: Folder): Buffer {
  const key = ([name, { mode }]: readonly [string, Node]): Buffer =>
    Buffer.from(mode === '40000' ? `${name}/` : name);
  return Buffer.concat(
    [...folder]
      .toSorted((a, b) => Buffer.compare(key(a), key(b)))
      .flatMap(([name, { mode, id }]) => [
        Buffer.from(`${mode} ${name}\0`),
        Buffer.from(id, 'hex'),
      ]),
  );
}

const placeOf = (objects: string, id: string): string => join(objects, id.slice(0, 2), id.slice(2));

function readObject(objects: string, id: string): Buffer {
  const file = placeOf(objects, id);
  // git packed it: git reads it.
  if (!existsSync(file)) {
    const args = ['--git-dir', dirname(objects), 'cat-file', '--batch'];
    const told = execFileSync('git', args, { input: `${id}\n` });
    return told.subarray(told.indexOf('\n') + 1, -1);
  }
  const whole = inflateSync(readFileSync(file));
  return whole.subarray(whole.indexOf(0) + 1);
}

function writeObject(objects: string, type: 'blob' | 'tree' | 'commit', content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash('sha1').update(whole).digest('hex');
  const file = placeOf(objects, id);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, deflateSync(whole, { level: 1 }), { mode: 0o444 });
    renameSync(`${file}.new`, file);
  }
  return id;
}
