import ignore from 'ignore';

/** Those of the changed files that `merge.sensitivePaths` names. Null: which files changed can't be told, so nobody knows. */
export const sensitiveFiles = (
  changed: readonly string[] | null,
  paths: readonly string[],
): readonly string[] | null =>
  changed?.filter((file) => paths.some((path) => fitsPattern(path, file))) ?? null;

/** Patterns are those of .gitignore and CODEOWNERS: `*.tf` fits in any folder, `/deploy/` is the one at the top. */
export const fitsPattern = (pattern: string, file: string): boolean =>
  ignore.isPathValid(file) && ignore().add(pattern).ignores(file);
