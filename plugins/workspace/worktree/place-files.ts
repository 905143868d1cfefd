import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { sentenceOf } from '../../../src/lib/guarded/problem.ts';
import { readGuarded, readText } from '../../../src/lib/guarded/read.ts';
import { replaceFile } from '../../../src/lib/guarded/write.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';
import { type TakeOver, takeOver } from '../../shared/checkout/take-over.ts';

/** Copies, links and untracked files of the spec. Call `excludePaths` first, so that no commit can catch them. */
export async function placeFiles(
  git: Git,
  spec: WorkspaceSpec,
  path: string,
  { env, clock, logger }: Pick<PluginContext, 'env' | 'clock' | 'logger'>,
): Promise<void> {
  const place = async (name: string, how: TakeOver['how']): Promise<void> => {
    const from = join(spec.repo, inside(name));
    const to = join(path, inside(name));
    if (await isThere(git, path, to, name)) return;
    await makeParent(path, to);
    const timeoutMs = spec.postCreateTimeoutMs;
    const taken = await takeOver({ from, to, how, env, clock, timeoutMs });
    if (taken.type === 'missing')
      logger.warn(
        { source: from },
        'not taken over into the workspace: it does not exist in the repository',
      );
    if (taken.type === 'failed') throw notTaken(spec, name, taken.reason);
  };
  for (const name of spec.copies) await place(name, 'copy');
  for (const name of spec.symlinks) await place(name, 'link');
  for (const [file, content] of Object.entries(spec.files)) await placeFile(path, file, content);
}

/** A former try may have put it there; what git tracks is the branch's own and is not replaced. */
async function isThere(git: Git, path: string, to: string, name: string): Promise<boolean> {
  if (!(await lstat(to).catch(() => null))) return false;
  const tracked = await git(path, ['ls-files', '--', `:(literal)${inside(name)}`]);
  if (tracked === '') return true;
  throw rejected(
    'AO_WORKSPACE_FILE_TRACKED',
    `"${name}" can't be taken over into the workspace: the repository tracks a file or folder there. Take it out of the project's copies and symlinks.`,
  );
}

const notTaken = (spec: WorkspaceSpec, name: string, reason: string): Error =>
  (/no space left/i.test(reason) ? transient : rejected)(
    'AO_WORKSPACE_COPY',
    `"${name}" could not be copied into the workspace of ${spec.id}: ${reason}. Let postCreate make it instead (a package manager's store shares it between worktrees), or raise postCreateTimeout.`,
  );

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
