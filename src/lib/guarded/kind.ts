import { lstatSync, type Stats } from 'node:fs';

/** What is at a path, in words with the article where people read them. Nothing is opened to find out. */
export type Kind =
  | 'none'
  | 'a regular file'
  | 'a folder'
  | 'a symbolic link'
  | 'a named pipe'
  | 'a socket'
  | 'a device'
  | 'of an unknown kind';

export function kindOf(stats: Stats): Exclude<Kind, 'none'> {
  if (stats.isFile()) return 'a regular file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a named pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : 'of an unknown kind';
}

/** Of the entry itself: a link isn't followed. Throws what the system says when its folder can't be searched. */
export function kindAt(path: string): Kind {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : kindOf(stats);
}

/** Changes when the entry was written or replaced. */
export function stampOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? '-' : `${stats.ino}:${stats.ctimeNs}:${stats.size}`;
}
