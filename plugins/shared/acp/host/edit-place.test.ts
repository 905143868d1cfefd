import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../../../test/support/temp-dir.ts';
import { staysInside } from './requests.ts';

function world() {
  const folder = tempDir();
  const tree = join(folder, 'tree');
  const away = join(folder, 'away');
  for (const path of [tree, away, join(tree, 'src')]) mkdirSync(path);
  writeFileSync(join(away, 'secret'), '');
  writeFileSync(join(tree, '.git'), 'gitdir: /elsewhere\n');
  symlinkSync(away, join(tree, 'out'));
  symlinkSync('../away/secret', join(tree, 'file-link'));
  symlinkSync('../away/new', join(tree, 'dangling'));
  symlinkSync('loop', join(tree, 'loop'));
  symlinkSync('.git', join(tree, 'innocent'));
  symlinkSync('src', join(tree, 'lib'));
  linkSync(join(away, 'secret'), join(tree, 'hard'));
  execFileSync('mkfifo', [join(tree, 'pipe')]);
  const edit = (...files: string[]) =>
    staysInside({ toolCallId: 't', locations: files.map((path) => ({ path })) } as never, tree);
  return { tree, away, edit };
}

// threat: an agent over ACP that may edit by itself asks to write .git, attributes, or through a link out of its worktree | a person is asked
test.each([
  '.git',
  '.git/config',
  'src/.git/hooks/pre-commit',
  '.GIT/config',
  '.Git',
  '.git.',
  '.git ',
  '.git::$INDEX_ALLOCATION',
  '.g\u200cit/config',
  'GIT~1/config',
  'gitatt~1',
  '.gitattributes',
  'src/.GitAttributes',
  '.gitmodules',
  'innocent',
  'innocent/config',
  '../away/secret',
  'src/../../away/new',
  '..',
  '.',
  'out/new',
  'out/deep/new',
  'file-link',
  'dangling',
  'loop',
  'loop/x',
  'hard',
  'pipe',
])('an edit of %j is asked about', (file) => {
  expect(world().edit(file)).toBe(false);
});

test.each([
  'README.md',
  'src/new/deep.ts',
  '.gitignore',
  '..almost',
  'lib/through-own-link.ts',
  'a/.github/x.yml',
])('an edit of %j is one of the worktree', (file) => {
  const { edit, tree } = world();
  expect([edit(file), edit(join(tree, file))]).toEqual([true, true]);
});

test('one file outside is enough, and no file at all is none of the worktree', () => {
  const { edit, away } = world();
  expect([edit('README.md', join(away, 'secret')), edit()]).toEqual([false, false]);
});
