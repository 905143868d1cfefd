import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A real repository for tests, on branch `main` with one commit. */
export interface GitRepository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Commits files on a branch without touching the main checkout (in a worktree of its own); makes the branch when there is none. */
  commit(branch: string, files: Readonly<Record<string, string | null>>, message?: string): string;
  write(files: Readonly<Record<string, string>>): void;
}

export function makeRepository(folder: string, files: Readonly<Record<string, string>> = { 'README.md': 'hello\n' }): GitRepository {
  const path = join(folder, 'repo é ü');
  mkdirSync(path, { recursive: true });
  const env = { PATH: process.env.PATH ?? '', HOME: folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
  const at = (cwd: string, args: readonly string[]): string =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const put = (root: string, content: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(content)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  };
  at(path, ['-c', 'init.defaultBranch=main', 'init', '-q']);
  at(path, ['config', 'user.name', 'Test Person']);
  at(path, ['config', 'user.email', 'person@test']);
  put(path, files);
  at(path, ['add', '-A']);
  at(path, ['commit', '-qm', 'first']);
  let number = 0;
  return {
    path,
    git: (...args) => at(path, args),
    write: (content) => put(path, content),
    commit(branch, content, message = `change ${Object.keys(content).join(', ')}`) {
      number += 1;
      const tree = join(folder, 'trees', String(number));
      const exists = at(path, ['branch', '--list', branch]) !== '';
      if (branch === 'main') {
        put(path, content as Record<string, string>);
        at(path, ['add', '-A']);
        at(path, ['commit', '-qm', message]);
        return at(path, ['rev-parse', 'HEAD']);
      }
      at(path, exists ? ['worktree', 'add', '-q', tree, branch] : ['worktree', 'add', '-q', '-b', branch, tree, 'main']);
      const removed = Object.keys(content).filter((name) => content[name] === null);
      put(tree, Object.fromEntries(Object.entries(content).filter((entry): entry is [string, string] => entry[1] !== null)));
      if (removed.length > 0) at(tree, ['rm', '-q', ...removed]);
      at(tree, ['add', '-A']);
      at(tree, ['-c', 'user.name=Agent', '-c', 'user.email=agent@test', 'commit', '-qm', message]);
      const sha = at(tree, ['rev-parse', 'HEAD']);
      at(path, ['worktree', 'remove', '--force', tree]);
      return sha;
    },
  };
}
