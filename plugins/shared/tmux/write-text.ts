import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rejected } from '../../../src/slots/errors.ts';
import type { Connection } from './connection.ts';
import { type PaneState, requirePane } from './panes.ts';

/**
 * Pastes `text` (bracketed when the program asked for it) and presses Enter if `submit`.
 * Through a file: a command line has limits and quoting of its own. Nothing is pressed when the paste failed, and Enter follows in
 * the same command: a bot that dies leaves no text behind that the next message would be glued to.
 */
export async function writeText(
  connection: Connection,
  tempDir: string,
  handle: string,
  text: string,
  submit: boolean,
): Promise<void> {
  const pane = await requireTypable(connection, handle);
  const clean = cleanText(text);
  const enter = submit ? ['send-keys', '-t', pane.pane, 'Enter'] : undefined;
  if (clean !== '') await paste(connection, tempDir, pane, clean, enter);
  else if (enter !== undefined) await connection.run(enter);
}

/** Presses keys by name; refuses names tmux would type letter by letter. */
export async function pressKeys(
  connection: Connection,
  handle: string,
  keys: readonly string[],
): Promise<void> {
  const unknown = keys.find((key) => !isKey(key));
  if (unknown !== undefined)
    throw rejected(
      'AO_TMUX_KEY',
      `"${unknown}" is not a key. Use one character, or a name such as Enter, Escape, Tab, Up, C-c.`,
    );
  const pane = await requireTypable(connection, handle);
  for (const key of keys) {
    const literal = [...key].length === 1 ? ['-l'] : [];
    await connection.run(['send-keys', '-t', pane.pane, ...literal, '--', key]);
  }
}

const NAMED =
  /^(?:[CMS]-)*(?:Enter|Escape|Tab|BTab|Space|BSpace|Up|Down|Left|Right|Home|End|PageUp|PageDown|PPage|NPage|IC|DC|F(?:[1-9]|1[0-2]))$/;
const MODIFIED = /^(?:[CMS]-)+[!-~]$/;

const isKey = (key: string): boolean =>
  NAMED.test(key) || MODIFIED.test(key) || /^[^\p{C}]$/u.test(key);

/**
 * Without control characters, C1 ones included, other than tab and newline: an escape sequence in the text could
 * otherwise end the bracketed paste and press keys.
 */
const cleanText = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');

async function requireTypable(connection: Connection, handle: string): Promise<PaneState> {
  const pane = await requirePane(connection, handle);
  if (pane.dead)
    throw rejected(
      'AO_TMUX_EXITED',
      `The agent of ${pane.id} has exited, so nothing was typed. Resume the session first.`,
    );
  if (pane.inMode) await connection.run(['copy-mode', '-q', '-t', pane.pane]);
  return pane;
}

async function paste(
  connection: Connection,
  tempDir: string,
  pane: PaneState,
  text: string,
  then?: readonly string[],
): Promise<void> {
  const name = `ao-${randomUUID()}`;
  const file = join(tempDir, name);
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  try {
    await connection.run(['load-buffer', '-b', name, file]);
    await connection.run(['paste-buffer', '-p', '-d', '-b', name, '-t', pane.pane], then);
  } finally {
    await rm(file, { force: true });
  }
}
