import { closeSync } from 'node:fs';
import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { CommitSettings, Signing } from '../../../src/git/commit-settings.ts';
import { openGuarded, readAt } from '../../../src/lib/guarded/read.ts';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';
import { findProgram } from '../../../src/lib/program.ts';

/*
 * An agent commits as the person would, with their hooks and their signature. What keeps it from that is found before it works, not by
 * a commit that nobody checked or that hangs: an agent's shell has no terminal that a passphrase could be typed into.
 */

const SIGN_MS = 10_000;
/** Of a hook, bytes: its first line names what runs it. */
const FIRST_LINE = 1_024;
const HOOKS =
  /^(?:pre-|post-|prepare-)?(?:commit|commit-msg|push|merge-commit|rebase|checkout|merge)$/;

interface CommitPlace {
  readonly repo: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Both, for a worktree; with the repository itself, for its main checkout. */
export async function commitNotes(
  settings: (repo: string) => Promise<CommitSettings>,
  env: CommitPlace['env'],
  repo: string,
  worktree: string,
): Promise<readonly string[]> {
  const found = await settings(repo);
  const [hooks, signing] = await Promise.all([
    hookNotes(found, { repo, env }, worktree),
    found.signing === null ? null : signingNote(found.signing, { repo, env }),
  ]);
  return signing === null ? hooks : [...hooks, signing];
}

/** Why hooks don't run in a worktree, or would fail, in sentences. */
async function hookNotes(
  { hooksPath }: CommitSettings,
  { repo, env }: CommitPlace,
  worktree: string,
): Promise<readonly string[]> {
  if (hooksPath === null) return lamed(join(repo, '.git/hooks'), env);
  const at = (root: string): string => resolvedIn(root, hooksPath, env);
  if (worktree !== repo && (await isFolder(at(repo))) && !(await isFolder(at(worktree))))
    return [
      `Commits here run no hooks: core.hooksPath is ${hooksPath}, which is in ${repo} and not in this worktree. Let postCreate make it (as a rule the install of the packages does), or name it under copies.`,
    ];
  if (!(await isFolder(at(repo))))
    return worktree === repo
      ? [`No hook runs at commits: core.hooksPath is ${hooksPath}, and that folder doesn't exist.`]
      : [];
  return lamed(at(repo), env);
}

const resolvedIn = (root: string, path: string, env: CommitPlace['env']): string => {
  const full = path.startsWith('~/') ? join(env.HOME ?? homedir(), path.slice(2)) : path;
  return isAbsolute(full) ? full : join(root, full);
};

const isFolder = (path: string): Promise<boolean> =>
  readdir(path).then(
    () => true,
    () => false,
  );

/** Hooks that git passes over or that can't start. */
async function lamed(folder: string, env: CommitPlace['env']): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => HOOKS.test(name));
  const notes = await Promise.all(names.map((name) => lamedHook(join(folder, name), env)));
  return notes.filter((note) => note !== null);
}

async function lamedHook(path: string, env: CommitPlace['env']): Promise<string | null> {
  const runs = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!runs) return `The hook ${path} isn't executable, so git passes over it (chmod +x).`;
  const first = firstBytes(path).split('\n')[0] ?? '';
  const [, interpreter = '', argument = ''] =
    /^#!\s*(\S+)(?:\s+(?:-S\s+)?(\S+))?/.exec(first) ?? [];
  const needed = interpreter.endsWith('/env') ? argument : interpreter;
  return needed === '' || (await findProgram(needed, env.PATH)) !== null
    ? null
    : `The hook ${path} needs ${needed}, which agents don't find on their PATH: their commits would fail.`;
}

/** An agent can put anything in the place of a hook. What isn't a regular file has no first line. */
function firstBytes(path: string): string {
  const opened = openGuarded(path);
  if (opened.type !== 'file') return '';
  try {
    return readAt(opened.file.fd, 0, FIRST_LINE).toString('utf8');
  } finally {
    closeSync(opened.file.fd);
  }
}

/** Why a commit could not be signed without a person, in a sentence; null: it can, or it can't be tried. */
async function signingNote(signing: Signing, { env }: CommitPlace): Promise<string | null> {
  const command = commandOf(signing);
  if (command === null) return null;
  const [bin = '', ...args] = command;
  const end = await runProcess({
    bin,
    args,
    cwd: '/',
    // Nobody is asked: no window, no terminal (the process has none).
    env: { ...env, SSH_ASKPASS_REQUIRE: 'never', GPG_TTY: '' },
    input: 'ao',
    timeoutMs: SIGN_MS,
  });
  const why = failureOf(end, SIGN_MS);
  return why === null
    ? null
    : `Commits are signed (commit.gpgSign), and the key can't be used without a person: ${why}. Commits of agents would fail or hang. Unlock it for ao's user (gpg-preset-passphrase, ssh-add), or turn signing off here: git config commit.gpgSign false`;
}

function commandOf({ format, key, program }: Signing): readonly string[] | null {
  if (program === undefined) return null;
  switch (format) {
    case 'openpgp':
      return [
        program ?? 'gpg',
        ...['--batch', '--no-tty', '--pinentry-mode', 'error', '--output', '/dev/null'],
        ...(key === null ? [] : ['--local-user', key]),
        '--detach-sign',
      ];
    case 'ssh':
      // A key that is written out is in an ssh agent, which asks for nothing.
      return key === null || /^(?:key::|ssh-|ecdsa-|sk-)/.test(key)
        ? null
        : [program ?? 'ssh-keygen', '-Y', 'sign', '-n', 'git', '-f', key];
    case 'other':
      return null;
  }
}
