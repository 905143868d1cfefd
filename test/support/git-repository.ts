import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openBranchRefs } from '../../src/lib/branch-refs.ts';
import { addCommit, checkedOut } from './git-files.ts';
import { fromTemplate } from './template-folder.ts';

/** A real repository for tests, on branch `main` with one commit. */
export interface GitRepository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Commits files on a branch without touching any checkout (main: in the main one); makes the branch when there is none. Null removes a file. */
  commit(branch: string, files: Readonly<Record<string, string | null>>, message?: string): string;
  write(files: Readonly<Record<string, string>>): void;
  /** As `git remote add`. */
  addRemote(name: string, url: string): void;
}

/** 2026-01-01: the same commits on the same ones are the same in each test, and what holds between them is asked of git once. */
const FIRST_COMMIT = Date.UTC(2026, 0, 1);
/** git starts no housekeeping of its own after a commit. */
const NO_CHORES = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0'];

export function makeRepository(
  folder: string,
  files: Readonly<Record<string, string>> = { 'README.md': 'hello\n' },
): GitRepository {
  const path = join(folder, 'repo é ü');
  const env = { PATH: process.env.PATH ?? '', HOME: folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
  const at = (cwd: string, args: readonly string[], input = ''): string =>
    execFileSync('git', [...NO_CHORES, ...args], {
      cwd,
      env,
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  const put = (root: string, content: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(content)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  };
  fromTemplate(`repository ${JSON.stringify(files)}`, path, (template) => {
    at(template, ['-c', 'init.defaultBranch=main', 'init', '-q']);
    at(template, ['config', 'user.name', 'Test Person']);
    at(template, ['config', 'user.email', 'person@test']);
    put(template, files);
    at(template, ['add', '-A']);
    at(template, ['commit', '-qm', 'first']);
  });
  let commits = 0;
  return {
    path,
    git: (...args) => at(path, args),
    write: (content) => put(path, content),
    addRemote: (name, url) =>
      appendFileSync(
        join(path, '.git', 'config'),
        `[remote "${name}"]\n\turl = "${url.replaceAll(/["\\]/g, '\\$&')}"\n\tfetch = +refs/heads/*:refs/remotes/${name}/*\n`,
      ),
    commit(branch, content, message = `change ${Object.keys(content).join(', ')}`) {
      if (branch === 'main') {
        put(path, content as Record<string, string>);
        at(path, ['add', '-A']);
        at(path, ['commit', '-qm', message]);
        return checkedOut(path).head;
      }
      const from = openBranchRefs(path).head(branch) === null ? 'main' : branch;
      commits += 1;
      return addCommit(path, { branch, from, content, message }, FIRST_COMMIT + commits * 1_000);
    },
  };
}

/** The bare repository behind a fake host, which takes pushes; with what `makeRepository` makes when it gets no files. */
export function hostRepository(repository: GitRepository, bare: string): void {
  fromTemplate('hosted', bare, (template) => {
    repository.git('clone', '-q', '--bare', '.', template);
    repository.git('-C', template, 'config', 'http.receivepack', 'true');
  });
}
