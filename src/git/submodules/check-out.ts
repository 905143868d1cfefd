import { appendFileSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindAt } from '../../lib/guarded/kind.ts';
import { configText } from '../keys.ts';
import type { RunGit } from '../run-git.ts';
import { addressOf, type Declared, declaredIn, pinnedIn, reasonOf } from './declared.ts';

/** A checkout whose submodules are wanted. All paths absolute. */
export interface Checkout {
  readonly path: string;
  /** Its own git directory; its submodules' are made below it, as git itself does. */
  readonly gitDir: string;
  /** The main clone's git directory, whose submodules lend their objects. */
  readonly mainGitDir: string;
  /** The commit whose `.gitmodules` is believed: names, paths and addresses come from nowhere else. */
  readonly trusted: string;
  /** The commit that is checked out. */
  readonly wanted: string;
  /** Address that relative ones are meant beside. */
  readonly base: string;
}

export interface SubmoduleResult {
  /** What isn't there and why, in sentences. */
  readonly missing: readonly string[];
  /** At least one address didn't answer or lacks the commit: another try may do better. */
  readonly failed: boolean;
}

/** A network that stays silent must not hold a session for ever. */
const FETCH_MS = 120_000;
const PATIENCE = ['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=30'];
const DEEPEST = 10;

/**
 * Fills the folders of submodules, those of submodules included, at the commits that are checked out. Objects that the main clone has
 * are not fetched again. Nothing that the wanted commit says of addresses is obeyed: what the trusted one doesn't have is named instead.
 * One that has a repository already is left as it is.
 */
export async function checkOutSubmodules(run: RunGit, at: Checkout): Promise<SubmoduleResult> {
  return await fill(run, at, '', 0);
}

async function fill(
  run: RunGit,
  at: Checkout,
  prefix: string,
  depth: number,
): Promise<SubmoduleResult> {
  if (kindAt(join(at.path, '.gitmodules')) !== 'a regular file') return NOTHING;
  const [trusted, wanted] = await Promise.all([
    declaredIn(run, at.path, at.trusted),
    at.trusted === at.wanted ? null : declaredIn(run, at.path, at.wanted),
  ]);
  const present = wanted ?? trusted;
  const pins = await pinnedIn(
    run,
    at.path,
    at.wanted,
    present.map(({ path }) => path),
  );
  const known = await pinnedIn(
    run,
    at.path,
    at.trusted,
    trusted.map(({ path }) => path),
  );
  const results: SubmoduleResult[] = [];
  for (const module of present) {
    const sha = pins.get(module.path);
    if (sha === undefined) continue;
    const shown = `${prefix}${module.path}`;
    if (!trusted.some((each) => isSame(each, module)))
      results.push({
        missing: [
          `The submodule ${shown} is not fetched: the branch it starts from doesn't name it with this address, and ao takes addresses from there only.`,
        ],
        failed: false,
      });
    else if (depth >= DEEPEST)
      results.push({
        missing: [`The submodule ${shown} is not fetched: it lies too deep.`],
        failed: false,
      });
    else
      results.push(
        await one(run, at, { module, sha, known: known.get(module.path) ?? sha, shown, depth }),
      );
  }
  return joined(results);
}

const NOTHING: SubmoduleResult = { missing: [], failed: false };

const joined = (results: readonly SubmoduleResult[]): SubmoduleResult => ({
  missing: results.flatMap(({ missing }) => missing),
  failed: results.some(({ failed }) => failed),
});

const isSame = (a: Declared, b: Declared): boolean =>
  a.name === b.name && a.path === b.path && a.url === b.url;

interface One {
  readonly module: Declared;
  readonly sha: string;
  /** The commit the trusted one pins: its own `.gitmodules` is believed. */
  readonly known: string;
  readonly shown: string;
  readonly depth: number;
}

async function one(run: RunGit, at: Checkout, what: One): Promise<SubmoduleResult> {
  const { module, sha, shown } = what;
  const path = join(at.path, module.path);
  const gitDir = join(at.gitDir, 'modules', module.name);
  const mainGitDir = join(at.mainGitDir, 'modules', module.name);
  if (kindAt(join(path, '.git')) !== 'none') return NOTHING;
  const obstacle = inTheWay(at.path, module.path, gitDir);
  if (obstacle !== null) return failure(shown, obstacle, false);
  const url = addressOf(module.url, at.base);
  mkdirSync(dirname(gitDir), { recursive: true });
  const made = await run(at.path, ['init', '--quiet', `--separate-git-dir=${gitDir}`, '--', path]);
  if (!made.ok) return failure(shown, reasonOf(made.stderr), false);
  prepareGitDir(gitDir, mainGitDir, url);
  const reason = await bring(run, path, url, sha);
  if (reason !== null) {
    // Nothing is in it yet, and another try shall find the way free.
    rmSync(join(path, '.git'), { force: true });
    rmSync(gitDir, { recursive: true, force: true });
    return failure(shown, reason, true);
  }
  await run(path, ['update-ref', '--no-deref', 'HEAD', sha]);
  const filled = await run(path, ['read-tree', '--reset', '-u', sha]);
  if (!filled.ok) return failure(shown, reasonOf(filled.stderr), false);
  return await fill(
    run,
    { path, gitDir, mainGitDir, trusted: what.known, wanted: sha, base: url },
    `${shown}/`,
    what.depth + 1,
  );
}

const failure = (shown: string, reason: string, failed: boolean): SubmoduleResult => ({
  missing: [`The submodule ${shown} could not be checked out: ${reason}`],
  failed,
});

/** Links and files on the way to the folder would lead git elsewhere. */
function inTheWay(root: string, relative: string, gitDir: string): string | null {
  let folder = root;
  for (const part of relative.split('/')) {
    folder = join(folder, part);
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) return `${folder} is not a folder.`;
  }
  if (kindAt(folder) !== 'none' && readdirSync(folder).length > 0)
    return `${folder} has files already.`;
  return kindAt(gitDir) === 'none' ? null : `${gitDir} is there already.`;
}

/** Nobody but ao was in it yet. */
function prepareGitDir(gitDir: string, mainGitDir: string, url: string): void {
  const lender = join(mainGitDir, 'objects');
  if (kindAt(lender) === 'a folder')
    writeFileSync(join(gitDir, 'objects', 'info', 'alternates'), `${lender}\n`);
  appendFileSync(
    join(gitDir, 'config'),
    configText([
      { key: 'remote.origin.url', value: url },
      { key: 'remote.origin.fetch', value: '+refs/heads/*:refs/remotes/origin/*' },
      // Its own submodules are wanted too; of the repository around it the configuration is shared, and left alone.
      { key: 'submodule.active', value: '.' },
    ]),
  );
}

/** Null: the commit is there. Else why not. */
async function bring(run: RunGit, path: string, url: string, sha: string): Promise<string | null> {
  const has = async (): Promise<boolean> =>
    (await run(path, ['cat-file', '-e', `${sha}^{commit}`], { pin: true })).ok;
  if (await has()) return null;
  const fetch = (...refs: string[]) =>
    run(path, [...PATIENCE, 'fetch', '--quiet', '--no-tags', '--', url, ...refs], {
      timeoutMs: FETCH_MS,
    });
  const fetched = await fetch('+refs/heads/*:refs/remotes/origin/*');
  if (!fetched.ok) return reasonOf(fetched.stderr);
  if (await has()) return null;
  // On no branch any more; many hosts give it all the same.
  const alone = await fetch(sha);
  return alone.ok && (await has())
    ? null
    : `its commit ${sha.slice(0, 10)} is not at its remote. Push it there from the clone that has it.`;
}
