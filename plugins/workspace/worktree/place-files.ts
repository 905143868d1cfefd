import { lstat, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { rejected } from '../../../src/slots/errors.ts';
import type { Logger } from '../../../src/slots/plugin.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';

/** Links and untracked files of the spec. Call `excludePaths` first, so that no commit can catch them. */
export async function placeFiles(spec: WorkspaceSpec, path: string, logger: Logger): Promise<void> {
  for (const link of spec.symlinks) await placeLink(spec.repo, path, link, logger);
  for (const [file, content] of Object.entries(spec.files)) await placeFile(path, file, content);
}

async function placeLink(repo: string, path: string, link: string, logger: Logger): Promise<void> {
  const source = join(repo, inside(link));
  const target = join(path, inside(link));
  if (!(await lstat(source).catch(() => null)))
    return logger.warn(
      { source },
      'not linked into the workspace: it does not exist in the repository',
    );
  const present = await lstat(target).catch(() => null);
  if (
    present?.isSymbolicLink() &&
    (await realpath(target).catch(() => null)) === (await realpath(source))
  )
    return;
  if (present)
    throw rejected(
      'AO_WORKSPACE_FILE_TRACKED',
      `"${link}" can't be linked into the workspace: the repository tracks a file or folder there. Take it out of the project's symlinks.`,
    );
  await makeParent(path, target);
  await symlink(source, target);
}

async function placeFile(path: string, file: string, content: string): Promise<void> {
  const target = join(path, inside(file));
  const present = await lstat(target).catch(() => null);
  if (present && !(present.isFile() && (await readFile(target, 'utf8')) === content)) {
    throw rejected(
      'AO_WORKSPACE_FILE_TRACKED',
      `"${file}" is already in the repository, and writing ao's own text to it would end in a commit. Remove it there or configure another name.`,
    );
  }
  await makeParent(path, target);
  await writeFile(target, content, { mode: 0o600 });
}

/** A tracked link to a folder elsewhere must not lead out of the workspace. */
async function makeParent(path: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const parent = await realpath(dirname(target));
  const root = await realpath(path);
  if (parent !== root && !parent.startsWith(root + sep)) throw outside(target);
}

/** The path as it is below the workspace; refuses those that lead out of it or into `.git`. */
function inside(file: string): string {
  const clean = normalize(file).replace(/\/+$/, '');
  if (
    file.includes('\0') ||
    isAbsolute(clean) ||
    clean === '.' ||
    clean === '' ||
    clean.split(sep).some((part) => part === '..' || part.toLowerCase() === '.git')
  )
    throw outside(file);
  return clean;
}

const outside = (file: string) =>
  rejected(
    'AO_WORKSPACE_PATH_OUTSIDE',
    `"${file}" does not lie inside the workspace. Use a path relative to the repository, without "..".`,
  );

/** Adds the paths to `info/exclude`, which all worktrees of the repository share; once each. */
export async function excludePaths(commonDir: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const file = join(commonDir, 'info', 'exclude');
  const before = await readFile(file, 'utf8').catch(() => '');
  const known = new Set(before.split('\n'));
  const missing = paths
    .map((path) => excludePattern(inside(path)))
    .filter((pattern) => !known.has(pattern));
  if (missing.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`,
  );
}

/** gitignore syntax, anchored; special characters and trailing blanks taken literally. */
const excludePattern = (path: string): string =>
  `/${path.replace(/[\\*?[\]]/g, '\\$&').replace(/ +$/, (blanks) => '\\ '.repeat(blanks.length))}`;
