import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';

const CHUNK = 64 * 1024;
/** A longer line is not an event; it is passed over without being kept in memory. */
const MAX_LINE = 1024 * 1024;
/** File systems don't tell of every change (network, exhausted watches). */
const SWEEP = 1_000;
const NEWLINE = 0x0a;
const NOTHING: Buffer = Buffer.alloc(0);

/** A growing file of lines, read from its start. */
export interface EventFile {
  /** Reads what is new now, in this call. */
  pump(): void;
  /** Bytes read so far. */
  offset(): number;
  close(): void;
}

/** Calls `onLine` for each complete line, with the offset behind that line. A file that got shorter is read from its start again. */
export function followEventFile(
  path: string,
  clock: Clock,
  onLine: (line: string, offset: number) => void,
  onRound: () => void,
): EventFile {
  let offset = 0;
  /** The beginning of a line whose end is not written yet. */
  let rest: Buffer = NOTHING;
  let skipping = false;
  let closed = false;

  /** `from`: where in the file these bytes begin. */
  const take = (bytes: Buffer, from: number): void => {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([rest, bytes.subarray(start, end)]).toString('utf8');
      rest = NOTHING;
      if (!skipping && line.trim() !== '') onLine(line, from + end + 1);
      skipping = false;
      start = end + 1;
    }
    // A copy: the buffer is read into again.
    if (!skipping) rest = Buffer.concat([rest, bytes.subarray(start)]);
    if (rest.length > MAX_LINE) {
      rest = NOTHING;
      skipping = true;
    }
  };

  const pump = (): void => {
    if (closed) return;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? null;
    if (size === null || size === offset) return;
    if (size < offset) {
      offset = 0;
      rest = NOTHING;
      skipping = false;
    }
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (
        let read = readSync(fd, buffer, 0, CHUNK, offset);
        read > 0;
        read = readSync(fd, buffer, 0, CHUNK, offset)
      ) {
        offset += read;
        take(buffer.subarray(0, read), offset - read);
      }
    } finally {
      closeSync(fd);
    }
  };

  // The folder, because the program makes the file only later.
  const watcher = watchFolder(dirname(path), clock, SWEEP, (name) => {
    if (closed || (name !== null && name !== basename(path))) return;
    pump();
    onRound();
  });

  return {
    pump,
    offset: () => offset,
    close() {
      closed = true;
      watcher.close();
    },
  };
}
