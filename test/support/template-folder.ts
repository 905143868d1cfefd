import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fills the new folder `target` with what `make` made for the same `key` before in this run of the tests: a repository takes git five
 * processes to make and a few milliseconds to copy. `make` gets the empty folder to fill, which is another one, so nothing in it may name
 * its own place.
 */
export function fromTemplate(key: string, target: string, make: (folder: string) => void): void {
  const place = templatePlace(key);
  // A bench runs without the global set-up, and makes one of each.
  if (place === null) {
    mkdirSync(target, { recursive: true });
    return make(target);
  }
  if (!existsSync(place.template)) {
    mkdirSync(place.fresh);
    make(place.fresh);
    keep(place);
  }
  copyTo(place.template, target);
}

/** As `fromTemplate`, for a `make` that takes its time. */
export async function fromSlowTemplate(
  key: string,
  target: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const place = templatePlace(key);
  if (place === null) {
    mkdirSync(target, { recursive: true });
    return make(target);
  }
  if (!existsSync(place.template)) {
    mkdirSync(place.fresh);
    await make(place.fresh);
    keep(place);
  }
  copyTo(place.template, target);
}

/**
 * A file that `make` writes once in this run of the tests, to be read only; its path, which ends with `extension`. Null where there is no
 * run with the global set-up, as in a bench.
 */
export function templateFile(
  key: string,
  extension: string,
  make: (file: string) => void,
): string | null {
  const place = templatePlace(key, extension);
  if (place === null) return null;
  if (!existsSync(place.template)) {
    make(place.fresh);
    keep(place);
  }
  return place.template;
}

interface Place {
  readonly template: string;
  /** Where it is made; it appears at `template` whole. */
  readonly fresh: string;
}

function templatePlace(key: string, extension = ''): Place | null {
  const templates = process.env.AO_TEST_TEMPLATES;
  if (templates === undefined) return null;
  return {
    template: join(templates, createHash('sha256').update(key).digest('hex') + extension),
    fresh: join(templates, randomUUID() + extension),
  };
}

function keep({ fresh, template }: Place): void {
  for (const hooks of ['hooks', '.git/hooks']) withoutSamples(join(fresh, hooks));
  try {
    renameSync(fresh, template);
  } catch (error) {
    // Another worker was faster, with the same.
    if (!existsSync(template)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Half of what `git init` makes are examples that nobody runs. */
function withoutSamples(hooks: string): void {
  if (!existsSync(hooks)) return;
  for (const name of readdirSync(hooks)) if (name.endsWith('.sample')) rmSync(join(hooks, name));
}

const copyTo = (template: string, target: string): void =>
  cpSync(template, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
