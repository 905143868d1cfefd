import type { ProjectClone } from './project-clone.ts';

/** Files in which two commits conflict. No forge tells them, so the project's own clone is asked; empty when it can't say. */
export type ConflictingFiles = (pr: {
  readonly base: { readonly sha: string; readonly ref: string };
  readonly head: { readonly sha: string; readonly ref: string };
  readonly remote: string;
}) => Promise<readonly string[]>;

const MAX_KNOWN = 200;

export function createConflictingFiles(clone: ProjectClone): ConflictingFiles {
  const known = new Map<string, readonly string[]>();

  return async ({ base, head, remote }) => {
    const key = `${base.sha} ${head.sha}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (
      !(await clone.has(base.sha, remote, base.ref)) ||
      !(await clone.has(head.sha, remote, head.ref))
    )
      return [];
    const merged = await clone.git(
      'merge-tree',
      '--write-tree',
      '--name-only',
      '--no-messages',
      '-z',
      base.sha,
      head.sha,
    );
    // 1: it conflicts. The first entry is the tree.
    const files =
      merged.code === 1
        ? merged.stdout
            .split('\0')
            .slice(1)
            .filter((file) => file !== '')
        : [];
    known.set(key, files);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value ?? '');
    return files;
  };
}
