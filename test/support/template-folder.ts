import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fills the new folder `target` with what `make` made for the same `key` before in this run of the tests: a repository takes git five
 * processes to make and a few milliseconds to copy. `make` gets the empty folder to fill, which is another one, so nothing in it may name
 * its own place.
 */
export function fromTemplate(key: string, target: string, make: (folder: string) => void): void {
  const templates = process.env.AO_TEST_TEMPLATES;
  // A bench runs without the global set-up, and makes one of each.
  if (templates === undefined) {
    mkdirSync(target, { recursive: true });
    return make(target);
  }
  const template = join(templates, createHash('sha256').update(key).digest('hex'));
  if (!existsSync(template)) {
    const fresh = join(templates, randomUUID());
    mkdirSync(fresh);
    make(fresh);
    try {
      renameSync(fresh, template);
    } catch {
      // Another worker was faster, with the same.
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  cpSync(template, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
