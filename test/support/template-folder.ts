import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let templates: string | null = null;

/**
 * Fills the new folder `target` with what `make` made for the same `key` before in this process: a repository takes git five processes to
 * make and a few milliseconds to copy. `make` gets the folder to fill, which is not `target`, so nothing in it may name its own place.
 */
export function fromTemplate(key: string, target: string, make: (folder: string) => void): void {
  if (templates === null) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ao-templates-')));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    templates = folder;
  }
  const template = join(templates, createHash('sha256').update(key).digest('hex'));
  if (!existsSync(template)) make(template);
  cpSync(template, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
