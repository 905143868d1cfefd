import { createRunGit, type GitResult, type RunGit } from '../../../src/git/run-git.ts';
import { gitSetupOf } from '../../../src/git/setup.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';

/** The project's own clone: what a forge doesn't tell, git does, and it costs no calls. */
export interface ProjectClone {
  readonly repo: string;
  /** Git in any folder, as ao runs it. */
  readonly run: RunGit;
  git(...args: readonly string[]): Promise<GitResult>;
  /** Whether the commit is there, fetched by a ref of `remote` where it wasn't. */
  has(sha: string, remote: string, ref: string): Promise<boolean>;
  remotes(): Promise<Remotes>;
}

export interface Remotes {
  /** By name, with addresses as git would use them. */
  readonly all: ReadonlyMap<string, { readonly fetch: string; readonly push: string }>;
  /** Where a plain `git push` of a new branch goes. */
  readonly pushesTo: string;
}

export function projectClone(project: ProjectInfo, context: PluginContext): ProjectClone {
  const run = createRunGit(gitSetupOf(context));
  const git: ProjectClone['git'] = (...args) => run(project.repo, args);
  const present = async (sha: string): Promise<boolean> =>
    (await git('cat-file', '-e', `${sha}^{commit}`)).ok;
  return {
    repo: project.repo,
    run,
    git,
    has: async (sha, remote, ref) =>
      (await present(sha)) ||
      ((await git('fetch', '--quiet', '--no-tags', '--', remote, ref)).ok && (await present(sha))),
    async remotes() {
      const [listed, wanted] = await Promise.all([
        git('remote', '-v'),
        git('config', '--get', 'remote.pushDefault'),
      ]);
      const all = new Map<string, { fetch: string; push: string }>();
      for (const line of listed.stdout.split('\n')) {
        const [, name, address, way] = /^(\S+)\t(.*) \((fetch|push)\)/.exec(line) ?? [];
        if (name === undefined || address === undefined) continue;
        const known = all.get(name) ?? { fetch: address, push: address };
        all.set(name, way === 'push' ? { ...known, push: address } : known);
      }
      return { all, pushesTo: wanted.stdout.trim() || 'origin' };
    },
  };
}

/** Files that differ between two commits of a branch; empty when one of them can't be had (a forced push from elsewhere). */
export async function changedFiles(
  clone: ProjectClone,
  change: {
    readonly from: string;
    readonly to: string;
    readonly remote: string;
    readonly ref: string;
  },
): Promise<readonly string[]> {
  if (
    !(await clone.has(change.from, change.remote, change.ref)) ||
    !(await clone.has(change.to, change.remote, change.ref))
  )
    return [];
  const { ok, stdout } = await clone.git(
    'diff',
    '--name-only',
    '--no-renames',
    '-z',
    change.from,
    change.to,
  );
  return ok ? stdout.split('\0').filter((file) => file !== '') : [];
}

/** What changed between two heads, as a patch. */
export async function patchBetween(
  clone: ProjectClone,
  change: {
    readonly from: string;
    readonly to: string;
    readonly remote: string;
    readonly ref: string;
  },
): Promise<string> {
  const { from, to, remote, ref } = change;
  for (const sha of [from, to])
    if (!/^[0-9a-f]{7,64}$/i.test(sha) || !(await clone.has(sha, remote, ref)))
      throw rejected(
        'AO_SCM_NO_COMMIT',
        `The commit ${sha.slice(0, 12)} is no longer available. Look at the whole diff.`,
      );
  const { ok, stdout } = await clone.git(
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    from,
    to,
  );
  if (!ok) throw rejected('AO_SCM_NO_COMMIT', `git could not compare ${from} with ${to}.`);
  return stdout;
}

/** Every path between where the head left the base and the head, old and new names; null: the clone can't have the commits. */
export async function filesOf(
  clone: ProjectClone,
  change: {
    readonly base: { readonly sha: string; readonly ref: string };
    readonly head: { readonly sha: string; readonly ref: string };
    readonly remote: string;
  },
): Promise<readonly string[] | null> {
  const { base, head, remote } = change;
  if (
    !(await clone.has(base.sha, remote, base.ref)) ||
    !(await clone.has(head.sha, remote, head.ref))
  )
    return null;
  const left = await clone.git('merge-base', base.sha, head.sha);
  if (!left.ok) return null;
  const named = await clone.git(
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    left.stdout.trim(),
    head.sha,
  );
  return named.ok ? named.stdout.split('\0').filter((file) => file !== '') : null;
}
