import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGit } from '../../../../src/git/git.ts';
import { demoFolder } from '../demo-command.ts';

/** The checks of the sample project, as `ao.yaml` would name them. */
export const SAMPLE_CHECKS = [
  { name: 'test', run: 'node --test' },
  { name: 'style', run: 'node scripts/style.mjs' },
] as const;

/**
 * Makes the sample repository at `dir`: default branch `main`, one commit, author set for this repository only. Does nothing
 * when there is a repository already. Appears complete or not at all.
 */
export async function makeSampleProject(
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (existsSync(join(dir, '.git'))) return;
  await mkdir(dirname(dir), { recursive: true });
  const temp = await mkdtemp(join(dirname(dir), `.${basename(dir)}-`));
  const run = createGit({ env });
  const git = (...args: readonly string[]) => run(temp, args);
  try {
    await cp(join(demoFolder(), 'sample-project'), temp, { recursive: true });
    await git('-c', 'init.defaultBranch=main', 'init', '--quiet', '--template=');
    await git('config', 'user.name', 'Sample Author');
    await git('config', 'user.email', 'sample@localhost');
    await git('config', 'commit.gpgSign', 'false');
    await git('add', '--all', '--force');
    await git('commit', '--quiet', '--no-verify', '-m', 'Format and parse durations');
    await rename(temp, dir);
  } catch (error) {
    await rm(temp, { recursive: true, force: true });
    throw error;
  }
}
