import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromTemplate } from './template-folder.ts';

/** A real repository for tests, on branch `main` with one commit. */
export interface GitRepository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Commits files on a branch without touching any checkout (main: in the main one); makes the branch when there is none. Null removes a file. */
  commit(branch: string, files: Readonly<Record<string, string | null>>, message?: string): string;
  write(files: Readonly<Record<string, string>>): void;
}

export function makeRepository(
  folder: string,
  files: Readonly<Record<string, string>> = { 'README.md': 'hello\n' },
): GitRepository {
  const path = join(folder, 'repo é ü');
  const env = { PATH: process.env.PATH ?? '', HOME: folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
  const at = (cwd: string, args: readonly string[], input = ''): string =>
    execFileSync('git', args, {
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
  return {
    path,
    git: (...args) => at(path, args),
    write: (content) => put(path, content),
    commit(branch, content, message = `change ${Object.keys(content).join(', ')}`) {
      if (branch === 'main') {
        put(path, content as Record<string, string>);
        at(path, ['add', '-A']);
        at(path, ['commit', '-qm', message]);
        return at(path, ['rev-parse', 'HEAD']);
      }
      const exists = at(path, ['branch', '--list', branch]) !== '';
      at(
        path,
        ['fast-import', '--quiet', '--date-format=now'],
        commitStream({ branch, from: exists ? branch : 'main', content, message }),
      );
      return at(path, ['rev-parse', branch]);
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

/** One commit in the language of `git fast-import`: a single process, where a worktree takes seven. */
function commitStream(commit: {
  branch: string;
  from: string;
  content: Readonly<Record<string, string | null>>;
  message: string;
}): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const changes = Object.entries(commit.content).map(([name, text]) =>
    text === null ? `D ${name}\n` : `M 100644 inline ${name}\n${data(text)}`,
  );
  return `commit refs/heads/${commit.branch}\ncommitter Agent <agent@test> now\n${data(`${commit.message}\n`)}from refs/heads/${commit.from}^0\n${changes.join('')}\n`;
}
