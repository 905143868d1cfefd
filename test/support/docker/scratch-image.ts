import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { tempDir } from '../tmp.ts';

/** What the tests' agents call. ao's own node comes with ao. */
const PROGRAMS = [
  'sh',
  'bash',
  'env',
  'cat',
  'ls',
  'sleep',
  'stty',
  'mkdir',
  'rm',
  'touch',
  'dirname',
  'readlink',
  'head',
  'tail',
  'tr',
  'grep',
  'git',
  'id',
  'ps',
  'kill',
];
const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin'];
const TREES = [
  '/usr/lib/git-core',
  '/usr/share/git-core',
  '/usr/lib/terminfo',
  '/lib/terminfo',
  '/usr/lib/locale/C.utf8',
];

/**
 * An image of this machine's own programs and the libraries they name: no registry, no download. What a path leads to by links comes along.
 */
export function importScratchImage(docker: (...args: string[]) => string, tag: string): void {
  const folder = tempDir('ao-image-');
  const root = join(folder.path, 'root');
  for (const name of [
    'tmp',
    'etc',
    'proc',
    'sys',
    'dev',
    'run',
    'usr/bin',
    'usr/sbin',
    'usr/lib',
    'usr/lib64',
  ])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  const list = join(folder.path, 'files');
  writeFileSync(list, [...filesOf(programs())].map((file) => file.slice(1)).join('\n'));
  const trees = TREES.filter(existsSync).map((tree) => realpathSync(tree).slice(1));
  const tar = join(folder.path, 'image.tar');
  execFileSync('tar', [
    '-cf',
    tar,
    '-C',
    root,
    '.',
    '-C',
    '/',
    ...new Set(trees),
    '--no-recursion',
    '-T',
    list,
  ]);
  docker('import', '--change', 'ENV PATH=/usr/local/bin:/usr/bin:/bin', tar, tag);
  folder.remove();
}

const programs = (): readonly string[] =>
  PROGRAMS.flatMap((name) => {
    const found = FOLDERS.map((folder) => join(folder, name)).find(existsSync);
    return found === undefined ? [] : [found];
  });

/** Each file, what links lead to, and the libraries that node and these programs are linked with. */
function filesOf(paths: readonly string[]): ReadonlySet<string> {
  const files = new Set<string>();
  const add = (path: string): void => {
    for (let next = path; ; ) {
      const real = join(realpathSync(dirname(next)), basename(next));
      files.add(real);
      if (!lstatSync(real).isSymbolicLink()) return;
      next = resolve(dirname(real), readlinkSync(real));
    }
  };
  for (const path of paths) add(path);
  for (const program of [...paths, process.execPath])
    for (const [, library] of libraries(program).matchAll(/(?:=> )?(\/\S+) \(/g))
      if (library !== undefined) add(library);
  return files;
}

function libraries(program: string): string {
  try {
    return execFileSync('ldd', [program], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return ''; // A script.
  }
}
