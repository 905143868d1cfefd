import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const noteOf = (file: string): string => `${file}.closed`;

/** What every write to the file and every copy of it changes. */
function looks(file: string): string {
  const { ino, size, ctimeNs } = statSync(file, { bigint: true });
  return `${ino} ${size} ${ctimeNs}\n`;
}

/** Notes that the database was closed in order, and how its file looked then. Without the note the next start only takes longer. */
export function noteCleanStop(file: string): void {
  try {
    if (!existsSync(`${file}-wal`)) writeFileSync(noteOf(file), looks(file), { mode: 0o600 });
  } catch {
    // A full disk, as likely as not; there is nothing to lose.
  }
}

/**
 * Whether nobody touched the file since ao closed it in order: then there is no need to read it whole. The note is taken away, so that it
 * says nothing of a process that ended otherwise. False where in doubt.
 */
export function takeCleanStop(file: string): boolean {
  try {
    const note = readFileSync(noteOf(file), 'utf8');
    const untouched = note === looks(file) && !existsSync(`${file}-wal`);
    rmSync(noteOf(file));
    return untouched;
  } catch {
    // No note, or it can't be taken away.
    return false;
  }
}
