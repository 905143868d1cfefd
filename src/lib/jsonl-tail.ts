import { closeSync } from 'node:fs';
import type { Tell } from './guarded/problem.ts';
import { type OpenFile, openGuarded, type ReadOptions, readAt } from './guarded/read.ts';
import { appendLine } from './guarded/write.ts';

/** So much is read at once, bytes; a longer line is passed over. */
const TURN = 16 << 20;
/** More than this ahead of the reader isn't an agent's log: the reader goes on at its end. */
const BACKLOG = 2 ** 30;
/** A first line is looked for in so many bytes, then in more. */
const FIRST = 1 << 14;

/** `inside`: the folder the file has to be in, once links are resolved; anything else is told. */
type Where = Pick<ReadOptions, 'inside'>;

interface Lines {
  /** Where to read from next: never past a line that is still being written. */
  readonly offset: number;
  /** There is more to read now: call again in another turn of the event loop. */
  readonly more: boolean;
}

/**
 * Reads the complete lines after `offset`, as parsed JSON; lines that are not JSON are left out. A missing file reads as
 * empty; a file shorter than `offset` was replaced and is read from its beginning. Anything that isn't a regular file reads
 * as empty and is told.
 */
export function readJsonLines(
  path: string,
  offset: number,
  tell: Tell,
  options: Where = {},
): Lines & { readonly entries: readonly unknown[] } {
  const read = readNewLines(path, offset, tell, options);
  return { entries: parseLines(read.text), offset: read.offset, more: read.more };
}

/** The same as text, whatever stands in the lines. */
export function readNewLines(
  path: string,
  offset: number,
  tell: Tell,
  options: Where = {},
): Lines & { readonly text: string } {
  const nothing = { text: '', offset, more: false };
  return (
    withFile(path, tell, options, ({ fd, size }) => {
      const from = offset > size ? 0 : offset;
      if (size - from > BACKLOG) {
        tell(overgrown(path, size - from));
        return { text: '', offset: size, more: false };
      }
      const bytes = readAt(fd, from, Math.min(TURN, size - from));
      const end = bytes.lastIndexOf(0x0a) + 1;
      // No line is that long: what is left of it is passed over, and is not JSON.
      const taken = end === 0 && bytes.length === TURN ? TURN : end;
      const more = taken > 0 && from + bytes.length < size;
      return { text: bytes.subarray(0, end).toString('utf8'), offset: from + taken, more };
    }) ?? nothing
  );
}

/** What is told of a log with more news than can be read; the reader goes on at its end. */
export const overgrown = (path: string, bytes: number) => ({
  kind: 'too_large' as const,
  path,
  found: `${(bytes / 2 ** 30).toFixed(1)} GiB ahead of what ao has read; ao reads on at its end`,
});

/**
 * The first line, parsed; null while it isn't complete, when it is not JSON, longer than 16 MiB, and when there is no such
 * file. Reads no more of the file than that.
 */
export function readFirstJsonLine(path: string, tell: Tell, options: Where = {}): unknown {
  return withFile(path, tell, options, ({ fd, size }) => {
    const most = Math.min(size, TURN);
    let bytes = readAt(fd, 0, Math.min(most, FIRST));
    while (!bytes.includes(0x0a) && bytes.length < most)
      bytes = readAt(fd, 0, Math.min(most, bytes.length * 4));
    const end = bytes.indexOf(0x0a);
    return end === -1 ? null : (parseLines(bytes.subarray(0, end).toString('utf8'))[0] ?? null);
  });
}

/**
 * Adds one line, on disk when it returns where `flush` is set. A line that was torn when its writer died is ended first, so
 * that it spoils no other. Mode 0600 when the file is new. Throws `FileRefused` when it isn't a regular file.
 */
export function appendJsonLine(
  path: string,
  value: unknown,
  { flush = false }: { flush?: boolean } = {},
): void {
  appendLine(path, JSON.stringify(value), flush);
}

/** Null when the file is missing, or when it can't be opened and `tell` got the reason. */
function withFile<T>(
  path: string,
  tell: Tell,
  options: Where,
  use: (file: OpenFile) => T,
): T | null {
  const opened = openGuarded(path, options);
  if (opened.type === 'problem') tell(opened.problem);
  if (opened.type !== 'file') return null;
  try {
    return use(opened.file);
  } finally {
    closeSync(opened.file.fd);
  }
}

function parseLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      // Not ours to repair: a damaged line of a foreign log says nothing, the next ones still do.
      return [];
    }
  });
}
