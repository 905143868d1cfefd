import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usesOf } from '../../test/support/module-uses.ts';
import { packageRoot } from '../lib/package-root.ts';

/** What starts programs: of node, of others, and ao's own. */
const STARTERS =
  /^(?:node:)?(?:child_process|cluster)$|^(?:execa|tinyexec|cross-spawn|nano-spawn|zx|shelljs|simple-git)$|pty$|(?:^|\/)run-process(?:\.ts)?$/;
/** Of ao's own, what starts nothing. */
const HARMLESS = new Set(['failureOf', 'isExhausted']);

/** The only files that start programs, and which; git is started by the runner alone. */
const ALLOWED: Readonly<Record<string, string>> = {
  'plugins/notifier/desktop/index.ts': "the desktop's own notifier",
  'plugins/shared/tmux/control-client.ts': 'tmux',
  'plugins/shared/tmux/version.ts': 'tmux',
  'plugins/scm/local/run-command.ts': 'checks of the configuration',
  'plugins/shared/acp/host/agent-process.ts': "the agent, in the agent's own terminal",
  'plugins/shared/checkout/take-over.ts': 'cp',
  'plugins/shared/github/credentials.ts': 'gh, for its token',
  'plugins/workspace/worktree/busy.ts': 'lsof',
  'plugins/workspace/worktree/commit-notes.ts': 'gpg and ssh-keygen, to look at keys',
  'plugins/workspace/worktree/post-create.ts': 'commands of the configuration',
  'plugins/workspace/worktree/remove-worktree.ts': 'rm',
  'src/config/external-plugins.ts': 'loads the plugins that the operator confirmed',
  'src/cli/doctor/tools.ts': 'other programs, for their version; git by the runner',
  'src/cli/gh/run-gh.ts': "gh, in the agent's own terminal",
  'src/cli/in-terminal.ts': 'tmux, in the terminal of a person',
  'src/cli/start-detached.ts': 'the bot',
  'src/cli/world.ts': 'tmux, in the terminal of a person',
  'src/git/environment.ts': 'the runner asks git for the configuration of the operator',
  'src/git/run-git.ts': 'the runner',
  'src/http/pty.ts': 'tmux, for a terminal in the browser',
  'src/lib/process-table.ts': 'ps',
  'src/lib/process/run-process.ts': 'what it is given',
  'src/lib/program-version.ts': "agents' programs, for their version",
  'src/lifecycle/idle-sleep.ts': 'what keeps the machine awake',
};
/** Start it by the runner, or are the runner; the last one names it to ssh-keygen. */
const MAY_NAME_GIT = new Set([
  'src/git/run-git.ts',
  'src/git/environment.ts',
  'src/cli/doctor/tools.ts',
  'plugins/workspace/worktree/commit-notes.ts',
]);

/** git's own name, or a path that ends in it, or a line to be run that begins with it. */
const NAMES_GIT =
  /(['"`])(?:[\w./-]*\/)?git(?:\.exe)?\1|(?:\b(?:exec|spawn)\w*\(|-c',)\s*(['"`])(?:[\w./-]*\/)?git /;

const root = packageRoot();
const sources = globSync(['src/**/*.{ts,tsx}', 'plugins/**/*.{ts,tsx}'], { cwd: root }).filter(
  (file) => !/\.(?:test|bench)\.tsx?$|-harness\.ts$|^src\/web\/page\//.test(file),
);

function startsOf(text: string): readonly string[] {
  if (
    !/child_process|cluster['"]|execa|tinyexec|(?:cross|nano)-spawn|['"]zx|shelljs|simple-git|-pty|run-process|[bB]inding\b|_load\b|getBuiltin|\brequire\W|createRequire|import\((?!['"])/.test(
      text,
    )
  )
    return [];
  return usesOf(text, (name) => STARTERS.test(name)).filter((name) => !HARMLESS.has(name));
}

test('programs are started by the files that say which, and git by its runner alone', () => {
  const starting = sources
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
    .filter(({ text }) => startsOf(text).length > 0);
  const files = starting.map(({ file }) => file);
  expect(
    files.filter((file) => ALLOWED[file] === undefined),
    'use src/git for git; say here which program it is otherwise',
  ).toEqual([]);
  expect(Object.keys(ALLOWED).filter((file) => !files.includes(file))).toEqual([]);
  const git = starting.filter(({ file, text }) => !MAY_NAME_GIT.has(file) && NAMES_GIT.test(text));
  expect(git.map(({ file }) => file)).toEqual([]);
});

test.each([
  ["import { execa } from 'execa';", 'execa'],
  ["import cp from 'child_process';", '*'],
  ["import * as cp from 'node:child_process';", '*'],
  ["import { spawn as begin } from 'node:child_process';", 'spawn'],
  ["export { exec } from 'node:child_process';", '*'],
  ["export * from 'node:child_process';", '*'],
  ["const { execFile } = process.getBuiltinModule('node:child_process');", '*'],
  ["const { spawn } = await import('node:child_process');", '*'],
  ["const { spawn } = await import('@lydell/node-pty');", '*'],
  ["createRequire(import.meta.url)('child_process').exec('x');", '*'],
  ["const name = 'child_process'; (await import('node:' + name)).exec('x');", '?'],
  ["import { runProcess } from '../lib/process/run-process.ts';", 'runProcess'],
  ["import { fork } from 'node:cluster';", 'fork'],
])('%s starts a program', (text, name) => {
  expect(startsOf(text)).toEqual([name]);
});

test.each(["'git'", '"/usr/bin/git"', 'exec(`git status`)', "['-c', 'git -C x log']"])(
  '%s names git',
  (text) => expect(NAMES_GIT.test(text)).toBe(true),
);
