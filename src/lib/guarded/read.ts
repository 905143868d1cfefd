/**
 * Reads from places that an agent can write to: its worktree, its state folder, its transcripts, the
 * repository. A pipe, socket, device, link or folder there never blocks or stops the bot, and a huge file
 * costs no memory: nothing but regular files is read, without waiting, and with a limit.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { dirname, sep } from 'node:path';
import { kindOf } from './kind.ts';
import { type FileProblem, FileRefused, problemOf, type Tell } from './problem.ts';

/** A file that is read as a whole is no larger than this, bytes. */
const WHOLE = 16 << 20;
/** Of a folder so many names are read. */
const NAMES = 20_000;
/** A file of a line or a few settings is no larger than this, bytes. */
const SMALL = 1 << 20;
const CHUNK = 1 << 20;

export interface ReadOptions {
  /** Bytes; a larger file is `too_large`. Default 16 MiB. */
  readonly max?: number;
  /** The file may be a link: for the operator's own files, whose folder no agent was given. */
  readonly follow?: boolean;
  /** The file must be in this folder once every link on its way is resolved. */
  readonly inside?: string;
}

export interface OpenFile {
  readonly fd: number;
  readonly size: number;
  /** Another one when the path leads to another file. */
  readonly identity: string;
}

export type Opened =
  | { readonly type: 'file'; readonly file: OpenFile }
  | { readonly type: 'missing' }
  | { readonly type: 'problem'; readonly problem: FileProblem };

/** Opens a regular file for reading. The caller closes it. Never waits, never throws. */
export function openGuarded(path: string, options: Omit<ReadOptions, 'max'> = {}): Opened {
  let fd: number | null = null;
  try {
    const outside = options.inside === undefined ? null : leaves(path, options.inside);
    if (outside !== null) return { type: 'problem', problem: outside };
    const follow = options.follow === true ? 0 : constants.O_NOFOLLOW;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | follow);
    const stat = fstatSync(fd);
    if (stat.isFile()) {
      const file = { fd, size: stat.size, identity: `${stat.dev} ${stat.ino}` };
      fd = null;
      return { type: 'file', file };
    }
    const kind = stat.isDirectory() ? ('folder' as const) : ('not_a_file' as const);
    return { type: 'problem', problem: { kind, path, found: kindOf(stat) } };
  } catch (error) {
    const problem = problemOf(path, error);
    return problem === null ? { type: 'missing' } : { type: 'problem', problem };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function leaves(path: string, root: string): FileProblem | null {
  const folder = `${realpathSync(dirname(path))}${sep}`;
  return folder.startsWith(`${realpathSync(root)}${sep}`)
    ? null
    : { kind: 'outside', path, found: `outside ${root}, as links lead` };
}

export type Read =
  | { readonly type: 'content'; readonly bytes: Buffer }
  | { readonly type: 'missing' }
  | { readonly type: 'problem'; readonly problem: FileProblem };

/** A whole file. Never waits, never throws. */
export function readGuarded(path: string, options: ReadOptions = {}): Read {
  const opened = openGuarded(path, options);
  if (opened.type !== 'file') return opened;
  const { fd, size } = opened.file;
  const max = options.max ?? WHOLE;
  try {
    if (size > max) return { type: 'problem', problem: tooLarge(path, size, max) };
    // Read until the end: what grows meanwhile, and the files of /proc, whose size is 0.
    const bytes = readAt(fd, 0, max + 1);
    return bytes.length > max
      ? { type: 'problem', problem: tooLarge(path, bytes.length, max) }
      : { type: 'content', bytes };
  } catch (error) {
    const problem = problemOf(path, error);
    return problem === null ? { type: 'missing' } : { type: 'problem', problem };
  } finally {
    closeSync(fd);
  }
}

/** The file's text; null when it is missing, or when it can't be read and `tell` got the reason. */
export function readText(path: string, tell: Tell, options: ReadOptions = {}): string | null {
  const read = readGuarded(path, options);
  if (read.type === 'problem') tell(read.problem);
  return read.type === 'content' ? read.bytes.toString('utf8') : null;
}

/** The file's text; null when it is missing. Throws `FileRefused`. */
export function readTextOrRefuse(path: string, options: ReadOptions = {}): string | null {
  return readText(path, refuse, options);
}

/** The same for a file that is short when it is right: up to 1 MiB. */
export const readSmallText = (path: string): string | null =>
  readTextOrRefuse(path, { max: SMALL });

/** A `Tell` for where nothing can be done without the file. */
export function refuse(problem: FileProblem): never {
  throw new FileRefused(problem);
}

/** Up to `max` bytes from `from`, fewer at the end of the file. */
export function readAt(fd: number, from: number, max: number): Buffer {
  const chunks: Buffer[] = [];
  let taken = 0;
  while (taken < max) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, max - taken));
    const read = readSync(fd, chunk, 0, chunk.length, from + taken);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    taken += read;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/**
 * Names in a folder, sorted; none when it is missing, or when it can't be read and `tell` got the reason.
 * Of a folder with very many, the first 20,000.
 */
export function listFolder(path: string, tell: Tell): readonly string[] {
  try {
    const stat = lstatSync(path);
    // A link to a folder may be the person's own; to anything else it can't be opened below.
    if (!stat.isSymbolicLink() && !stat.isDirectory()) {
      tell({ kind: 'no_folder', path, found: `${kindOf(stat)}, not a folder` });
      return [];
    }
    const folder = opendirSync(path);
    try {
      const names: string[] = [];
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        if (names.length === NAMES) {
          const found = `a folder with more than ${NAMES} names`;
          tell({ kind: 'too_large', path, found });
          break;
        }
        names.push(entry.name);
      }
      return names.sort();
    } finally {
      folder.closeSync();
    }
  } catch (error) {
    const problem = problemOf(path, error);
    if (problem !== null) tell(problem);
    return [];
  }
}

/** Size of a regular file in bytes; null when there is none. Opens nothing. */
export function sizeOf(path: string): number | null {
  try {
    const stat = lstatSync(path);
    return stat.isFile() ? stat.size : null;
  } catch {
    // Missing, or not to be looked at: whoever reads it says so.
    return null;
  }
}

function tooLarge(path: string, size: number, max: number): FileProblem {
  const found = `${inWords(size)} large, more than the ${inWords(max)} that ao reads`;
  return { kind: 'too_large', path, found };
}

function inWords(bytes: number): string {
  if (bytes >= 1 << 30) return `${(bytes / (1 << 30)).toFixed(1)} GiB`;
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}
