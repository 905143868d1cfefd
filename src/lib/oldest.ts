/** Oldest git that ao works with: the first with `git merge-tree --write-tree` (2022). */
export const OLDEST_GIT = '2.38';
/** Oldest tmux that ao works with: exact environments and quiet control clients (2021). */
export const OLDEST_TMUX = '3.2';

/** Compares dotted versions number by number. A version that doesn't begin with a number (`master`) is newer than any. */
export function atLeast(version: string, oldest: string): boolean {
  const parts = version.split('.').map(Number.parseFloat);
  if (Number.isNaN(parts[0])) return true;
  for (const [index, number] of oldest.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== number) return part > number;
  }
  return true;
}
