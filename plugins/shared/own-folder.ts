import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, normalize, sep } from 'node:path';
import { z } from 'zod';
import type { Tell } from '../../src/lib/guarded/problem.ts';

/**
 * A conversation's id as programs make them. Whoever has the session's token can say another one: it becomes part of a path and an
 * argument of the next launch, so nothing that climbs, and nothing that begins like an option.
 */
export const conversationId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/);

/**
 * A path that an agent names, when it lies in the program's own folder `root`, as its links lead; null otherwise, and `tell` gets
 * that it isn't read. Neither has to be there yet.
 */
export function inOwnFolder(path: string, root: string, tell: Tell): string | null {
  if (isAbsolute(path) && !path.includes('\0')) {
    const inRoot = (folder: string): boolean => `${normalize(path)}`.startsWith(folder + sep);
    if (inRoot(normalize(root)) || `${realOf(dirname(path))}${sep}`.startsWith(realOf(root) + sep))
      return path;
  }
  tell({ kind: 'outside', path, found: `outside ${root}` });
  return null;
}

/** Of the nearest folder that is there. */
function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const above = dirname(folder);
    return above === folder
      ? folder
      : normalize(`${realOf(above)}${sep}${folder.slice(above.length)}`);
  }
}
