import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';

const LIMIT = 1 << 20;

/**
 * The text of a small regular file. Null: nothing there. Links, pipes, sockets, devices and folders are refused, and never
 * waited for; an agent can put any of them in the place of a file.
 */
export function readRegular(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new NotRegular(path, code === 'ELOOP' ? 'a link' : `unreadable (${code})`);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new NotRegular(path, kindOf(stats));
    if (stats.size > LIMIT) throw new NotRegular(path, `${stats.size} bytes long`);
    const buffer = Buffer.alloc(stats.size);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, stats.size, 0));
  } finally {
    closeSync(file);
  }
}

/** What is there instead of a regular file. */
export class NotRegular extends Error {
  readonly path: string;
  readonly found: string;
  constructor(path: string, found: string) {
    super(`${path} is ${found}`);
    this.path = path;
    this.found = found;
  }
}

export type Kind = 'none' | 'file' | 'a folder' | 'a link' | 'a pipe' | 'a socket' | 'a device';

export function kindAt(path: string): Kind {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : kindOf(stats);
}

const kindOf = (stats: Stats): Kind =>
  stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'a folder'
      : stats.isSymbolicLink()
        ? 'a link'
        : stats.isFIFO()
          ? 'a pipe'
          : stats.isSocket()
            ? 'a socket'
            : 'a device';

/** Changes when the entry was written or replaced. */
export function stampOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? '-' : `${stats.ino}:${stats.ctimeNs}:${stats.size}`;
}
