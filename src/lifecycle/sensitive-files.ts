import ignore from 'ignore';
import { changedFiles } from '../domain/merge/changed-files.ts';

/** Files of a patch that `merge.sensitivePaths` names. Null: the patch was not understood, so nobody knows. */
export function sensitiveFiles(patch: string, paths: readonly string[]): readonly string[] | null {
  const changed = changedFiles(patch);
  if (changed === null || (changed.size === 0 && patch.trim() !== '')) return null;
  return [...changed].filter((file) => paths.some((path) => fitsPattern(path, file)));
}

/** Patterns are those of .gitignore and CODEOWNERS: `*.tf` fits in any folder, `/deploy/` is the one at the top. */
export const fitsPattern = (pattern: string, file: string): boolean =>
  ignore.isPathValid(file) && ignore().add(pattern).ignores(file);
