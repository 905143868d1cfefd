import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { gitFailed } from '../../../src/git/run-git.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { isPartialClone, PARTIAL } from './partial-clone.ts';

/** Checks that worktrees can be made of `repo`; one clear error for each way in which they can't. */
export async function checkRepository(
  git: Git,
  repo: string,
): Promise<{ defaultBranch: string; warnings: readonly string[] }> {
  if (!(await stat(repo).catch(() => null))?.isDirectory())
    throw rejected(
      'AO_REPOSITORY_MISSING',
      `The folder ${repo} does not exist. Check the project's path.`,
    );
  // The prefix comes last: it is empty in the top folder.
  const [bare, inside, shallow, prefix = ''] = (
    await revParse(git, repo, [
      '--is-bare-repository',
      '--is-inside-work-tree',
      '--is-shallow-repository',
      '--show-prefix',
    ])
  ).split('\n');
  if (bare === 'true')
    throw rejected(
      'AO_REPOSITORY_BARE',
      `${repo} is a bare repository, and ao needs one with a checkout. Clone it (git clone ${repo} <folder>) and use the clone.`,
    );
  if (inside !== 'true')
    throw rejected(
      'AO_REPOSITORY_NONE',
      `${repo} is inside a .git folder. Use the folder of the checkout.`,
    );
  if (prefix !== '')
    throw rejected(
      'AO_REPOSITORY_SUBFOLDER',
      `${repo} is the subfolder ${prefix} of a repository. Use the repository's top folder, ${await git(repo, ['rev-parse', '--show-toplevel'], { discover: true })}.`,
    );
  const [head, refs] = await Promise.all([readHead(git, repo), readRefs(git, repo)]);
  if (!head.born && refs.branches.length === 0) {
    throw rejected(
      'AO_REPOSITORY_EMPTY',
      `${repo} has no commits yet, so there is nothing to branch from. Make a first commit (git commit --allow-empty -m "Start").`,
    );
  }
  const defaultBranch = pickDefaultBranch(repo, refs, head.branch);
  const warnings = [
    shallow === 'true'
      ? `${repo} is a shallow clone: merge bases may be missing. "git fetch --unshallow" completes it.`
      : null,
    isPartialClone(repo)
      ? `Sessions can only start in ${repo} where all files of their base are in it. ${PARTIAL}`
      : null,
    head.branch !== null
      ? null
      : `${repo} has a detached HEAD; sessions start from ${defaultBranch}.`,
    head.dirty
      ? `${repo} has uncommitted changes; sessions start from commits and don't see them.`
      : null,
  ].filter((warning) => warning !== null);
  return { defaultBranch, warnings };
}

interface Head {
  /** Null: detached. */
  readonly branch: string | null;
  /** It has a commit. */
  readonly born: boolean;
  /** Changes of tracked files. */
  readonly dirty: boolean;
}

async function readHead(git: Git, repo: string): Promise<Head> {
  const lines = (
    await git(repo, ['status', '--porcelain=v2', '--branch', '--untracked-files=no', '-z'])
  )
    .split('\0')
    .filter(Boolean);
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
  const branch = header('head');
  return {
    branch: branch === undefined || branch === '(detached)' ? null : branch,
    born: header('oid') !== '(initial)',
    dirty: lines.some((line) => !line.startsWith('# ')),
  };
}

interface Refs {
  readonly branches: readonly string[];
  /** What the remote calls its default. */
  readonly remoteDefault: string | null;
}

async function readRefs(git: Git, repo: string): Promise<Refs> {
  const lines = (
    await git(repo, [
      'for-each-ref',
      '--format=%(refname) %(symref)',
      'refs/heads',
      'refs/remotes/origin/HEAD',
    ])
  )
    .split('\n')
    .filter(Boolean);
  const branches = lines.flatMap((line) => /^refs\/heads\/(\S+)/.exec(line)?.[1] ?? []);
  const remote = lines.find((line) => line.startsWith('refs/remotes/origin/HEAD '));
  return {
    branches,
    remoteDefault: /refs\/remotes\/origin\/(\S+)$/.exec(remote?.split(' ')[1] ?? '')?.[1] ?? null,
  };
}

