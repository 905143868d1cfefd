import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fields } from '../../../src/git/repository-git.ts';
import { verifyCheckout } from '../../../src/git/verify-checkout.ts';
import { type TakeOver, takeOver } from '../../shared/checkout/take-over.ts';
import type { CheckRunnerHost } from './check-host.ts';
import { addCheckout } from './compare.ts';
import { addSubmodules } from './submodules.ts';

/** Of one copy into the checkout. */
const COPY_MS = 5 * 60_000;

export interface MadeCheckout {
  /** Null when made, else why not. */
  readonly failure: string | null;
  /** What is missing in it. */
  readonly notes: readonly string[];
}

/** A clean checkout of the commit for its checks, with what the configuration takes over into it. Never throws. */
export async function makeCheckout(
  host: CheckRunnerHost,
  sha: string,
  tree: string,
): Promise<MadeCheckout> {
  try {
    mkdirSync(dirname(tree), { recursive: true, mode: 0o700 });
    await addCheckout(host.git, tree, sha);
    await verifyCheckout(host.git, { path: tree, commit: sha, temp: dirname(tree) });
    const branch = host.project.defaultBranch;
    const { missing, failed } = await addSubmodules(host.git, tree, sha, branch);
    if (failed) return { failure: missing.join(' '), notes: [] };
    const { copies, symlinks } = host.config;
    for (const name of copies) await takeInto(host, tree, name, 'copy');
    for (const name of symlinks) await takeInto(host, tree, name, 'link');
    return { failure: null, notes: missing };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), notes: [] };
  }
}

/** Only paths inside the repository, only where it has them and the commit doesn't. */
async function takeInto(
  host: CheckRunnerHost,
  tree: string,
  name: string,
  how: TakeOver['how'],
): Promise<void> {
  const { repo } = host.project;
  const from = resolve(repo, name);
  const to = resolve(tree, name);
  const inside = !relative(repo, from).startsWith('..') && from !== repo;
  if (!inside || !existsSync(from) || lstatSync(to, { throwIfNoEntry: false }) !== undefined)
    return;
  mkdirSync(dirname(to), { recursive: true });
  const { env, clock } = host;
  const taken = await takeOver({ from, to, how, env, clock, timeoutMs: COPY_MS });
  if (taken.type === 'failed')
    throw new Error(`${name} could not be copied into the checkout: ${taken.reason}`);
}

/**
 * Takes git's notes of checkouts below the folder away; they are gone. Not by `prune`: that would take worktrees of others on disks
 * that aren't mounted. Where git doesn't run the notes stay, and the bot starts all the same.
 */
export async function forgetCheckouts({
  git,
  checkoutDir,
  logger,
}: Pick<CheckRunnerHost, 'git' | 'checkoutDir' | 'logger'>): Promise<void> {
  try {
    for (const entry of fields(await git.text(['worktree', 'list', '--porcelain', '-z']))) {
      const path = entry.startsWith('worktree ') ? entry.slice('worktree '.length) : null;
      if (path?.startsWith(`${checkoutDir}/`))
        await git.run(['worktree', 'remove', '--force', '--', path]);
    }
  } catch (error) {
    logger.warn({ repo: git.repo, err: error }, 'notes of former checkouts stay in the repository');
  }
}
