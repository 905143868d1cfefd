import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createRunGit, type RunGit } from '../git/run-git.ts';
import { CannotStart } from './cannot-start.ts';
import { projectId } from './repository-name.ts';

/**
 * The clone of an address below the data directory, made if it isn't there. Its folder carries the repository's name; where that is
 * the clone of another address already, a short hash of this one, too. A clone that was interrupted leaves nothing behind that looks
 * like a whole one. Throws CannotStart when the repository can't be cloned.
 */
export async function clone(
  address: string,
  dataDir: string,
  childEnv: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<string> {
  const git = createRunGit({ env: childEnv });
  const name = projectId(basename(address.replace(/\/+$/, '')));
  const hash = createHash('sha256').update(address).digest('hex').slice(0, 8);
  const repositories = join(dataDir, 'repos');
  for (const folder of [name, `${name}-${hash}`]) {
    const path = join(repositories, folder);
    if (!existsSync(path)) {
      say(`Cloning ${address}.`);
      await cloneInto(git, address, repositories, path);
      return path;
    }
    if (await isCloneOf(git, path, address)) return path;
  }
  throw new CannotStart(
    `${join(repositories, name)} and ${name}-${hash} beside it are there, but neither is a clone of ${address}. Move them away, and start again.`,
  );
}

async function isCloneOf(git: RunGit, path: string, address: string): Promise<boolean> {
  const origin = await git(path, ['config', '--get', 'remote.origin.url']);
  return origin.ok && origin.stdout.trim() === address;
}

async function cloneInto(
  git: RunGit,
  address: string,
  repositories: string,
  path: string,
): Promise<void> {
  await mkdir(repositories, { recursive: true });
  const unfinished = await mkdtemp(join(repositories, '.cloning-'));
  try {
    const result = await git('/', ['clone', '--quiet', '--', address, unfinished]);
    if (!result.ok)
      throw new CannotStart(`${address} could not be cloned: ${result.stderr.trim()}`);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
