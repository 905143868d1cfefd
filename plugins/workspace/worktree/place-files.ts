import { lstat, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { sentenceOf } from '../../../src/lib/guarded/problem.ts';
import { readGuarded, readText } from '../../../src/lib/guarded/read.ts';
import { replaceFile } from '../../../src/lib/guarded/write.ts';
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
  await makeParent(path, target);
  const present = readGuarded(target);
  if (present.type === 'content' && present.bytes.toString('utf8') === content) return;
  if (present.type !== 'missing')
    throw rejected(
      'AO_WORKSPACE_FILE_TRACKED',
      `"${file}" is already in the repository, and writing ao's own text to it would end in a commit. Remove it there or configure another name.`,
    );
  // Exclusively: not through what somebody puts there in this moment.
  await writeFile(target, content, { mode: 0o600, flag: 'wx' });
}

/** Folder by folder: a tracked link to a folder elsewhere must not lead out of the workspace. */
async function makeParent(path: string, target: string): Promise<void> {
  let folder = path;
  for (const part of relative(path, dirname(target)).split(sep)) {
    if (part === '') continue;
    folder = join(folder, part);
    const present = await lstat(folder).catch(() => null);
    if (present === null) await mkdir(folder);
    else if (!present.isDirectory() && !(await staysInside(path, folder))) throw outside(target);
  }
}

async function staysInside(path: string, folder: string): Promise<boolean> {
  const [root, real] = await Promise.all([realpath(path), realpath(folder).catch(() => null)]);
  return real === root || (real?.startsWith(root + sep) ?? false);
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
  const before = readExcludes(file);
  const known = new Set(before.split('\n'));
  const missing = paths
    .map((path) => excludePattern(inside(path)))
    .filter((pattern) => !known.has(pattern));
  if (missing.length === 0) return;
  await mkdir(dirname(file), { recursive: true });
  replaceFile(
    file,
    `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`,
  );
}

/** Agents can write there. Without these lines a commit would catch what ao places, so it is mended first. */
function readExcludes(file: string): string {
  return (
    readText(file, (problem) => {
      throw rejected('AO_WORKSPACE_EXCLUDE', sentenceOf(problem));
    }) ?? ''
  );
}

/** gitignore syntax, anchored; special characters and trailing blanks taken literally. */
const excludePattern = (path: string): string =>
  `/${path.replace(/[\\*?[\]]/g, '\\$&').replace(/ +$/, (blanks) => '\\ '.repeat(blanks.length))}`;
