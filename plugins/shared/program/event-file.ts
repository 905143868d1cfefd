import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../../src/lib/clock.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';

const CHUNK = 64 * 1024;
/** A longer line is not an event; it is passed over without being kept in memory. */
const MAX_LINE = 1024 * 1024;
/** File systems don't tell of every change (network, exhausted watches). */
const SWEEP = 1_000;

/** A growing file of lines, read from its start. */
export interface EventFile {
  /** Reads what is new now, in this call. */
  pump(): void;
  /** Bytes read so far. */
  offset(): number;
  close(): void;
}

/** Calls `onLine` for each complete line, with the offset behind it. A file that got shorter is read from its start again. */
export function followEventFile(path: string, clock: Clock, onLine: (line: string, offset: number) => void, onRound: () => void): EventFile {
  let offset = 0;
  let rest = '';
  let skipping = false;
  let decoder = new StringDecoder('utf8');
  let closed = false;

  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!skipping && line.trim() !== '') onLine(line, offset);
      skipping = false;
    }
    if (rest.length > MAX_LINE) {
      rest = '';
      skipping = true;
    }
  };

  const pump = (): void => {
    if (closed) return;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? null;
    if (size === null || size === offset) return;
    if (size < offset) {
      offset = 0;
      rest = '';
      skipping = false;
      decoder = new StringDecoder('utf8');
    }
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (let read = readSync(fd, buffer, 0, CHUNK, offset); read > 0; read = readSync(fd, buffer, 0, CHUNK, offset)) {
        offset += read;
        take(decoder.write(buffer.subarray(0, read)));
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
