import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { branchesOf } from '../../support/git-files.ts';

/** Commits behind the pull requests: a real bare repository, or made-up ones where only numbers count. */
export interface Commits {
  head(branch: string): string | null;
  branches(): Readonly<Record<string, string>>;
  stats(
    base: string,
    head: string,
  ): { readonly additions: number; readonly deletions: number; readonly files: number };
  conflicts(base: string, head: string): readonly string[];
  behind(base: string, head: string): number;
  /** Sha of the new commit; the base branch moves. */
  merge(base: string, head: string, method: string, message: string): string;
  remove(branch: string): void;
  /** GitHub keeps the head of every pull request as `refs/pull/<number>/head`; `fork`: repository it comes from. */
  keepPull(number: number, branch: string, sha: string, fork: string | null): void;
  diff(base: string, head: string): string;
  /** Where `head` left `base`. */
  mergeBase(base: string, head: string): string;
}

const ENV = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'GitHub',
  GIT_AUTHOR_EMAIL: 'noreply@github.invalid',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.invalid',
};

/** `pullRef`: where the head of a pull request is kept, up to its number. */
export function gitCommits(bare: string, pullRef = 'refs/pull'): Commits {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: bare,
      env: ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const attempt = (...args: readonly string[]): string | null => {
    try {
      return git(...args);
    } catch (error) {
      return (error as { status?: number; stdout?: string }).status === 1
        ? ((error as { stdout?: string }).stdout ?? '')
        : null;
    }
  };
  const conflicting = remembered('conflicts', (base, head): readonly string[] => {
    try {
      git('merge-tree', '--write-tree', '--name-only', '--no-messages', base, head);
      return [];
    } catch (error) {
      const { status, stdout } = error as { status?: number; stdout?: string };
      if (status !== 1) throw error;
      return String(stdout).trim().split('\n').slice(1);
    }
  });
  return {
    head: (branch) => openBranchRefs(bare).head(branch),
    branches: () => branchesOf(bare),
    stats: remembered('stats', (base, head) => {
      const rows = git('diff', '--numstat', `${base}...${head}`)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'));
      return {
        files: rows.length,
        additions: rows.reduce((sum, row) => sum + Number(row[0]), 0),
        deletions: rows.reduce((sum, row) => sum + Number(row[1]), 0),
      };
    }),
    conflicts(base, head) {
      try {
        return conflicting(base, head);
      } catch {
        // A commit that isn't here (yet): asked again the next time.
        return [];
      }
    },
    behind: remembered('behind', (base, head) =>
      Number(git('rev-list', '--count', `${head}..${base}`)),
    ),
    merge(base, head, method, message) {
      const before = openBranchRefs(bare).head(base) ?? '';
      const tree = git('merge-tree', '--write-tree', before, head).split('\n')[0] ?? '';
      const parents = method === 'merge' ? ['-p', before, '-p', head] : ['-p', before];
      const sha = git('commit-tree', tree, ...parents, '-m', message);
      git('update-ref', `refs/heads/${base}`, sha, before);
      return sha;
    },
    remove: (branch) => void attempt('update-ref', '-d', `refs/heads/${branch}`),
    keepPull(number, branch, sha, fork) {
      const ref = `${pullRef}/${number}/head`;
      if (fork === null) attempt('update-ref', ref, sha);
      else git('fetch', '-q', fork, `+refs/heads/${branch}:${ref}`);
    },
    diff: (base, head) => git('diff', `${base}...${head}`),
    mergeBase: remembered('merge base', (base, head) => git('merge-base', base, head)),
  };
}

/** What holds between two commits never changes, in whatever repository they are. */
const known = new Map<string, unknown>();
function remembered<T>(
  what: string,
  compute: (base: string, head: string) => T,
): (base: string, head: string) => T {
  return (base, head) => {
    const key = `${what} ${base} ${head}`;
    if (!known.has(key)) known.set(key, compute(base, head));
    return known.get(key) as T;
  };
}

/** Branches whose commits are only names. `push` makes a new one. */
export function namedCommits(): Commits & { push(branch: string): string } {
  const heads = new Map<string, string>([['main', sha('main 0')]]);
  let n = 0;
  const push = (branch: string): string => {
    n += 1;
    heads.set(branch, sha(`${branch} ${n}`));
    return heads.get(branch) ?? '';
  };
  return {
    head: (branch) => heads.get(branch) ?? null,
    branches: () => Object.fromEntries(heads),
    stats: () => ({ additions: 1, deletions: 0, files: 1 }),
    conflicts: () => [],
    behind: () => 0,
    merge: (base) => push(base),
    remove: (branch) => void heads.delete(branch),
    keepPull: () => {},
    diff: () => '',
    mergeBase: (base) => base,
    push,
  };
}

const sha = (text: string): string => createHash('sha1').update(text).digest('hex');
