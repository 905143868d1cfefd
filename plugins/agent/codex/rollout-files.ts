import { basename, join } from 'node:path';
import type { Millis } from '../../../src/domain/session/time.ts';
import { type Tell, untold } from '../../../src/lib/guarded/problem.ts';
import { listFolder } from '../../../src/lib/guarded/read.ts';
import { readFirstJsonLine } from '../../../src/lib/jsonl-tail.ts';
import { rolloutSchema } from './schema.ts';

const DAY = 24 * 3_600_000;
/** Rollouts begin shortly after their launch; clocks of file names count whole seconds. */
const CLOCK_SLACK = 2000;
const DATE_PART = /^\d{2,4}$/;

/** All rollouts are in it. */
export const rolloutsIn = (home: string): string => join(home, 'sessions');

/** Where rollouts begun at `at` are, by this machine's calendar. */
export function dayFolder(home: string, at: Millis): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return join(
    home,
    'sessions',
    String(date.getFullYear()),
    two(date.getMonth() + 1),
    two(date.getDate()),
  );
}

/** The rollout of a thread wherever it is; null when there is none. Looks through all days. */
export function findRollout(home: string, thread: string): string | null {
  return rolloutsBelow(rolloutsIn(home), 3).find((path) => isOf(path, thread)) ?? null;
}

/** The rollout of a thread that began since `since`; null when there is none yet. */
export function findNewRollout(
  home: string,
  thread: string,
  since: Millis,
  now: Millis,
): string | null {
  return recentRollouts(home, since, now).find((path) => isOf(path, thread)) ?? null;
}

/**
 * The newest rollout begun in `cwd` since `since`: for a thread whose first hook nobody heard. Paths of others' rollouts
 * are added to `foreign` and not opened again.
 */
export function findRolloutOf(
  home: string,
  cwd: string,
  since: Millis,
  now: Millis,
  foreign: Set<string>,
  tell: Tell,
): { path: string; thread: string } | null {
  for (const path of recentRollouts(home, since, now).toSorted((a, b) =>
    basename(b).localeCompare(basename(a)),
  )) {
    if (foreign.has(path)) continue;
    const first = readFirstJsonLine(path, tell, { inside: rolloutsIn(home) });
    // Its first line is still being written.
    if (first === null) continue;
    const meta = rolloutSchema.safeParse(first).data;
    if (
      meta?.type === 'session_meta' &&
      meta.payload.parent_thread_id == null &&
      meta.payload.cwd === cwd &&
      Date.parse(meta.timestamp) >= since - CLOCK_SLACK
    )
      return { path, thread: meta.payload.id };
    foreign.add(path);
  }
  return null;
}

/** The rollout is a sub-agent's: a conversation inside another. */
export function isSubagents(home: string, path: string, tell: Tell): boolean {
  const first = readFirstJsonLine(path, tell, { inside: rolloutsIn(home) });
  const meta = rolloutSchema.safeParse(first).data;
  return meta?.type === 'session_meta' && meta.payload.parent_thread_id != null;
}

const isOf = (path: string, thread: string): boolean => path.endsWith(`-${thread}.jsonl`);

/** Of the days from `since` to `now`, a day more on both sides for programs in another time zone. */
function recentRollouts(home: string, since: Millis, now: Millis): readonly string[] {
  const folders = new Set<string>();
  for (let day = since - DAY; day <= now + DAY; day += DAY) folders.add(dayFolder(home, day));
  folders.add(dayFolder(home, now + DAY));
  return [...folders].flatMap((folder) => rolloutsBelow(folder));
}

/** `levels` of folders: years, months and days lie between `sessions` and its rollouts. */
function rolloutsBelow(folder: string, levels = 0): readonly string[] {
  // What is no folder has no rollouts; the rollout that is looked for is then missing, which is told by what comes of that.
  return listFolder(folder, untold).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('rollout-') && name.endsWith('.jsonl')) return [path];
    return levels > 0 && DATE_PART.test(name) ? rolloutsBelow(path, levels - 1) : [];
  });
}
