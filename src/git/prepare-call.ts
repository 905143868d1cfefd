import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { runProcess } from '../lib/process/run-process.ts';
import { findProgram } from '../lib/program.ts';
import { rejected, transient } from '../slots/errors.ts';
import { gitEnvironment, subcommandAt } from './fixed.ts';
import { stampOf } from './guarded.ts';
import { type Entry, parseEntries } from './keys.ts';
import { driverSettings } from './operator.ts';
import { createPlaces, type Places } from './place.ts';
import type { GitSetup } from './run-git.ts';
import { createStallingCheck, type RefuseStalling } from './stalling.ts';
import { createViews, type Views } from './view.ts';

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

interface State {
  readonly places: Places;
  readonly views: Views;
  readonly refuseStalling: RefuseStalling;
}

/** One for all runners of a process that share the folder. */
const states = new Map<string, State>();

function stateOf(setup: GitSetup, stateDir: string): State {
  const known = states.get(stateDir);
  if (known !== undefined) return known;
  const told = new Set<string>();
  const state = {
    places: createPlaces(stateDir),
    refuseStalling: createStallingCheck(() => performance.now()),
    views: createViews({
      stateDir,
      parse: (text) => entriesOf(setup, ['--file', '-'], text),
      notice(commonDir, keys) {
        const what = JSON.stringify([commonDir, keys]);
        if (told.has(what)) return;
        told.add(what);
        setup.notice?.(commonDir, keys);
      },
    }),
  };
  states.set(stateDir, state);
  return state;
}

/** `git config --list` of files that are given by name, without a repository. */
export async function entriesOf(
  { bin = 'git', env }: GitSetup,
  which: readonly string[],
  input?: string,
): Promise<readonly Entry[]> {
  const end = await runProcess({
    bin,
    args: ['config', ...which, '--list', '-z'],
    cwd: '/',
    // No repository, whatever lies at the root of this machine.
    env: { ...gitEnvironment(env), GIT_DIR: '/dev/null' },
    input,
    timeoutMs: 30_000,
    maxBytes: 8 * 1024 * 1024,
  });
  if (end.type === 'exited' && end.code === 0) return parseEntries(end.stdout);
  // An operator without a configuration has none to list.
  if (input === undefined) return [];
  throw transient(
    'AO_GIT_FAILED',
    `git can't read the repository's configuration: ${'stderr' in end ? end.stderr.trim() : end.type}. Mend its .git/config.`,
  );
}

/** The environment of every call; the operator's drivers are looked up again when the operator's files changed. */
function createEnvironment(setup: GitSetup): () => Promise<Readonly<Record<string, string>>> {
  const { env, filters = {} } = setup;
  const home = env.HOME ?? '';
  const files = [
    env.GIT_CONFIG_GLOBAL ?? join(home, '.gitconfig'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git', 'config'),
    env.GIT_CONFIG_SYSTEM ?? '/etc/gitconfig',
  ];
  let stamp: string | null = null;
  let made: Promise<Readonly<Record<string, string>>> | null = null;
  const make = async () => {
    const operator = [
      ...(env.GIT_CONFIG_NOSYSTEM === '1'
        ? []
        : await entriesOf(setup, ['--system', '--includes'])),
      ...(await entriesOf(setup, ['--global', '--includes'])),
    ];
    return gitEnvironment(env, driverSettings(operator, filters));
  };
  return () => {
    const now = files.map(stampOf).join(' ');
    if (made === null || stamp !== now) {
      stamp = now;
      made = make();
      made.catch(() => {
        made = null;
      });
    }
    return made;
  };
}

/**
 * git asks a repository that lies among the files for its state, by a program that obeys the configuration of that repository.
 * It gets this answer instead: nothing changed there. What is in such a repository is for a call in it.
 */
async function silentInside(
  stateDir: string,
  { bin = 'git', env }: GitSetup,
): Promise<Readonly<Record<string, string>>> {
  const folder = join(stateDir, 'inside');
  const file = join(folder, 'git');
  if (!existsSync(file)) {
    const real = await findProgram(bin, env.PATH);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" = status ] && exit 0\nunset GIT_EXEC_PATH\nexec '${(real ?? bin).replaceAll("'", "'\\''")}' "$@"\n`,
    );
    chmodSync(file, 0o700);
  }
  return { GIT_EXEC_PATH: folder };
}
