import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** What an agent can put in the place of a file. A device takes a mount or a link: `mknod` is root's. */
export const HOSTILE = [
  'pipe',
  'socket',
  'link to a device',
  'folder',
  'huge sparse file',
  'loop of links',
  'link to a pipe',
  'file without the right to read',
] as const;
export type Hostile = (typeof HOSTILE)[number];

/** Puts it there, in place of what is there. Returns what undoes whatever would outlive the folder. */
export async function plant(kind: Hostile, path: string): Promise<() => void> {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  switch (kind) {
    case 'pipe':
      execFileSync('mkfifo', [path]);
      return () => undefined;
    case 'socket': {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, resolve);
      });
      return () => void server.close();
    }
    case 'link to a device':
      symlinkSync('/dev/zero', path);
      return () => undefined;
    case 'folder':
      mkdirSync(path);
      return () => undefined;
    case 'huge sparse file':
      closeSync(openSync(path, 'w'));
      truncateSync(path, 40 * 2 ** 30);
      return () => undefined;
    case 'loop of links':
      symlinkSync(path, path);
      return () => undefined;
    case 'link to a pipe':
      execFileSync('mkfifo', [`${path}.pipe`]);
      symlinkSync(`${path}.pipe`, path);
      return () => undefined;
    case 'file without the right to read':
      writeFileSync(path, '{}\n');
      chmodSync(path, 0o000);
      return () => undefined;
  }
}

/** Root reads every file, so that nothing is wrong for it with a file without rights. */
export const isRoot = process.getuid?.() === 0;

/** Those of which something is to be told here. */
export const TOLD: readonly Hostile[] = HOSTILE.filter(
  (kind) => !(isRoot && kind === 'file without the right to read'),
);
