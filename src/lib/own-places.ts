import { existsSync } from 'node:fs';
import path from 'node:path';

/** Made in the folder that ao's worktrees are in. */
export const WORKTREES_MARK = '.ao-worktrees';
/** Each is in a folder of ao's: its data directory, or the folder of its worktrees. */
const MARKS = ['ao.db', WORKTREES_MARK];

/**
 * Where looking upwards for a configuration begins: `from`, but above everything that is in a folder of ao's. What is checked
 * out there was written by agents and by people whose pull requests they work on, and a configuration is obeyed.
 */
export function searchStart(from: string): string {
  let start = path.resolve(from);
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (MARKS.some((mark) => existsSync(path.join(folder, mark)))) start = folder;
    if (folder === path.dirname(folder)) return start;
  }
}
