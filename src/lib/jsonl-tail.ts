import { appendFileSync, closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
/** A first line is looked for in so many bytes, then in more. */
const FIRST = 1 << 14;

/**
 * Reads the complete lines after `offset`, as parsed JSON; lines that are not JSON are left out. Returns the offset to
 * go on from: never past a line that is still being written. A missing file reads as empty; a file shorter than `offset`
 * was replaced and is read from its beginning.
 */
export function readJsonLines(
  path: string,
  offset: number,
): { readonly entries: readonly unknown[]; readonly offset: number } {
  const read = readNewLines(path, offset);
  return { entries: parseLines(read.text), offset: read.offset };
}

/** The same as text, whatever stands in the lines. */
export function readNewLines(
  path: string,
  offset: number,
): { readonly text: string; readonly offset: number } {
  const fd = openIfThere(path);
  if (fd === null) return { text: '', offset };
  try {
    const size = fstatSync(fd).size;
    const from = offset > size ? 0 : offset;
    const bytes = readFrom(fd, from, size);
    const end = bytes.lastIndexOf(0x0a) + 1;
    return { text: bytes.subarray(0, end).toString('utf8'), offset: from + end };
  } finally {
    closeSync(fd);
  }
}

/** The first line, parsed; null while it isn't complete, when it is not JSON, and when there is no such file. Reads no more of the file than that. */
export function readFirstJsonLine(path: string): unknown {
  const fd = openIfThere(path);
  if (fd === null) return null;
  try {
    const size = fstatSync(fd).size;
    let bytes = readFrom(fd, 0, Math.min(size, FIRST));
    while (!bytes.includes(0x0a) && bytes.length < size)
      bytes = readFrom(fd, 0, Math.min(size, bytes.length * 4));
    const end = bytes.indexOf(0x0a);
    return end === -1 ? null : (parseLines(bytes.subarray(0, end).toString('utf8'))[0] ?? null);
  } finally {
    closeSync(fd);
  }
}

/**
 * Adds one line, on disk when it returns where `flush` is set. A line that was torn when its writer died is ended first, so
 * that it spoils no other. Mode 0600 when the file is new.
 */
export function appendJsonLine(
  path: string,
  value: unknown,
  { flush = false }: { flush?: boolean } = {},
): void {
  const fd = openSync(path, 'a+', 0o600);
  try {
    const size = fstatSync(fd).size;
    const last = Buffer.alloc(1);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    appendFileSync(fd, `${size > 0 && last[0] !== 0x0a ? '\n' : ''}${JSON.stringify(value)}\n`);
    if (flush) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function readFrom(fd: number, from: number, size: number): Buffer {
  const chunks: Buffer[] = [];
  for (let position = from; position < size; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - position));
    const read = readSync(fd, chunk, 0, chunk.length, position);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    position += read;
  }
  return Buffer.concat(chunks);
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
