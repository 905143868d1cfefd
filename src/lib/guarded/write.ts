/** Writes into places that an agent can write to: never through a link, never into a pipe. */
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { kindOf } from './kind.ts';
import { FileRefused, problemOf, type Tell } from './problem.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/**
 * Replaces the file in one step, mode 0600: readers see the old content or the new one. Whatever else was at the
 * path (a link, a pipe) is replaced too; a folder is moved aside. Throws what the system says (`ENOSPC`,
 * `EACCES`), then the old content is still there.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  { flush = false }: { flush?: boolean } = {},
): void {
  // Nobody can have put something in the way of a name that nobody knows.
  const temporary = `${path}.${randomUUID()}.tmp`;
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      writeFileSync(fd, content);
      if (flush) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    moveOver(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function moveOver(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
    setAside(to);
    renameSync(from, to);
  }
}

/** The same, where the session goes on without: `tell` gets what stands in the way. */
export function replaceFileOrTell(path: string, content: string, tell: Tell): void {
  try {
    replaceFile(path, content);
  } catch (error) {
    // A full disk is a matter of the whole bot, and handled where that is.
    if (['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'].includes(codeOf(error))) throw error;
    const problem = problemOf(path, error) ?? {
      kind: 'unreadable' as const,
      path,
      found: 'in a folder that is gone',
    };
    tell(problem);
  }
}

/** Opens a regular file to add to it, mode 0600 when it is new. Never waits. Throws `FileRefused`. */
function openToAppend(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    if (!['ELOOP', 'EACCES', 'EPERM', 'ENXIO', 'EISDIR', 'ENODEV'].includes(codeOf(error)))
      throw error;
    const problem = problemOf(path, error);
    throw problem === null ? error : new FileRefused(problem);
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  throw new FileRefused({ kind: 'not_a_file', path, found: kindOf(stat) });
}

/** Adds one line; a line that was torn when its writer died is ended first, so that it spoils no other. */
export function appendLine(path: string, line: string, flush: boolean): void {
  const fd = openToAppend(path);
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    appendFileSync(fd, `${size > 0 && last[0] !== 0x0a ? '\n' : ''}${line}\n`);
    if (flush) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes sure that there is a folder of ao's at this path, mode 0700, and not a link to one. What else is there is moved
 * aside, and `tell` gets what it was. Throws what the system says when it can't be made.
 */
export function ensureFolder(path: string, tell: Tell): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  if (stat !== undefined)
    tell({
      kind: stat.isSymbolicLink() ? 'symlink' : 'not_a_file',
      path,
      found: `${kindOf(stat)} in place of ao's folder; it was moved to ${setAside(path)}`,
    });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

function setAside(path: string): string {
  const aside = `${path}.aside-${randomUUID().slice(0, 8)}`;
  renameSync(path, aside);
  return aside;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
