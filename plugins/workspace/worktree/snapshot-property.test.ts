import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Repo, repoAt } from '../../../test/support/tmp.ts';
import { worktreeHarness } from './worktree-harness.ts';

/** Few names, so that things happen to the same file; odd ones, because agents make odd files. */
const PATHS = [
  'README.md',
  'src/a.ts',
  'src/b.ts',
  'new.txt',
  'deep/er/file',
  'with blank',
  '-dash',
  'ünï☃',
  'quote"\'',
  'line\nbreak',
  'src',
  'x.log',
  'build/out.log',
] as const;

type Act =
  | { readonly type: 'write'; readonly path: string; readonly content: string }
  | { readonly type: 'link'; readonly path: string; readonly to: string }
  | { readonly type: 'mode'; readonly path: string; readonly executable: boolean }
  | { readonly type: 'delete' | 'stage' | 'unstage' | 'remove'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'commit' };

const path = fc.constantFrom(...PATHS);
const content = fc.oneof(
  fc.constantFrom('', 'one\n', 'two\n', 'no newline', 'crlf\r\n'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), path, content }) },
  fc.record({
    type: fc.constant('link' as const),
    path,
    to: fc.constantFrom('README.md', '../nowhere', '/nowhere/at/all', 'src'),
  }),
  fc.record({ type: fc.constant('mode' as const), path, executable: fc.boolean() }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'delete' as const,
        'stage' as const,
        'unstage' as const,
        'remove' as const,
      ),
      path,
    }),
  },
  fc.record({ type: fc.constant('rename' as const), path, to: path }),
  fc.constant({ type: 'commit' as const }),
);

/** What can't be done in this state is left out, as a person would. */
function perform(repo: Repo, one: Act): void {
  const at = (file: string): string => join(repo.path, file);
  const there = (file: string): boolean =>
    lstatSync(at(file), { throwIfNoEntry: false }) !== undefined;
  try {
    switch (one.type) {
      case 'write':
        mkdirSync(dirname(at(one.path)), { recursive: true });
        // Never through a link: what it leads to may be outside.
        if (lstatSync(at(one.path), { throwIfNoEntry: false })?.isSymbolicLink())
          rmSync(at(one.path));
        return writeFileSync(at(one.path), one.content);
      case 'link':
        mkdirSync(dirname(at(one.path)), { recursive: true });
        rmSync(at(one.path), { force: true });
        return symlinkSync(one.to, at(one.path));
      case 'mode':
        return lstatSync(at(one.path)).isFile()
          ? chmodSync(at(one.path), one.executable ? 0o755 : 0o644)
          : undefined;
      case 'delete':
        return rmSync(at(one.path), { recursive: true, force: true });
      case 'rename':
        if (there(one.to)) return;
        mkdirSync(dirname(at(one.to)), { recursive: true });
        return renameSync(at(one.path), at(one.to));
      case 'stage':
        return void repo.git('--literal-pathspecs', 'add', '-A', '--', one.path);
      case 'unstage':
        return void repo.git('--literal-pathspecs', 'reset', '-q', '--', one.path);
      case 'remove':
        return void repo.git('--literal-pathspecs', 'rm', '-q', '-r', '--cached', '--', one.path);
      case 'commit':
        return void repo.git('commit', '-q', '-m', 'on the way');
    }
  } catch {
    // A file where a folder would be, nothing to commit, an unknown path: not a state, so nothing happens.
  }
}

/** Null: not there, or something that is no folder stands in its way. */
function statOf(file: string) {
  try {
    return lstatSync(file);
  } catch {
    return null;
  }
}

/** Everything a person or git can tell of a working tree, but what is ignored. */
function stateOf(repo: Repo): object {
  const files = [
    ...new Set(
      repo.git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0'),
    ),
  ].filter((file) => file !== '');
  return {
    head: repo.git('rev-parse', 'HEAD'),
    branch: repo.git('symbolic-ref', '--short', 'HEAD'),
    status: repo
      .git('status', '--porcelain=v2', '-z', '--untracked-files=all')
      .split('\0')
      .toSorted(),
    index: repo.git('ls-files', '-s', '-z').split('\0'),
    files: Object.fromEntries(
      files.map((file) => {
        const full = join(repo.path, file);
        const stat = statOf(full);
        if (stat === null) return [file, 'missing'];
        if (stat.isSymbolicLink()) return [file, `link to ${readlinkSync(full)}`];
        if (stat.isDirectory()) return [file, 'folder'];
        return [
          file,
          `${(stat.mode & 0o100) === 0 ? 'file' : 'program'} ${readFileSync(full).toString('base64')}`,
        ];
      }),
    ),
  };
}

/** More with AO_SNAPSHOT_RUNS. */
const RUNS = Number(process.env.AO_SNAPSHOT_RUNS ?? 8);

test('whatever was staged, changed, new, deleted, renamed, linked or made executable is there again after removal and restore', async () => {
  const harness = await worktreeHarness();
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), async (acts) => {
        count += 1;
        const id = `app-${count}`;
        const { path: folder } = await harness.workspace.create(harness.spec(id));
        const repo = repoAt(folder);
        for (const one of acts) perform(repo, one);
        const before = stateOf(repo);
        const removed = await harness.workspace.remove({
          repo: harness.repo.path,
          path: folder,
          id,
          branch: `ao/${id}`,
          deleteBranch: true,
        });
        expect(removed.snapshotRef).not.toBeNull();
        expect(existsSync(folder)).toBe(false);
        const restored = await harness.workspace.restore(
          harness.spec(id),
          removed.snapshotRef ?? '',
        );
        expect(restored.path).toBe(folder);
        expect(stateOf(repo)).toEqual(before);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  } finally {
    await harness.dispose();
  }
}, 120_000);