/** What the remote calls its default; without one `main`, `master`, then the branch that is checked out. */
function pickDefaultBranch(repo: string, refs: Refs, current: string | null): string {
  const found =
    refs.remoteDefault ??
    ['main', 'master'].find((name) => refs.branches.includes(name)) ??
    current ??
    refs.branches[0];
  if (found === undefined)
    throw rejected(
      'AO_REPOSITORY_NO_BRANCH',
      `${repo} has a detached HEAD and no branches. Make one (git switch -c main), or set the project's defaultBranch.`,
    );
  return found;
}

async function revParse(git: Git, repo: string, args: readonly string[]): Promise<string> {
  const result = await git.attempt(repo, ['rev-parse', ...args], { discover: true });
  if (result.ok) return result.stdout;
  if (/dubious ownership/.test(result.stderr))
    throw rejected(
      'AO_REPOSITORY_OWNER',
      `${repo} belongs to another user, and git refuses to use it. If you trust it: git config --global --add safe.directory ${repo}`,
    );
  if (/not a git repository/i.test(result.stderr))
    throw rejected(
      'AO_REPOSITORY_NONE',
      `${repo} is not a git repository. Run "git init" there, or correct the project's path.`,
    );
  throw gitFailed(['rev-parse'], result.stderr);
}

/** Folder of a repository's worktrees below the root: readable, and different for equal names. */
export const repositoryFolder = (commonDir: string, repo: string): string =>
  `${basename(repo).replace(/[^\p{L}\p{N}._-]/gu, '_')}-${createHash('sha256').update(commonDir).digest('hex').slice(0, 8)}`;

export interface Start {
  /** The repository's real `.git` folder, shared by its worktrees. */
  readonly commonDir: string;
  readonly baseSha: string;
}

/** Common folder and the commit of `base`; a base only the remote has is found as `origin/<base>`. */
export async function resolveStart(git: Git, repo: string, base: string): Promise<Start> {
  return (await readStart(repo, base)) ?? (await askStart(git, repo, base));
}

/** From the repository's files, without a process: most bases are branches. Null when git must be asked. */
async function readStart(repo: string, base: string): Promise<Start | null> {
  try {
    const refs = openBranchRefs(repo);
    const baseSha = refs.readable ? refs.unambiguous(base) : null;
    return baseSha === null ? null : { commonDir: await realpath(refs.commonDir), baseSha };
  } catch {
    // Not a repository, or not readable: git says it in its own words.
    return null;
  }
}

/** The same in one call of git. */
async function askStart(git: Git, repo: string, base: string): Promise<Start> {
  for (const ref of [base, `origin/${base}`]) {
    const result = await git.attempt(repo, [
      'rev-parse',
      '--path-format=absolute',
      '--git-common-dir',
      '--end-of-options',
      `${ref}^{commit}`,
    ]);
    const [commonDir, baseSha] = result.stdout
      .split('\n')
      .filter((line) => line !== '--end-of-options');
    if (result.ok && commonDir !== undefined && baseSha !== undefined)
      return { commonDir, baseSha };
  }
  await checkRepository(git, repo);
  throw rejected(
    'AO_WORKSPACE_BASE_MISSING',
    `There is no branch or commit "${base}" in ${repo} or its remote "origin". Fetch it, or choose another base.`,
  );
}

/** The commit `base` names, here or at the remote; null when there is none. */
export async function resolveCommit(git: Git, cwd: string, ref: string): Promise<string | null> {
  for (const name of [ref, `origin/${ref}`]) {
    const result = await git.attempt(cwd, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    if (result.ok) return result.stdout.split('\n').at(-1) ?? null;
  }
  return null;
}
