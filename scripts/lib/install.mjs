import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { run, step } from './step.mjs';

const modules = path.join(root, 'node_modules');
const lock = path.join(root, 'package-lock.json');
const stampFile = path.join(modules, '.ao-lock-hash');

const lockHash = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

/** Are the installed packages those of package-lock.json? */
function installed() {
  if (!existsSync(modules)) return false;
  // A linked node_modules belongs to another checkout; installing through the link would empty it under the other's feet.
  if (lstatSync(modules).isSymbolicLink()) return true;
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === lockHash();
  // Installed by hand: npm writes its own copy of the lockfile last.
  const own = path.join(modules, '.package-lock.json');
  return existsSync(own) && statSync(own).mtimeMs >= statSync(lock).mtimeMs;
}

/** `120 of 480 packages`: those of the lock file that are in their place. */
function placed() {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  const wanted = Object.keys(packages).filter((name) => name !== '' && !packages[name].optional);
  const there = wanted.filter((name) => existsSync(path.join(root, name, 'package.json')));
  return `${there.length} of ${wanted.length} packages`;
}

/** Installs the packages of package-lock.json when they are missing or others. Ends the process when npm fails. */
export async function ensureInstalled() {
  if (installed()) return;
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // Development packages are needed to build, whatever NODE_ENV says.
  const result = await step(
    'installing packages',
    () => run(command, [...first, 'ci', '--include=dev', '--loglevel=error'], { quiet: true }),
    placed,
  );
  if (result.code !== 0) {
    console.error(result.output.trimEnd());
    console.error(
      'error: npm could not install the packages (its words are above). Check the network and the registry, then try again.',
    );
    process.exit(1);
  }
  writeFileSync(stampFile, lockHash());
}
