import { realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readSmallText } from '../lib/guarded/read.ts';
import { replaceFile } from '../lib/guarded/write.ts';
import { rejected } from '../slots/errors.ts';
import { createEnvironment, silentInside } from './environment.ts';
import { subcommandAt } from './fixed.ts';
import type { Places } from './place.ts';
import type { GitSetup } from './setup.ts';
import { stateOf } from './state.ts';
import { refuseWaiting } from './waiting-files.ts';

/** Arguments of a call that follows one that went well. */
type Follow = readonly string[];

export interface PreparedCall {
  readonly args: readonly string[];
  readonly follow: Follow | null;
  /** The checkout whose files the call goes through; null: it reads none of them. */
  readonly reads: string | null;
  readonly env: Readonly<Record<string, string>>;
  inRepositoryWords(text: string): string;
  /** After the call; `ok`: git exited with 0. */
  done(ok: boolean): void;
}

export type Prepare = (
  cwd: string,
  args: readonly string[],
  options: { readonly discover?: boolean; readonly pin?: boolean },
) => Promise<PreparedCall>;

/** Commands that need no repository, and start no program of one. */
const ANYWHERE = new Set(['init', 'clone', 'check-ref-format']);
/** They go through files and ask git itself about each repository they find among them. */
const ASKS_INSIDE = new Set(['add', 'status', 'diff', 'diff-index', 'diff-files']);

/** These open `.gitattributes` and the like, wherever they come. */
const READS_FILES = new Set([
  ...ASKS_INSIDE,
  'checkout',
  'switch',
  'restore',
  'reset',
  'read-tree',
  'merge',
  'stash',
  'rm',
  'ls-files',
  'check-ignore',
]);

/** Decides for each call which git directory and which configuration it gets. */
export function createPreparation(setup: GitSetup): Prepare {
  const { stateDir } = setup;
  const environment = createEnvironment(setup);
  if (stateDir === undefined)
    return async (_cwd, args) => ({ ...untouched(args), env: await environment() });
  const { places, views, guard } = stateOf(setup, stateDir);
  return async (cwd, args, { discover = false, pin = false }) => {
    const at = subcommandAt(args);
    const command = at === -1 ? null : (args[at] ?? null);
    const base = await environment();
    if (pin) places.pin(cwd);
    const place = places.find(cwd);
    const plain = { ...untouched(args), env: base };
    if (command === 'ls-remote' && place === null) return plain;
    if (command === null || ANYWHERE.has(command) || (discover && command === 'rev-parse'))
      return plain;
    if (place === null) throw noCheckout(cwd);
    guard.refuseStalling(place);
    const reads = READS_FILES.has(command) ? place.workTree : null;
    if (reads !== null) refuseWaiting(reads);
    const view = await views.of(place.commonDir);
    refuseCheckingOut(args.slice(at));
    return {
      args: ownFile(args, at, place.commonDir),
      reads,
      follow: sectionOf(args.slice(at), place.commonDir),
      env: {
        ...base,
        GIT_DIR: place.gitDir,
        GIT_WORK_TREE: place.workTree,
        GIT_COMMON_DIR: view.dir,
        ...(ASKS_INSIDE.has(command) ? await silentInside(stateDir, setup) : {}),
      },
      inRepositoryWords: view.inRepositoryWords,
      done: (ok) => followWorktrees(places, args.slice(at), ok),
    };
  };
}

const untouched = (args: readonly string[]) => ({
  args,
  follow: null,
  reads: null,
  inRepositoryWords: (text: string): string => text,
  done: () => {},
});

/** Files are written by a call of their own, which has the filters that ao allows. */
function refuseCheckingOut([command, ...rest]: readonly string[]): void {
  if (command === 'worktree' && rest[0] === 'add' && !rest.includes('--no-checkout'))
    throw new Error('A worktree is added without files, and gets them by another call.');
}

const noCheckout = (cwd: string) =>
  rejected(
    'AO_REPOSITORY_NONE',
    `${cwd} is not the top folder of a git checkout. Run "git init" there, or correct the project's path.`,
  );

/** Options of `git config` that write, or mean the repository's own file. */
const OWN_FILE = /^--(?:local|replace-all|add|unset|unset-all|remove-section|rename-section)$/;

/**
 * The view has a configuration of ao's making. What is about the repository's own names that file, and git reads no other in it;
 * what an `include` there leads to, say.
 */
function ownFile(args: readonly string[], at: number, commonDir: string): readonly string[] {
  const rest = args.slice(at + 1);
  if (args[at] !== 'config' || !rest.some((arg) => OWN_FILE.test(arg))) return args;
  const file = ['--file', join(commonDir, 'config')];
  return [...args.slice(0, at + 1), ...file, ...rest.filter((arg) => arg !== '--local')];
}

/** A deleted branch takes its section of the configuration along. */
function sectionOf([command, ...rest]: readonly string[], commonDir: string): Follow | null {
  const branch = rest.at(-1);
  if (command !== 'branch' || !rest.some((arg) => arg === '-D' || arg === '-d')) return null;
  const file = join(commonDir, 'config');
  return readSmallText(file)?.includes(`[branch "${branch}"]`) === true
    ? ['config', '--file', file, '--remove-section', `branch.${branch}`]
    : null;
}

/** ao made the worktree or took it away: so does its note of it. */
function followWorktrees(
  places: Places,
  [command, verb, ...rest]: readonly string[],
  ok: boolean,
): void {
  if (command !== 'worktree' || !ok) return;
  for (const arg of rest.filter((each) => isAbsolute(each))) {
    if (verb === 'add') {
      nameOwnFolder(arg);
      places.pin(arg);
    }
    if (verb === 'remove') places.forget(arg);
  }
}

/** git writes into a new worktree where its directory is, as it was given to it: in the view. Nobody was in the worktree yet. */
function nameOwnFolder(workTree: string): void {
  const file = join(workTree, '.git');
  const target = /^gitdir: ([^\n]+)\n*$/.exec(readSmallText(file) ?? '')?.[1];
  if (target !== undefined) replaceFile(file, `gitdir: ${realpathSync(target)}\n`);
}
