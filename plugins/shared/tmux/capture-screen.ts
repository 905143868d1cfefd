import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from './connection.ts';
import { requirePane } from './panes.ts';

/**
 * The last `lines` lines of history and screen. By way of a file, not of the connection: an agent could print
 * lines that look like tmux's own protocol.
 */
export async function captureScreen(
  connection: Connection,
  tempDir: string,
  handle: string,
  lines: number,
): Promise<string> {
  const pane = await requirePane(connection, handle);
  const name = `ao-${randomUUID()}`;
  const file = join(tempDir, name);
  await writeFile(file, '', { mode: 0o600, flag: 'wx' });
  try {
    await connection.run(['capture-pane', '-b', name, '-t', pane.pane, '-S', String(-lines)]);
    await connection.run(['save-buffer', '-b', name, file]);
    return lastLines(await readFile(file, 'utf8'), lines);
  } finally {
    await Promise.all([
      rm(file, { force: true }),
      connection.run(['delete-buffer', '-b', name]).catch(() => undefined),
    ]);
  }
}

/** Trailing blank lines don't count: a fresh screen is mostly those. */
const lastLines = (text: string, lines: number): string =>
  text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n+$/, '')
    .split('\n')
    .slice(-lines)
    .join('\n');
