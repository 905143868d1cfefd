import { closeSync, type FSWatcher, fstatSync, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';

const CHUNK = 64 * 1024;
/** A longer line is not an event; it is passed over without being kept in memory. */
const MAX_LINE = 1024 * 1024;
/** fs.watch can miss changes (network file systems, exhausted inotify watches). */
const FALLBACK_MS = 1_000;
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
export function followEventFile(path: string, clock: Clock, onLine: (line: string, offset: number) => void, onRound: () => void): EventFile {
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
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    try {
      if (fstatSync(fd).size < offset) {
        offset = 0;
        rest = NOTHING;
        skipping = false;
      }
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (let read = readSync(fd, buffer, 0, CHUNK, offset); read > 0; read = readSync(fd, buffer, 0, CHUNK, offset)) {
        offset += read;
        take(buffer.subarray(0, read), offset - read);
      }
    } finally {
      closeSync(fd);
    }
  };

  const round = (): void => {
    if (closed) return;
    pump();
    onRound();
  };
  let timer: { cancel(): void } | null = null;
  const again = (): void => {
    timer = clock.after(FALLBACK_MS, () => {
      round();
      if (!closed) again();
    });
  };
  let watcher: FSWatcher | null = null;
  try {
    // The folder, because the program makes the file only later.
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) round();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // No watches left: the timer sees to it.
  }
  again();

  return {
    pump,
    offset: () => offset,
    close() {
      closed = true;
      timer?.cancel();
      watcher?.close();
    },
  };
}
