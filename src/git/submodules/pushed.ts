import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindAt } from '../../lib/guarded/kind.ts';
import type { RunGit } from '../run-git.ts';
import { addressOf, type Declared, declaredIn, reasonOf } from './declared.ts';

export interface PointerQuestion {
  readonly repo: string;
  /** Its git directory, whose submodules lend their objects. */
  readonly commonDir: string;
  /** Its `.gitmodules` says where the submodules' remotes are. */
  readonly base: string;
  readonly head: string;
  /** A fresh folder for what is fetched. */
  readonly temp: string;
}

/**
 * Submodules that `head` pins to a commit which `base` doesn't, and which is on no branch and no tag of their remote: merged, the base
 * would name commits that nobody else can have. In sentences; empty when all is well.
 */
export async function unpushedPointers(
  run: RunGit,
  question: PointerQuestion,
): Promise<readonly string[]> {
  const changed = await changedPointers(run, question);
  if (changed.length === 0) return [];
  const declared = await declaredIn(run, question.repo, question.base);
  const remote = await run(question.repo, ['config', '--get', 'remote.origin.url']);
  const beside = remote.ok ? remote.stdout.trim() : question.repo;
  const problems: string[] = [];
  for (const [at, { path, sha }] of changed.entries()) {
    const module = declared.find((each) => each.path === path);
    const reason =
      module === undefined
        ? `${path} is pinned to ${sha.slice(0, 10)}, and the base branch doesn't say where that submodule's remote is, so nobody can tell whether the commit is there. Add the submodule to the base branch first.`
        : await whyMissing(run, question, { module, sha, beside, at });
    if (reason !== null) problems.push(reason);
  }
  return problems;
}

async function changedPointers(
  run: RunGit,
  { repo, base, head }: PointerQuestion,
): Promise<ReadonlyArray<{ path: string; sha: string }>> {
  // What the branch brings, as the merge takes it: since it left the base.
  const left = await run(repo, ['merge-base', base, head]);
  const from = left.ok ? left.stdout.trim() : base;
  const fields = (
    await run(repo, ['diff-tree', '-r', '-z', '--no-renames', from, head])
  ).stdout.split('\0');
  const changed = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode, , sha] = (fields[at] ?? '').split(' ');
    if (mode === '160000' && sha !== undefined) changed.push({ path: fields[at + 1] ?? '', sha });
  }
  return changed;
}

async function whyMissing(
  run: RunGit,
  { commonDir, temp }: PointerQuestion,
  what: { module: Declared; sha: string; beside: string; at: number },
): Promise<string | null> {
  const { module, sha } = what;
  const folder = join(temp, `module-${what.at}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = await run(temp, ['init', '--quiet', '--', folder]);
  if (!made.ok) return `${module.path}: ${reasonOf(made.stderr)}`;
  const lender = join(commonDir, 'modules', module.name, 'objects');
  if (kindAt(lender) === 'a folder')
    writeFileSync(join(folder, '.git', 'objects', 'info', 'alternates'), `${lender}\n`);
  const url = addressOf(module.url, what.beside);
  const fetched = await run(
    folder,
    [
      'fetch',
      '--quiet',
      '--no-tags',
      '--',
      url,
      '+refs/heads/*:refs/there/heads/*',
      '+refs/tags/*:refs/there/tags/*',
    ],
    { pin: true, timeoutMs: 120_000 },
  );
  if (!fetched.ok)
    return `Whether ${sha.slice(0, 10)} of ${module.path} was pushed can't be asked of its remote: ${reasonOf(fetched.stderr)}`;
  const found = await run(folder, ['for-each-ref', '--count=1', '--contains', sha, 'refs/there/']);
  return found.ok && found.stdout.trim() !== ''
    ? null
    : `${module.path} is pinned to ${sha.slice(0, 10)}, which is on no branch of its remote. Push it there from the session's worktree (git -C ${module.path} push origin HEAD:refs/heads/<branch>), then merge.`;
}
