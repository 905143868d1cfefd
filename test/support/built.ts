import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/lib/package-root.ts';

/** Builds dist/ unless it is current; for tests of what is shipped. */
export async function ensureBuilt(): Promise<string> {
  const root = packageRoot();
  const { built } = (await import(path.join(root, 'scripts/lib/sources.mjs'))) as {
    built(): boolean;
  };
  if (!built())
    await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: root });
  return path.join(root, 'dist');
}
