import { chmodSync, closeSync, fstatSync } from 'node:fs';
import { type FileProblem, FileRefused } from './problem.ts';
import { openGuarded, readAt } from './read.ts';

/** Such a file is a token or an address, bytes. */
const MOST = 1 << 16;

/**
 * A small file that ao itself wrote: the text; null when it is missing. Throws `FileRefused` for a link, for what isn't a
 * regular file, and for one that another user owns or that others can read or write: it isn't ao's then.
 */
export function readOwnFile(file: string): string | null {
  const opened = openGuarded(file);
  if (opened.type === 'missing') return null;
  if (opened.type === 'problem') throw new FileRefused(opened.problem);
  const { fd } = opened.file;
  try {
    const stat = fstatSync(fd);
    const problem = foreign(file, stat.uid, stat.mode);
    if (problem !== null) throw new FileRefused(problem);
    return readAt(fd, 0, MOST).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

/** For the bot, before it reads its own: an older version left it readable. Does nothing through a link. */
export function closeToOthers(file: string): void {
  const opened = openGuarded(file);
  if (opened.type !== 'file') return;
  closeSync(opened.file.fd);
  chmodSync(file, 0o600);
}

function foreign(path: string, owner: number, mode: number): FileProblem | null {
  const user = process.geteuid?.() ?? owner;
  if (owner !== user)
    return { kind: 'no_permission', path, found: `owned by user ${owner}, and ao runs as ${user}` };
  return (mode & 0o077) === 0
    ? null
    : { kind: 'no_permission', path, found: `open to other users (chmod 600 ${path})` };
}
