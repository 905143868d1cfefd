import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspacePlugin, WorkspaceSpec } from '../../src/slots/workspace.ts';
import { type Repo, repoAt } from '../support/tmp.ts';
import { until } from '../support/until.ts';

export interface WorkspaceHarness {
  readonly workspace: WorkspacePlugin;
  /** A repository on `main` with `README.md`, `src/a.txt`, `src/b.txt`, `run.sh` and `.gitignore` of `*.log`. */
  readonly repo: Repo;
  /** Makes the plugin's clock show this time from now on. */
  setTime(now: number): void;
  dispose(): Promise<void>;
}

export const CONTRACT_FILES = {
  'README.md': 'hello\n',
  'src/a.txt': 'a1\na2\na3\n',
  'src/b.txt': 'b1\nb2\nb3\nb4\nb5\n',
  'run.sh': '#!/bin/sh\n',
  '.gitignore': '*.log\n',
} as const;

/** What every workspace plugin promises. */
export function workspaceContract(name: string, make: () => Promise<WorkspaceHarness>): void {
  describe(`${name} keeps the workspace contract`, () => {
    let harness: WorkspaceHarness;
    let workspace: WorkspacePlugin;
    let repo: Repo;
    beforeEach(async () => {
      harness = await make();
      ({ workspace, repo } = harness);
    });
    afterEach(() => harness.dispose());

    const spec = (id: string, more: Partial<WorkspaceSpec> = {}): WorkspaceSpec => ({
      id,
      repo: repo.path,
      branch: `ao/${id}`,
      base: 'main',
      reuseBranch: false,
      copies: [],
      symlinks: [],
      postCreate: [],
      postCreateTimeoutMs: 10_000,
      files: {},
      ...more,
    });
    const removal = (id: string, path: string, deleteBranch = false) => ({
      repo: repo.path,
      path,
      id,
      branch: `ao/${id}`,
      deleteBranch,
    });
    const branches = () =>
      repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');

    it('accepts the repository and names its default branch', async () => {
      expect(await workspace.checkRepository(repo.path)).toEqual({
        defaultBranch: 'main',
        warnings: [],
      });
    });

    it('makes a clean checkout of the base on a new branch', async () => {
      const made = await workspace.create(spec('app-1'));
      expect(made).toMatchObject({ branch: 'ao/app-1', baseSha: repo.git('rev-parse', 'main') });
      expect(readFileSync(join(made.path, 'src/a.txt'), 'utf8')).toBe('a1\na2\na3\n');
      expect(repoAt(made.path).git('status', '--porcelain')).toBe('');
      expect(repoAt(made.path).git('branch', '--show-current')).toBe('ao/app-1');
      expect(await workspace.state(made.path, 'main')).toEqual({
        exists: true,
        dirty: false,
        changed: [],
        headSha: made.baseSha,
        branch: 'ao/app-1',
        ahead: 0,
      });
    });

    it('returns a workspace that is there as it is', async () => {
      const made = await workspace.create(spec('app-1'));
      writeFileSync(join(made.path, 'work.txt'), 'work');
      repoAt(made.path).git('add', '.');
      repoAt(made.path).git('commit', '-qm', 'work');
      expect(await workspace.create(spec('app-1'))).toEqual(made);
      expect(existsSync(join(made.path, 'work.txt'))).toBe(true);
    });

    it('makes ten at once in one repository', async () => {
      const made = await Promise.all(
        Array.from({ length: 10 }, (_, n) => workspace.create(spec(`app-${n + 1}`))),
      );
      expect(new Set(made.map(({ path }) => path)).size).toBe(10);
      for (const { path } of made) expect(repoAt(path).git('status', '--porcelain')).toBe('');
      expect((await workspace.list(repo.path)).map(({ id }) => id).sort()).toEqual(
        made.map((_, n) => `app-${n + 1}`).sort(),
      );
    });

    it('refuses a branch that exists, and leaves nothing behind', async () => {
      repo.git('branch', 'ao/app-1');
      await expect(workspace.create(spec('app-1'))).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_WORKSPACE_BRANCH_EXISTS',
        message: expect.stringContaining('ao/app-1'),
      });
      expect(await workspace.list(repo.path)).toEqual([]);
    });

    it('takes a branch that exists when told so', async () => {
      repo.git('checkout', '-qb', 'ao/app-1');
      repo.write('theirs.txt', 'x');
      repo.git('add', '.');
      repo.git('commit', '-qm', 'theirs');
      repo.git('checkout', '-q', 'main');
      const made = await workspace.create(spec('app-1', { reuseBranch: true }));
      expect(existsSync(join(made.path, 'theirs.txt'))).toBe(true);
      expect(made.baseSha).toBe(repo.git('rev-parse', 'main'));
      expect((await workspace.state(made.path, 'main')).ahead).toBe(1);
    });

    describe('of a branch that a remote has', () => {
      const upstream = () => repoAt(join(repo.path, '..', 'upstream'));
      const commit = (at: Repo, file: string): string => {
        at.write(file, 'x');
        at.git('add', '.');
        at.git('commit', '-qm', file);
        return at.git('rev-parse', 'HEAD');
      };
      const from = { remote: 'origin', ref: 'refs/pull/7/head' };
      const adopted = (more: Partial<WorkspaceSpec> = {}) =>
        spec('app-1', { reuseBranch: true, from, ...more });
      let theirs: string;
      beforeEach(() => {
        repo.git('clone', '-q', '.', '../upstream');
        repo.git('remote', 'add', 'origin', upstream().path);
        upstream().git('checkout', '-q', '--detach');
        theirs = commit(upstream(), 'theirs.txt');
        upstream().git('update-ref', 'refs/pull/7/head', theirs);
      });
      const head = (path: string): string => repoAt(path).git('rev-parse', 'HEAD');

      it('fetches it, whatever the clone remembers, and leaves no ref behind but that of the base', async () => {
        const made = await workspace.create(adopted());
        expect(head(made.path)).toBe(theirs);
        expect(existsSync(join(made.path, 'theirs.txt'))).toBe(true);
        expect(made.baseSha).toBe(repo.git('rev-parse', 'main'));
        expect(repo.git('for-each-ref', '--format=%(refname)', 'refs/ao', 'refs/remotes')).toBe(
          'refs/remotes/origin/main',
        );
      });

      it('brings a branch forward that is behind, and keeps one that is ahead', async () => {
        repo.git('branch', 'ao/app-1');
        expect(head((await workspace.create(adopted())).path)).toBe(theirs);
        repo.git('fetch', '-q', 'origin', 'refs/pull/7/head:ao/app-2');
        repo.git('checkout', '-q', 'ao/app-2');
        const mine = commit(repo, 'mine.txt');
        repo.git('checkout', '-q', 'main');
        const { path } = await workspace.create(spec('app-2', { reuseBranch: true, from }));
        expect(head(path)).toBe(mine);
      });

      it('refuses one that went another way, which only a person can judge', async () => {
        repo.git('checkout', '-qb', 'ao/app-1');
        const mine = commit(repo, 'mine.txt');
        repo.git('checkout', '-q', 'main');
        await expect(workspace.create(adopted())).rejects.toMatchObject({
          kind: 'rejected',
          code: 'AO_WORKSPACE_BRANCH_MOVED',
        });
        expect(repo.git('rev-parse', 'ao/app-1')).toBe(mine);
      });

      it('says what is not there', async () => {
        const missing = adopted({ from: { remote: 'origin', ref: 'refs/pull/8/head' } });
        await expect(workspace.create(missing)).rejects.toMatchObject({
          kind: 'rejected',
          code: 'AO_WORKSPACE_NO_REMOTE',
          message: expect.stringContaining('refs/pull/8/head'),
        });
        expect(await workspace.list(repo.path)).toEqual([]);
      });

      it('pushes where it is told to, under the name it has there, and leaves no trace of it in the configuration', async () => {
        repo.git('clone', '-q', '--bare', upstream().path, '../fork.git');
        const fork = repoAt(join(repo.path, '..', 'fork.git'));
        const made = await workspace.create(
          adopted({ pushTo: { url: fork.path, branch: 'patch-1' } }),
        );
        const mine = commit(repoAt(made.path), 'mine.txt');
        repoAt(made.path).git('push', '-q');
        expect(fork.git('rev-parse', 'refs/heads/patch-1')).toBe(mine);
        expect(upstream().git('for-each-ref', '--format=%(refname)', 'refs/heads')).toBe(
          'refs/heads/main',
        );
        await workspace.remove(removal('app-1', made.path, true));
        expect(repo.git('config', '--list', '--local')).not.toMatch(/fork\.git|patch-1/);
      });
    });

    it('refuses a base that does not exist', async () => {
      await expect(workspace.create(spec('app-1', { base: 'nope' }))).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_WORKSPACE_BASE_MISSING',
        message: expect.stringContaining('nope'),
      });
      expect(branches()).toEqual(['main']);
    });

    it('copies, places untracked files, runs commands, and none of it shows in git', async () => {
      repo.write('deps/lib.txt', 'lib');
      const made = await workspace.create(
        spec('app-1', {
          copies: ['deps'],
          files: { '.agent/rules [1].md': 'Be nice.' },
          postCreate: ['cat deps/lib.txt > made.log', 'echo two >> made.log'],
        }),
      );
      expect(readFileSync(join(made.path, '.agent/rules [1].md'), 'utf8')).toBe('Be nice.');
      expect(readFileSync(join(made.path, 'made.log'), 'utf8')).toBe('libtwo\n');
      repoAt(made.path).git('add', '-A');
      expect(repoAt(made.path).git('status', '--porcelain')).toBe('');
    });

    it.each(['copies', 'symlinks'] as const)(
      'lets nothing that is done to %s reach the original, which may be a link itself',
      async (how) => {
        repo.write('store/bin/tool', 'tool');
        symlinkSync(join(repo.path, 'store'), join(repo.path, 'deps'));
        repo.write('.env', 'A=1');
        const made = await workspace.create(
          spec('app-1', {
            [how]: ['deps', '.env', 'not-there'],
            postCreate: ['rm -r deps/bin && echo mine > deps/new && echo B=2 > .env'],
          }),
        );
        expect(readFileSync(join(made.path, 'deps/new'), 'utf8')).toBe('mine\n');
        expect(readdirSync(join(repo.path, 'store'))).toEqual(['bin']);
        expect(readFileSync(join(repo.path, 'store/bin/tool'), 'utf8')).toBe('tool');
        expect(readFileSync(join(repo.path, '.env'), 'utf8')).toBe('A=1');
        repoAt(made.path).git('add', '-A');
        expect(repoAt(made.path).git('status', '--porcelain')).toBe('');
      },
    );

    it('replaces nothing that the branch tracks by a copy', async () => {
      await expect(
        workspace.create(spec('app-1', { copies: ['README.md'] })),
      ).rejects.toMatchObject({ kind: 'rejected', code: 'AO_WORKSPACE_FILE_TRACKED' });
    });

    it.each(['../outside.md', '/tmp/outside.md', '.git/config', 'a/../../x'])(
      'refuses to place %s',
      async (file) => {
        await expect(
          workspace.create(spec('app-1', { files: { [file]: 'x' } })),
        ).rejects.toMatchObject({ kind: 'rejected', code: 'AO_WORKSPACE_PATH_OUTSIDE' });
      },
    );

    it('refuses to write over a tracked file', async () => {
      await expect(
        workspace.create(spec('app-1', { files: { 'README.md': 'mine' } })),
      ).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_WORKSPACE_FILE_TRACKED',
      });
    });

    it('shows the last output of a command that fails, and can be tried again', async () => {
      const failing = spec('app-1', {
        postCreate: ['echo begin; echo "no such package" >&2; exit 3'],
      });
      await expect(workspace.create(failing)).rejects.toMatchObject({
        kind: 'rejected',
        code: 'AO_WORKSPACE_POST_CREATE',
        message: expect.stringMatching(/exit code 3[\s\S]*no such package/),
      });
      expect(branches()).toEqual(['main']);
      await workspace.create(spec('app-1'));
    });

    it('ends a command that takes too long, and what it started', async () => {
      const pidFile = join(repo.path, '..', 'pid');
      const slow = spec('app-1', {
        postCreate: [`sleep 1000 & echo $! > '${pidFile}'; echo waiting; wait`],
        postCreateTimeoutMs: 300,
      });
      await expect(workspace.create(slow)).rejects.toMatchObject({
        kind: 'rejected',
        message: expect.stringMatching(/0\.3 s[\s\S]*waiting/),
      });
      const ended = () => {
        const stat = `/proc/${Number(readFileSync(pidFile, 'utf8'))}/stat`;
        return !existsSync(stat) || readFileSync(stat, 'utf8').split(') ')[1]?.[0] === 'Z';
      };
      await until(ended, 5_000, 'the end of what the command started');
    });

    /** Everything git and the file system know of a workspace. */
    const portrait = (path: string) => {
      const git = repoAt(path).git;
      const files = execFileSync(
        'git',
        ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        { cwd: path, encoding: 'utf8' },
      )
        .split('\0')
        .filter(Boolean);
      return {
        head: git('rev-parse', 'HEAD'),
        branch: git('branch', '--show-current'),
        index: git('ls-files', '--stage'),
        status: git('status', '--porcelain=v2', '--untracked-files=all', '-z'),
        staged: git('diff', '--cached', '--binary'),
        unstaged: git('diff', '--binary'),
        files: [...new Set(files)].sort().map((file) => {
          const at = join(path, file);
          const found = lstatSync(at, { throwIfNoEntry: false });
          if (!found) return [file, 'missing'];
          return found.isSymbolicLink()
            ? [file, 'link', readlinkSync(at)]
            : [file, (statSync(at).mode & 0o111) !== 0, readFileSync(at).toString('base64')];
        }),
      };
    };
    const makeMess = (path: string) => {
      const git = repoAt(path).git;
      writeFileSync(join(path, 'src/a.txt'), 'a1 staged\na2\na3\n');
      git('add', 'src/a.txt');
      writeFileSync(join(path, 'src/a.txt'), 'a1 staged\na2\na3 unstaged\n');
      git('mv', 'src/b.txt', 'src/renamed b.txt');
      unlinkSync(join(path, 'README.md'));
      chmodSync(join(path, 'run.sh'), 0o755);
      writeFileSync(join(path, 'staged then deleted'), 'x');
      git('add', 'staged then deleted');
      unlinkSync(join(path, 'staged then deleted'));
      writeFileSync(join(path, 'binary.bin'), Buffer.from([0, 255, 13, 10, 0, 1, 2, 27]));
      mkdirSync(join(path, 'new/deep er'), { recursive: true });
      for (const file of [
        'new/deep er/ünï 漢.txt',
        'with\nnewline',
        ' leading space',
        '"quoted"',
        '-dash',
        '*glob*',
      ])
        writeFileSync(join(path, file), `in ${file}`);
      writeFileSync(join(path, 'empty'), '');
      symlinkSync('nowhere', join(path, 'dangling'));
      writeFileSync(join(path, 'ignored.log'), 'not kept');
    };

    it('stores a snapshot without changing anything', async () => {
      const { path } = await workspace.create(spec('app-1'));
      makeMess(path);
      const before = portrait(path);
      expect(await workspace.snapshot(path, 'app-1')).toBe('refs/ao/snapshots/app-1/1');
      expect(portrait(path)).toEqual(before);
      expect(await workspace.snapshot(path, 'app-1')).toBe('refs/ao/snapshots/app-1/2');
    });

    it('removes with a snapshot, and restores everything as it was', async () => {
      const { path, baseSha } = await workspace.create(spec('app-1'));
      writeFileSync(join(path, 'committed.txt'), 'c');
      repoAt(path).git('add', '.');
      repoAt(path).git('commit', '-qm', 'work');
      makeMess(path);
      const before = portrait(path);
      const removed = await workspace.remove(removal('app-1', path, true));
      expect(removed).toEqual({ snapshotRef: 'refs/ao/snapshots/app-1/1', branchDeleted: true });
      expect(existsSync(path)).toBe(false);
      expect(branches()).toEqual(['main']);
      expect(await workspace.list(repo.path)).toEqual([]);
      expect(await workspace.state(path, 'main')).toEqual({
        exists: false,
        dirty: false,
        headSha: null,
        ahead: 0,
      });

      const restored = await workspace.restore(spec('app-1'), removed.snapshotRef ?? '');
      expect(restored).toEqual({ path, branch: 'ao/app-1', baseSha });
      expect(portrait(path)).toEqual(before);
      expect(existsSync(join(path, 'ignored.log'))).toBe(false);
      expect(await workspace.restore(spec('app-1'), removed.snapshotRef ?? '')).toEqual(restored);
    });

    it('restores to a branch that was kept, and refuses one that moved on', async () => {
      const { path } = await workspace.create(spec('app-1'));
      writeFileSync(join(path, 'x'), 'x');
      const { snapshotRef, branchDeleted } = await workspace.remove(removal('app-1', path));
      expect(branchDeleted).toBe(false);
      await workspace.restore(spec('app-1'), snapshotRef ?? '');
      expect(readFileSync(join(path, 'x'), 'utf8')).toBe('x');
      const again = await workspace.remove(removal('app-1', path));
      repo.git('checkout', '-q', 'ao/app-1');
      repo.git('commit', '-q', '--allow-empty', '-m', 'elsewhere');
      repo.git('checkout', '-q', 'main');
      await expect(workspace.restore(spec('app-1'), again.snapshotRef ?? '')).rejects.toMatchObject(
        { kind: 'rejected', code: 'AO_WORKSPACE_BRANCH_MOVED' },
      );
    });

    it.each([
      ['a branch of its own', ['switch', '-qc', 'mine'], 'mine', 'the branch mine'],
      ['no branch', ['checkout', '-q', '--detach'], '', 'no branch (a detached HEAD)'],
      ['the branch under another name', ['branch', '-m', 'renamed'], 'renamed', 'branch renamed'],
    ])('restores to %s, where the agent had gone', async (_, gone, branch, words) => {
      const { path } = await workspace.create(spec('app-1'));
      const git = repoAt(path).git;
      git(...gone);
      git('commit', '-q', '--allow-empty', '-m', 'work');
      const head = git('rev-parse', 'HEAD');
      writeFileSync(join(path, 'x'), 'x');
      expect(await workspace.state(path, 'main')).toMatchObject({
        branch: branch === '' ? null : branch,
        headSha: head,
      });
      const before = portrait(path);
      const { snapshotRef } = await workspace.remove(removal('app-1', path, true));
      const restored = await workspace.restore(spec('app-1'), snapshotRef ?? '');
      expect(portrait(path)).toEqual(before);
      expect(git('rev-parse', 'HEAD')).toBe(head);
      expect(git('branch', '--show-current')).toBe(branch);
      expect(restored).toMatchObject({
        path,
        branch: 'ao/app-1',
        notes: [expect.stringContaining(words)],
      });
      // Said again, it stays as it is.
      expect(await workspace.restore(spec('app-1'), snapshotRef ?? '')).toMatchObject({ path });
    });

    it('says when a snapshot is gone', async () => {
      await expect(
        workspace.restore(spec('app-1'), 'refs/ao/snapshots/app-1/9'),
      ).rejects.toMatchObject({ kind: 'not_found' });
    });

    it('keeps a branch that is not where the snapshot has it', async () => {
      const { path } = await workspace.create(spec('app-1'));
      repoAt(path).git('checkout', '-q', '--detach');
      expect((await workspace.remove(removal('app-1', path, true))).branchDeleted).toBe(false);
      expect(branches()).toContain('ao/app-1');
    });

    it('refuses to remove while a process works in it, naming it', async () => {
      const { path } = await workspace.create(spec('app-1'));
      mkdirSync(join(path, 'sub'));
      const child = spawn('sleep', ['1000'], { cwd: join(path, 'sub') });
      try {
        await new Promise((resolve) => child.once('spawn', resolve));
        await expect(workspace.remove(removal('app-1', path))).rejects.toMatchObject({
          kind: 'rejected',
          code: 'AO_WORKSPACE_BUSY',
          message: expect.stringMatching(new RegExp(`${child.pid}.*sleep 1000`)),
        });
        expect(existsSync(path)).toBe(true);
      } finally {
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('close', resolve));
      }
      await workspace.remove(removal('app-1', path));
    });

    it('ends what an agent left in it without a parent and a terminal, also with an environment of its own', async () => {
      const { path } = await workspace.create(spec('app-1'));
      // The shell in between ends at once, so nobody is the server's parent any more.
      execFileSync(
        'sh',
        ['-c', 'env -i setsid sleep 1000 >/dev/null 2>&1 & echo $! > server.log'],
        {
          cwd: path,
        },
      );
      await until(
        () => readFileSync(join(path, 'server.log'), 'utf8') !== '',
        10_000,
        'the server',
      );
      await workspace.remove(removal('app-1', path));
      expect(existsSync(path)).toBe(false);
    });

    it('has nothing to do for a workspace that never was, and remembers the snapshot of one removed before', async () => {
      expect(
        await workspace.remove(removal('app-7', join(repo.path, '..', 'no-such-folder'))),
      ).toEqual({ snapshotRef: null, branchDeleted: false });
      const { path } = await workspace.create(spec('app-1'));
      const first = await workspace.remove(removal('app-1', path));
      expect(await workspace.remove(removal('app-1', path, true))).toEqual({
        snapshotRef: first.snapshotRef,
        branchDeleted: true,
      });
    });

    it('shows committed, uncommitted and untracked changes against where the branch left the base', async () => {
      const { path } = await workspace.create(spec('app-1'));
      const { git, write } = repoAt(path);
      write('src/a.txt', 'a1\na2\na3\na4\n');
      git('commit', '-qam', 'four');
      write('src/b.txt', 'b1\n');
      write('new file.txt', 'n1\nn2\n');
      repo.write('README.md', 'the base moved on\n');
      repo.git('commit', '-qam', 'base');
      const before = portrait(path);
      const diff = await workspace.diff(path, 'main');
      expect(diff).toMatchObject({ files: 3, additions: 3, deletions: 4 });
      expect(diff.patch).toContain('+++ b/new file.txt');
      expect(diff.patch).not.toContain('README');
      expect(diff.stat).toContain('3 files changed');
      expect(portrait(path)).toEqual(before);
    });

    it('sees commits ahead of the base and uncommitted work', async () => {
      const { path } = await workspace.create(spec('app-1'));
      repoAt(path).git('commit', '-q', '--allow-empty', '-m', 'one');
      writeFileSync(join(path, 'untracked'), '');
      expect(await workspace.state(path, 'main')).toMatchObject({
        exists: true,
        dirty: true,
        ahead: 1,
      });
    });

    it('lists its snapshots with their age, and drops those it is told to and no other ref', async () => {
      const { path } = await workspace.create(spec('app-1'));
      harness.setTime(1_000_000_000_000);
      await workspace.snapshot(path, 'app-1');
      harness.setTime(2_000_000_000_000);
      const kept = await workspace.snapshot(path, 'app-1');
      const [old, young] = (await workspace.snapshots(repo.path)).toSorted((a, b) => a.at - b.at);
      expect(old).toMatchObject({ id: 'app-1', at: 1_000_000_000_000 });
      expect(young).toMatchObject({ id: 'app-1', ref: kept, at: 2_000_000_000_000 });
      await workspace.dropSnapshots(repo.path, [old?.ref ?? '', 'refs/heads/main']);
      expect(repo.git('for-each-ref', '--format=%(refname)', 'refs/ao')).toBe(kept);
      expect(repo.git('rev-parse', '--verify', 'refs/heads/main')).not.toBe('');
      await workspace.dropSnapshots(repo.path, [old?.ref ?? '']);
    });

    it('works in a repository whose path has blanks and other letters', async () => {
      const odd = join(repo.path, '..', 'odd ünï #{x} $HOME');
      renameSync(repo.path, odd);
      const made = await workspace.create({ ...spec('app-1'), repo: odd });
      writeFileSync(join(made.path, 'x'), 'x');
      const { snapshotRef } = await workspace.remove({
        ...removal('app-1', made.path, true),
        repo: odd,
      });
      await workspace.restore({ ...spec('app-1'), repo: odd }, snapshotRef ?? '');
      expect(readFileSync(join(made.path, 'x'), 'utf8')).toBe('x');
      rmSync(odd, { recursive: true });
    });

    it('finds nothing wrong', async () => {
      expect((await workspace.doctor(repo.path)).map(({ level }) => level)).toEqual(['ok', 'ok']);
    });
  });
}
