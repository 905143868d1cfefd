import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../lib/package-root.ts';

/** A string that is git's own name, or a path that ends in it, where a program is started. */
const STARTS = /\b(?:execa|spawn|spawnSync|exec|execSync|execFile|execFileSync|fork)\w*\b/;
const NAMES_GIT = /(['"`])(?:[\w./-]*\/)?git\1|\b(?:exec|spawn)\w*\(\s*(['"`])(?:[\w./-]*\/)?git /;

/** Files that name git without starting it: why. */
const ALLOWED = new Map([
  ['src/git/run-git.ts', 'the runner'],
  ['src/cli/doctor/tools.ts', 'asks other programs for their version, and git by the runner'],
  ['src/git/environment.ts', 'the runner asks the operator for the configuration'],
]);

/** Starts a program by the node module or by execa, and has git's name in it. */
const startsGit = (text: string): boolean =>
  /from 'execa'|node:child_process/.test(text) && STARTS.test(text) && NAMES_GIT.test(text);

test('git is started by the runner in src/git alone', () => {
  const found = ['src', 'plugins']
    .flatMap((folder) =>
      readdirSync(join(packageRoot(), folder), { recursive: true, withFileTypes: true }),
    )
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(packageRoot(), join(entry.parentPath, entry.name)))
    .filter((file) => !/\.test\.tsx?$|-harness\.ts$/.test(file) && !ALLOWED.has(file))
    .filter((file) => startsGit(readFileSync(join(packageRoot(), file), 'utf8')));
  expect(found).toEqual([]);
});

test.each([
  "import { execa } from 'execa';\nawait execa('git', ['status']);",
  "import { spawn } from 'node:child_process';\nspawn('/usr/bin/git', []);",
  'const { execFile } = process.getBuiltinModule(\'node:child_process\');\nexecFile("git", []);',
  "import { exec } from 'node:child_process';\nexec(`git status`);",
])('a call like this one would be found: %s', (text) => {
  expect(startsGit(text)).toBe(true);
});

test('the runner is the only one that runs a program for it', () => {
  expect(
    startsGit(readFileSync(join(packageRoot(), 'src/lib/process/run-process.ts'), 'utf8')),
  ).toBe(false);
});
