import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRunGit, definedOf } from '../git/run-git.ts';
import type { Cli } from './cli.ts';

/** Whether a call of git in this folder ends well; also false where there is no git. */
const says = async (
  { env }: Pick<Cli, 'env'>,
  folder: string,
  ...args: readonly string[]
): Promise<boolean> => {
  try {
    return (await createRunGit({ env: definedOf(env) })(folder, args)).ok;
  } catch {
    return false;
  }
};

/** Git has a version of `name`, a file of `folder`, so that nothing in `.gitignore` keeps the next one out. */
export const isInGit = (cli: Pick<Cli, 'env'>, folder: string, name: string): Promise<boolean> =>
  says(cli, folder, 'ls-files', '--error-unmatch', '--', name);

/**
 * Sees to it that git does not take `name`, a file of `folder` with secrets in it: where git would, its name goes into the
 * folder's `.gitignore`, whose path is returned. Null: nothing was to do, also outside of any repository.
 */
export async function ignoreInGit(
  cli: Pick<Cli, 'env'>,
  folder: string,
  name: string,
): Promise<string | null> {
  if (!(await says(cli, folder, 'rev-parse', '--is-inside-work-tree'))) return null;
  if (await says(cli, folder, 'check-ignore', '--quiet', '--', name)) return null;
  const file = path.join(folder, '.gitignore');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(file, `${gap}${name}\n`);
  return file;
}
