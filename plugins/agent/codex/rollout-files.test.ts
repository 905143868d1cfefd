import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { dayFolder, findNewRollout, findRollout, findRolloutOf } from './rollout-files.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const DAY = 24 * 3_600_000;

function rollout(home: string, at: number, thread: string, line: string): string {
  const folder = dayFolder(home, at);
  mkdirSync(folder, { recursive: true });
  const path = join(
    folder,
    `rollout-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}-${thread}.jsonl`,
  );
  writeFileSync(path, line);
  return path;
}
const meta = (at: number, id: string, cwd: string): string =>
  `${JSON.stringify({ timestamp: new Date(at).toISOString(), type: 'session_meta', payload: { id, cwd } })}\n`;

test('finds the newest rollout of a folder, and none from before the launch', () => {
  const home = tempDir();
  rollout(home, NOW - 10_000, 'old', meta(NOW - 10_000, 'old', '/w'));
  rollout(home, NOW + 3000, 'other', meta(NOW + 3000, 'other', '/elsewhere'));
  expect(findRolloutOf(home, '/w', NOW, NOW + 5000, new Set(), untold)).toBeNull();
  const mine = rollout(home, NOW + 2000, 'mine', meta(NOW + 2000, 'mine', '/w'));
  expect(findRolloutOf(home, '/w', NOW, NOW + 5000, new Set(), untold)).toEqual({
    path: mine,
    thread: 'mine',
  });
});

test('a rollout of somebody else is opened once; one whose first line is not complete is opened again', () => {
  const home = tempDir();
  const other = rollout(home, NOW, 'other', meta(NOW, 'other', '/elsewhere'));
  const line = meta(NOW, 'mine', '/w');
  const mine = rollout(home, NOW, 'mine', line.slice(0, 20));
  const foreign = new Set<string>();
  expect(findRolloutOf(home, '/w', NOW, NOW, foreign, untold)).toBeNull();
  expect([...foreign]).toEqual([other]);
  writeFileSync(other, meta(NOW, 'other', '/w'));
  appendFileSync(mine, line.slice(20));
  expect(findRolloutOf(home, '/w', NOW, NOW, foreign, untold)?.thread).toBe('mine');
});

test('a thread begun weeks ago is found among all days, a new one in those since its launch', () => {
  const home = tempDir();
  const old = rollout(home, NOW - 40 * DAY, 'long-ago', '');
  const fresh = rollout(home, NOW + DAY, 'fresh', '');
  expect(findRollout(home, 'long-ago')).toBe(old);
  expect(findNewRollout(home, 'long-ago', NOW, NOW + DAY)).toBeNull();
  expect(findNewRollout(home, 'fresh', NOW, NOW + DAY)).toBe(fresh);
});
