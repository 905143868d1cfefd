import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Millis } from '../../../src/domain/time.ts';
import { readJsonLines } from '../../../src/lib/jsonl-tail.ts';
import { rolloutSchema } from './schema.ts';

/** Rollouts begin shortly after their launch; clocks of file names count whole seconds. */
const CLOCK_SLACK = 2000;

/** Where rollouts begun at `at` are, by this machine's calendar. */
export function dayFolder(home: string, at: Millis): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return join(home, 'sessions', String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate()));
}

/** The rollout of a thread; null when there is none yet. */
export function findRollout(home: string, thread: string): string | null {
  return rollouts(home).find((path) => path.endsWith(`-${thread}.jsonl`)) ?? null;
}

/** The newest rollout begun in `cwd` since `since`: for a thread whose first hook nobody heard. */
export function findRolloutOf(home: string, cwd: string, since: Millis): { path: string; thread: string } | null {
  for (const path of rollouts(home).toSorted((a, b) => basename(b).localeCompare(basename(a)))) {
    const first = rolloutSchema.safeParse(readJsonLines(path, 0).entries[0]).data;
    if (first?.type !== 'session_meta') continue;
    if (Date.parse(first.timestamp) < since - CLOCK_SLACK) return null;
    if (first.payload.cwd === cwd) return { path, thread: first.payload.id };
  }
  return null;
}

function rollouts(home: string): readonly string[] {
  const folder = join(home, 'sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name).startsWith('rollout-') && name.endsWith('.jsonl'))
    .map((name) => join(folder, name));
}
