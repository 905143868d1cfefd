import { closeSync, constants, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { sentenceOf } from '../../../src/lib/guarded/problem.ts';
import { readText } from '../../../src/lib/guarded/read.ts';

/** A log on disk with a limit: the first half as it comes, the latest of the rest when it ends. */
export interface CheckLog {
  write(chunk: Buffer | string): void;
  close(): void;
}

export function openCheckLog(file: string, maxBytes: number): CheckLog {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // What a check that was interrupted left there goes first, whatever it is.
  rmSync(file, { recursive: true, force: true });
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const fd = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  const half = Math.floor(maxBytes / 2);
  let written = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let dropped = 0;
  let open = true;

  const keepTail = (chunk: Buffer): void => {
    tail.push(chunk);
    tailBytes += chunk.length;
    // Dropping whole chunks only, so up to one chunk more than half is held.
    while (tail.length > 1 && tailBytes - (tail[0]?.length ?? 0) >= half) {
      const gone = tail.shift()?.length ?? 0;
      tailBytes -= gone;
      dropped += gone;
    }
  };

  return {
    write(data) {
      if (!open) return;
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      const head = chunk.subarray(0, Math.max(0, half - written));
      if (head.length > 0) written += writeSync(fd, head);
      if (head.length < chunk.length) keepTail(Buffer.from(chunk.subarray(head.length)));
    },
    close() {
      if (!open) return;
      open = false;
      const rest = Buffer.concat(tail);
      const kept = rest.subarray(Math.max(0, rest.length - half));
      dropped += rest.length - kept.length;
      if (dropped > 0) writeSync(fd, `\n[… ${dropped} bytes left out …]\n`);
      if (kept.length > 0) writeSync(fd, kept);
      tail = [];
      closeSync(fd);
    },
  };
}

/** The log so far; empty when there is none, and one sentence when something else is in its place. */
export function readCheckLog(file: string): string {
  let problem = '';
  const text = readText(file, (met) => {
    problem = `The log can't be read: ${sentenceOf(met)}\n`;
  });
  return text ?? problem;
}
