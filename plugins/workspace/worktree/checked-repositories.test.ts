import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepo, type TempDir, tempDir } from '../../../test/support/tmp.ts';
import { keepChecked } from './checked-repositories.ts';

let folder: TempDir;
let looks = 0;
const check = keepChecked(async (repo) => {
  looks += 1;
  if (repo.endsWith('bad')) throw new Error('refused');
  return looks;
});

beforeEach(() => {
  folder = tempDir();
  looks = 0;
});
afterEach(() => folder.remove());

test('what was found good is kept while the repository stays the same, whatever branches come and go', async () => {
  const repo = makeRepo({ in: folder.path });
  expect(await check(repo.path)).toBe(1);
  expect(await check(repo.path)).toBe(1);
  repo.git('branch', 'other');
  repo.write('README.md', 'changed');
  expect(await check(repo.path)).toBe(1);
});

test('a change of HEAD or configuration, or another repository in its place, is looked at', async () => {
  const repo = makeRepo({ in: folder.path });
  await check(repo.path);
  repo.git('checkout', '-q', '--detach');
  expect(await check(repo.path)).toBe(2);
  repo.git('config', 'core.bare', 'true');
  expect(await check(repo.path)).toBe(3);
  rmSync(repo.path, { recursive: true });
  makeRepo({ in: folder.path });
  expect(await check(repo.path)).toBe(4);
});

test('a refusal is never kept', async () => {
  const repo = makeRepo({ in: folder.path, name: 'bad' });
  await expect(check(repo.path)).rejects.toThrow('refused');
  await expect(check(repo.path)).rejects.toThrow('refused');
  expect(looks).toBe(2);
});
