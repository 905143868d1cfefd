import { closeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { openGuarded, readAt } from '../../../src/lib/guarded/read.ts';
import { overgrown } from '../../../src/lib/jsonl-tail.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';

const CHUNK = 64 * 1024;
/** So much is read in one turn of the event loop, bytes. */
const TURN = 8 << 20;
/** More than this ahead of the reader isn't what an agent tells: reading goes on at the file's end. */
const BACKLOG = 2 ** 30;
/** A longer line is not an event; it is passed over without being kept in memory. */
const MAX_LINE = 1024 * 1024;
/** File systems don't tell of every change (network, exhausted watches). */
const SWEEP = 1_000;
const NEWLINE = 0x0a;
const NOTHING: Buffer = Buffer.alloc(0);

/** A growing file of lines, read from its start. */
export interface EventFile {
  /** Reads what is new now, in this call; of very much a part, and the rest in turns of its own. */
  pump(): void;
  /** Bytes read so far. */
  offset(): number;
  close(): void;
}

/** What is known of the file, and of the line that is being read. */
interface Reading {
  offset: number;
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer;
  skipping: boolean;
  readonly onLine: (line: string, offset: number) => void;
}

/** `from`: where in the file these bytes begin. */
function take(reading: Reading, bytes: Buffer, from: number): void {
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    const line = Buffer.concat([reading.rest, bytes.subarray(start, end)]).toString('utf8');
    reading.rest = NOTHING;
    if (!reading.skipping && line.trim() !== '') reading.onLine(line, from + end + 1);
    reading.skipping = false;
    start = end + 1;
  }
  if (!reading.skipping) reading.rest = Buffer.concat([reading.rest, bytes.subarray(start)]);
  if (reading.rest.length > MAX_LINE) startAt(reading, reading.offset, true);
}

function startAt(reading: Reading, offset: number, skipping: boolean): void {
  reading.offset = offset;
  reading.rest = NOTHING;
  reading.skipping = skipping;
}

/** True: there is more to read. */
function readTurn(path: string, reading: Reading, tell: Tell): boolean {
  const opened = openGuarded(path);
  if (opened.type === 'problem') tell(opened.problem);
  if (opened.type !== 'file') return false;
  const { fd, size } = opened.file;
  try {
    if (size < reading.offset) startAt(reading, 0, false);
    if (size - reading.offset > BACKLOG) {
      tell(overgrown(path, size - reading.offset));
      startAt(reading, size, true);
    }
    for (let turn = 0; turn < TURN; ) {
      const bytes = readAt(fd, reading.offset, CHUNK);
      if (bytes.length === 0) return false;
      turn += bytes.length;
      reading.offset += bytes.length;
      take(reading, bytes, reading.offset - bytes.length);
    }
    return true;
  } finally {
    closeSync(fd);
  }
}

/**
 * Calls `onLine` for each complete line, with the offset behind that line. A file that got shorter is read from its start
 * again. Anything in its place that isn't a regular file is told, and reading goes on when the file is back.
 */
export function followEventFile(
  path: string,
  clock: Clock,
  onLine: (line: string, offset: number) => void,
  onRound: () => void,
  tell: Tell,
): EventFile {
  const reading: Reading = { offset: 0, rest: NOTHING, skipping: false, onLine };
  let closed = false;
  let next: NodeJS.Immediate | null = null;

  const pump = (): void => {
    if (closed || !readTurn(path, reading, tell) || next !== null) return;
    next = setImmediate(() => {
      next = null;
      round();
    });
  };
  const round = (): void => {
    if (closed) return;
    pump();
    onRound();
  };

  // The folder, because the program makes the file only later.
  const watcher = watchFolder(dirname(path), clock, SWEEP, (name) => {
    if (name === null || name === basename(path)) round();
  });

  return {
    pump,
    offset: () => reading.offset,
    close() {
      closed = true;
      if (next !== null) clearImmediate(next);
      watcher.close();
    },
  };
}
