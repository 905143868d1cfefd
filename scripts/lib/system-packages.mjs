import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { run } from './step.mjs';

/** Programs the tests use, and the Debian package of each. */
const WANTED = { git: 'git', tmux: 'tmux', chromium: 'chromium' };

const onPath = (program) =>
  (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const missingPackages = () =>
  Object.entries(WANTED)
    .filter(([program]) => !onPath(program))
    .map(([, name]) => name);

/** Installs missing programs with apt when this is root on Debian; says loudly what it does and what it can't do. */
export async function ensureSystemPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(
      `warning: not installed: ${missing.join(', ')}. As root on Debian: apt-get install -y ${missing.join(' ')}`,
    );
    return;
  }
  console.log(`ao: installing with apt-get: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await run('apt-get', ['update', '-q'], { quiet: true, env });
  const install = await run(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
    { quiet: true, env },
  );
  if (install.code === 0) return;
  console.error(`${update.output}${install.output}`.trimEnd());
  console.error(
    `warning: apt-get could not install ${missing.join(' ')} (its words are above); tests that need them will say so.`,
  );
}
