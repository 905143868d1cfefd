import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Global set-up: one folder for what `fromTemplate` makes, for all workers of a run; gone after it. */
export default function setup(): (() => void) | undefined {
  // Every project has this set-up; they run in one process.
  if (process.env.AO_TEST_TEMPLATES !== undefined) return undefined;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ao-templates-')));
  process.env.AO_TEST_TEMPLATES = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
