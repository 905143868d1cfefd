import { closeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { FileRefused } from './problem.ts';
import { openGuarded, readAt } from './read.ts';

const CHUNK = 4 << 20;

/**
 * Copies a regular file to a new one, mode 0600. False when there is none. Throws `FileRefused` for anything else, and
 * `EEXIST` when the new file exists.
 */
export async function copyGuarded(from: string, to: string): Promise<boolean> {
  const opened = openGuarded(from);
  if (opened.type === 'missing') return false;
  if (opened.type === 'problem') throw new FileRefused(opened.problem);
  const { fd, size } = opened.file;
  try {
    const copy = await open(to, 'wx', 0o600);
    try {
      for (let at = 0; at < size; at += CHUNK) await copy.write(readAt(fd, at, CHUNK));
    } finally {
      await copy.close();
    }
  } finally {
    closeSync(fd);
  }
  return true;
}
