import { join } from 'node:path';
import { openBranchRefs } from '../lib/branch-refs.ts';
import { FileRefused } from '../lib/guarded/problem.ts';
import { readSmallText } from '../lib/guarded/read.ts';
import { entriesOf } from './environment.ts';
import { isExecutable } from './keys.ts';
import type { GitSetup } from './setup.ts';

/**
 * Keys of a repository's own configuration that name programs, files or addresses, each once, as `git config --list` prints them.
 * Git LFS is not among them. Throws where the configuration can't be read.
 */
export async function executableKeys(setup: GitSetup, repo: string): Promise<readonly string[]> {
  const { commonDir } = openBranchRefs(repo);
  const file = join(commonDir, 'config');
  try {
    const entries = await entriesOf(
      setup,
      ['--no-includes', '--file', '-'],
      readSmallText(file) ?? '',
    );
    return [...new Set(entries.filter(isExecutable).map((entry) => entry.key))];
  } catch (error) {
    if (error instanceof FileRefused) return [`(${file} is ${error.problem.found})`];
    throw error;
  }
}
