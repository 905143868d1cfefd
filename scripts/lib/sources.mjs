import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

const SOURCES = [
  'src',
  'plugins',
  'migrations',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const SKIPPED = new Set(['node_modules', 'dist']);
const stampFile = path.join(root, 'dist', '.stamp');

/** All files below `start` (relative to the checkout), in a fixed order. */
export function filesBelow(start) {
  const absolute = path.join(root, start);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [start];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const relative = path.join(start, entry.name);
      return entry.isDirectory() ? filesBelow(relative) : [relative];
    });
}

/** Changes whenever a source file is added, removed or written. Reads no file, so it costs milliseconds. */
function sourceStamp() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap(filesBelow)) {
    const { mtimeMs, size } = statSync(path.join(root, file));
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

export const built = () =>
  existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceStamp();
export const markBuilt = () => writeFileSync(stampFile, sourceStamp());
