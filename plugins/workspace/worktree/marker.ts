import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readText, readTextOrRefuse } from '../../../src/lib/guarded/read.ts';
import { writeJsonFile } from '../../../src/lib/json-file.ts';
import { WORKTREES_MARK } from '../../../src/lib/own-places.ts';

/**
 * Kept in the worktree's own folder below `.git/worktrees`, so it comes and goes with the worktree. Tells ao's worktrees
 * from others, and finished ones from those a crash left half-made.
 */
const markerSchema = z.object({
  id: z.string(),
  branch: z.string(),
  baseSha: z.string(),
  ready: z.boolean(),
});
export type Marker = z.infer<typeof markerSchema>;

const FILE = 'ao-workspace.json';
/** Bytes; a longer `.git` file is none. */
const POINTER = 1 << 16;

/** The worktree's git folder, read from its `.git` file; null when `path` is no worktree. */
export async function gitDirOf(path: string): Promise<string | null> {
  const pointer = readText(join(path, '.git'), untold, { max: POINTER });
  const gitDir = /^gitdir: (.+)$/m.exec(pointer ?? '')?.[1] ?? null;
  return gitDir !== null && (await stat(gitDir).catch(() => null))?.isDirectory() ? gitDir : null;
}

/** From here on `ao` looks for no configuration in what is below `root`. */
export async function markWorktrees(root: string): Promise<void> {
  // Exclusively: what is there already marks it as well, and nothing is written through it.
  await writeFile(join(root, WORKTREES_MARK), '', { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
}

export async function readMarker(gitDir: string): Promise<Marker | null> {
  const text = readTextOrRefuse(join(gitDir, FILE));
  return text === null ? null : markerSchema.parse(JSON.parse(text));
}

export async function writeMarker(gitDir: string, marker: Marker): Promise<void> {
  writeJsonFile(join(gitDir, FILE), marker);
}
