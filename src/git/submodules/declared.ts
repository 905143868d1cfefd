import { parseEntries } from '../keys.ts';
import type { RunGit } from '../run-git.ts';

/** A submodule as a commit's `.gitmodules` has it. */
export interface Declared {
  readonly name: string;
  /** Relative to the checkout, without a trailing slash. */
  readonly path: string;
  /** As written there; relative ones begin with `./` or `../`. */
  readonly url: string;
}

/** Only names and paths that stay inside the folders they are put into. */
const isInside = (path: string): boolean =>
  path !== '' &&
  !path.startsWith('/') &&
  !path.startsWith('-') &&
  !path
    .split('/')
    .some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));

/** What `<commit>:.gitmodules` names; empty when there is none. Entries that lead out of the checkout are left out. */
export async function declaredIn(
  run: RunGit,
  cwd: string,
  commit: string,
): Promise<readonly Declared[]> {
  const read = await run(cwd, [
    'config',
    '--no-includes',
    '--blob',
    `${commit}:.gitmodules`,
    '--list',
    '-z',
  ]);
  if (!read.ok) return [];
  const found = new Map<string, { path?: string; url?: string }>();
  for (const { key, value } of parseEntries(read.stdout)) {
    const [, name, field] = /^submodule\.(.+)\.(path|url)$/s.exec(key) ?? [];
    if (name !== undefined && value !== null)
      found.set(name, { ...found.get(name), [field as 'path' | 'url']: value });
  }
  return [...found].flatMap(([name, { path, url }]) =>
    path !== undefined && url !== undefined && isInside(name) && isInside(path) && isAddress(url)
      ? [{ name, path, url }]
      : [],
  );
}

/** Neither an option of git's nor an address that names a program. */
const isAddress = (url: string): boolean => !url.startsWith('-') && !/^[\w+.-]+::/.test(url);

/** The address of a submodule; a relative one is meant beside the repository's own remote, or the repository without one. */
export function addressOf(url: string, base: string): string {
  if (!/^\.\.?\//.test(url)) return url;
  let left = base.replace(/\/+$/, '');
  let rest = url;
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('../')) {
      rest = rest.slice(3);
      // `host:path` has its first folder after the colon.
      left = left.replace(/(?:\/|(?<=:))[^/:]*$/, '');
    } else return left.endsWith(':') ? `${left}${rest}` : `${left}/${rest}`;
  }
}

/** Commits that a tree pins submodules to, by path. */
export async function pinnedIn(
  run: RunGit,
  cwd: string,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  const listed = await run(cwd, ['ls-tree', '-z', '--full-tree', commit, '--', ...paths]);
  return new Map(
    listed.stdout.split('\0').flatMap((line) => {
      const [, sha, path] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return sha === undefined || path === undefined ? [] : [[path, sha] as const];
    }),
  );
}

/** git's own reason, in one line, without the credentials an address may carry. */
export const reasonOf = (stderr: string): string =>
  (
    stderr
      .trim()
      .split('\n')
      .find((line) => /^(?:fatal|error|remote):/.test(line)) ??
    stderr.trim().split('\n').at(-1) ??
    'no message'
  )
    .replaceAll(/\/\/[^/@\s]+@/g, '//')
    .slice(0, 300);
