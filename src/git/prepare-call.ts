import { isAbsolute } from 'node:path';
import { rejected } from '../slots/errors.ts';
import { createEnvironment, silentInside } from './environment.ts';
import { subcommandAt } from './fixed.ts';
import type { Places } from './place.ts';
import type { GitSetup } from './setup.ts';
import { stateOf } from './state.ts';

export interface PreparedCall {
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

const asIs = (text: string): string => text;

/** Decides for each call which git directory and which configuration it gets. */
export function createPreparation(setup: GitSetup): Prepare {
  const { stateDir } = setup;
  const environment = createEnvironment(setup);
  if (stateDir === undefined)
    return async () => ({ env: await environment(), inRepositoryWords: asIs, done: () => {} });
  const { places, views, refuseStalling } = stateOf(setup, stateDir);
  return async (cwd, args, { discover = false, pin = false }) => {
    const at = subcommandAt(args);
    const command = at === -1 ? null : (args[at] ?? null);
    const base = await environment();
    if (pin) places.pin(cwd);
    const place = places.find(cwd);
    const plain = { env: base, inRepositoryWords: asIs, done: () => {} };
    if (command === 'ls-remote' && place === null) return plain;
    if (command === null || ANYWHERE.has(command) || (discover && command === 'rev-parse'))
      return plain;
    if (place === null) throw noCheckout(cwd);
    refuseStalling(place);
    const done = (ok: boolean): void => followWorktrees(places, args.slice(at), ok);
    const env = {
      ...base,
      GIT_DIR: place.gitDir,
      GIT_WORK_TREE: place.workTree,
      ...(ASKS_INSIDE.has(command) ? await silentInside(stateDir, setup) : {}),
    };
    const view = await views.of(place.commonDir);
    return needsOwn(args.slice(at))
      ? { env, inRepositoryWords: asIs, done }
      : {
          env: { ...env, GIT_COMMON_DIR: view.dir },
          inRepositoryWords: view.inRepositoryWords,
          done,
        };
  };
}

const noCheckout = (cwd: string) =>
  rejected(
    'AO_REPOSITORY_NONE',
    `${cwd} is not the top folder of a git checkout. Run "git init" there, or correct the project's path.`,
  );

/**
 * These are about the repository's own configuration, or name its git directory in a new worktree. They start no program: a
 * worktree is added without files, and hooks are off.
 */
function needsOwn([command, ...rest]: readonly string[]): boolean {
  switch (command) {
    case 'worktree':
      if (rest[0] === 'add' && !rest.includes('--no-checkout'))
        throw new Error('A worktree is added without files, and gets them by another call.');
      return rest[0] === 'add';
    case 'config':
      return rest.some((arg) =>
        /^--(?:local|replace-all|add|unset|unset-all|remove-section)$/.test(arg),
      );
    case 'branch':
      return rest.some((arg) => arg === '-D' || arg === '-d');
    default:
      return false;
  }
}

/** ao made the worktree or took it away: so does its note of it. */
function followWorktrees(
  places: Places,
  [command, verb, ...rest]: readonly string[],
  ok: boolean,
): void {
  if (command !== 'worktree' || !ok) return;
  for (const arg of rest.filter((each) => isAbsolute(each))) {
    if (verb === 'add') places.pin(arg);
    if (verb === 'remove') places.forget(arg);
  }
}
