import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Tests of the real process run what `npm run build` makes, so it must be of these sources. Costs milliseconds when it is. */
export default async function buildOnce(): Promise<void> {
  const { built } = (await import(join(ROOT, 'scripts', 'lib', 'sources.mjs'))) as {
    built: () => boolean;
  };
  if (!built())
    execFileSync(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), '--quiet'], {
      cwd: ROOT,
      stdio: 'inherit',
    });
}
