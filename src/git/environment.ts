import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampOf } from '../lib/guarded/kind.ts';
import { runProcess } from '../lib/process/run-process.ts';
import { findProgram } from '../lib/program.ts';
import { rejected, transient } from '../slots/errors.ts';
import { gitEnvironment } from './fixed.ts';
import { type Entry, parseEntries } from './keys.ts';
import { driverSettings } from './operator.ts';
import type { GitSetup } from './setup.ts';

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
  throw end.type === 'exited'
    ? rejected('AO_GIT_CONFIG', end.stderr.trim().split('\n')[0] ?? '')
    : transient('AO_GIT_FAILED', `git config did not read the configuration: ${end.type}.`);
}

/** Files of the operator's own configuration. */
export const operatorFiles = (env: GitSetup['env']): readonly string[] => [
  env.GIT_CONFIG_GLOBAL ?? join(env.HOME ?? '', '.gitconfig'),
  join(env.XDG_CONFIG_HOME ?? join(env.HOME ?? '', '.config'), 'git', 'config'),
  env.GIT_CONFIG_SYSTEM ?? '/etc/gitconfig',
];

/** The operator's own configuration, as git reads it: the last of a key counts. */
export async function operatorEntries(setup: GitSetup): Promise<readonly Entry[]> {
  // Where the system's file lies is built into git, so git is asked; of the two others it is known.
  const [global = '', xdg = ''] = operatorFiles(setup.env);
  return [
    ...(setup.env.GIT_CONFIG_NOSYSTEM === '1'
      ? []
      : await entriesOf(setup, ['--system', '--includes'])),
    ...(existsSync(global) || existsSync(xdg)
      ? await entriesOf(setup, ['--global', '--includes'])
      : []),
  ];
}

/** The environment of every call; the operator's drivers are looked up again when the operator's files changed. */
export function createEnvironment(
  setup: GitSetup,
): () => Promise<Readonly<Record<string, string>>> {
  const { env, filters = {} } = setup;
  const files = operatorFiles(env);
  let stamp: string | null = null;
  let made: Promise<Readonly<Record<string, string>>> | null = null;
  const make = async () => {
    return gitEnvironment(env, driverSettings(await operatorEntries(setup), filters));
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
export async function silentInside(
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
