import { kindAt } from './kind.ts';

/**
 * Why a file in a place that an agent can write to was not read or written. `found` ends the sentence
 * "<path> is ..."; it is for people.
 */
export interface FileProblem {
  readonly kind:
    | 'not_a_file'
    | 'folder'
    | 'no_folder'
    | 'symlink'
    | 'outside'
    | 'no_permission'
    | 'too_large'
    | 'unreadable';
  readonly path: string;
  readonly found: string;
}

/** Gets each problem as it is met, so possibly the same one many times. Never throws. */
export type Tell = (problem: FileProblem) => void;

/** For readers that another one follows on the same file, and reports what both met. */
export const untold: Tell = () => undefined;

/** A problem where nothing can be done without the file. */
export class FileRefused extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(sentenceOf(problem));
    this.name = 'FileRefused';
    this.problem = problem;
  }
}

/** What was found, where, and what to do. */
export function sentenceOf({ kind, path, found }: FileProblem): string {
  const what = `${path} is ${found}`;
  switch (kind) {
    case 'not_a_file':
    case 'folder':
    case 'symlink':
      return `${what}; ao reads regular files only there. Remove it or put the file back.`;
    case 'outside':
      return `${what}, so ao does not read it. Look at what names it.`;
    case 'no_folder':
      return `${what}. Put the folder back.`;
    case 'no_permission':
      return `${what}. Give ao's user the right to read and write it.`;
    case 'too_large':
      return `${what}. Look at what writes there, and shorten or remove it.`;
    case 'unreadable':
      return `${what}. Look at it, and remove it or put the file back.`;
  }
}

/** The system's error as a problem; null when there is no such file. */
export function problemOf(path: string, error: unknown): FileProblem | null {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  switch (code) {
    case 'ENOENT':
      return null;
    case 'ENOTDIR':
      return { kind: 'no_folder', path, found: 'below something that is not a folder' };
    case 'ELOOP':
      return { kind: 'symlink', path, found: isLink(path) ? 'a symbolic link' : LOOP };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'no_permission', path, found: 'not accessible to ao (no permission)' };
    case 'EISDIR':
      return { kind: 'folder', path, found: 'a folder' };
    case 'ENXIO':
    case 'ENODEV':
      return { kind: 'not_a_file', path, found: kindNow(path) };
    default:
      return { kind: 'unreadable', path, found: `not readable (${code || String(error)})` };
  }
}

const LOOP = 'behind a loop of symbolic links';

const isLink = (path: string): boolean => kindNow(path) === 'a symbolic link';

function kindNow(path: string): string {
  try {
    const kind = kindAt(path);
    return kind === 'none' ? 'not a regular file' : kind;
  } catch {
    // Its folder can't be searched.
    return 'not a regular file';
  }
}
