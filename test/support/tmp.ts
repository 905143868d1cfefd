import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromTemplate } from './template-folder.ts';

export interface TempDir {
  readonly path: string;
  remove(): void;
}

/** A fresh folder below the system's temporary one; the path is real (no symlinks in it). */
export function tempDir(prefix = 'ao-test-'): TempDir {
  const path = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

export interface Repo {
  readonly path: string;
  /** Runs git in the repository and returns what it printed, without the last newline. Throws when it fails. */
  git(...args: string[]): string;
  /** Writes a file below the repository, folders included. */
  write(file: string, content: string | Uint8Array): void;
}

/** Environment for git in tests: nobody's own configuration, a fixed author. */
export const gitEnv = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
});

/** Handle for a repository, existing or not, at `path`. */
export function repoAt(path: string): Repo {
  return {
    path,
    git: (...args) =>
      // Without housekeeping of git's own, a process after each commit.
      execFileSync('git', ['-c', 'maintenance.auto=false', ...args], {
        cwd: path,
        env: gitEnv(),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 1 << 28,
      }).replace(/\n$/, ''),
    write(file, content) {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    },
  };
}

/**
 * A git repository on branch `main` with one commit of `files` (none: no commit) in the new folder `<in>/<name>`.
 * The caller owns and removes the folder.
 */
export function makeRepo(options: {
  in: string;
  name?: string;
  files?: Readonly<Record<string, string>>;
  commit?: boolean;
}): Repo {
  const repo = repoAt(join(options.in, options.name ?? 'repo'));
  const files = options.files ?? { 'README.md': 'hello\n' };
  const commit = options.commit ?? true;
  fromTemplate(`repo ${commit} ${JSON.stringify(files)}`, repo.path, (folder) => {
    const template = repoAt(folder);
    template.git('init', '-q', '-b', 'main');
    for (const [file, content] of Object.entries(files)) template.write(file, content);
    if (!commit) return;
    template.git('add', '-A');
    template.git('commit', '-q', '--allow-empty', '-m', 'first');
  });
  return repo;
}
