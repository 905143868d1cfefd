import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { type TempDir, tempDir } from '../../../test/support/tmp.ts';
import { until } from '../../../test/support/until.ts';
import { type TakeOver, takeOver } from './take-over.ts';

let temp: TempDir;
beforeEach(() => {
  temp = tempDir();
  mkdirSync(join(temp.path, 'original'));
  writeFileSync(join(temp.path, 'original/a'), 'a');
});
afterEach(() => temp.remove());

const take = (more: Partial<TakeOver> = {}) =>
  takeOver({
    from: join(temp.path, 'original'),
    to: join(temp.path, 'copy'),
    how: 'copy',
    env: { PATH: process.env.PATH ?? '' },
    timeoutMs: 10_000,
    clock: systemClock,
    ...more,
  });

/** `cp` that does half of it. */
const withCp = (script: string): TakeOver['env'] => {
  mkdirSync(join(temp.path, 'bin'));
  writeFileSync(join(temp.path, 'bin/cp'), `#!/bin/sh\nfor to; do :; done\n${script}\n`, {
    mode: 0o755,
  });
  return { PATH: `${join(temp.path, 'bin')}:${process.env.PATH}` };
};

test.each(['copy', 'link'] as const)('what ao may write is copied (%s)', async (how) => {
  expect(await take({ how })).toEqual({ type: 'copied' });
  expect(lstatSync(join(temp.path, 'copy')).isDirectory()).toBe(true);
  expect(readFileSync(join(temp.path, 'copy/a'), 'utf8')).toBe('a');
});

test('what nobody may write is linked, where a link is wanted', async () => {
  // Mounted for reading only; a user that isn't root may not write it either.
  const from = '/proc/sys/kernel/ostype';
  expect(await take({ from, how: 'link' })).toEqual({ type: 'linked' });
  expect(lstatSync(join(temp.path, 'copy')).isSymbolicLink()).toBe(true);
});

test('what is not there, or a link to nothing, is missing', async () => {
  expect(await take({ from: join(temp.path, 'none') })).toEqual({ type: 'missing' });
});

test('a copy that fails leaves nothing, and tells why in the words of cp', async () => {
  const env = withCp('mkdir "$to"; echo "cp: No space left on device" >&2; exit 1');
  expect(await take({ env })).toEqual({ type: 'failed', reason: 'cp: No space left on device' });
  expect(readdirSync(temp.path).sort()).toEqual(['bin', 'original']);
});

test('a copy that hangs (a network file system that is away) is ended in time', async () => {
  const pid = join(temp.path, 'pid');
  const env = withCp(`mkdir "$to"; echo $$ > '${pid}.new'; mv '${pid}.new' '${pid}'; sleep 1000`);
  const due: Array<() => void> = [];
  const clock = {
    now: () => 0,
    after: (_ms: number, call: () => void) => {
      due.push(call);
      return { cancel() {} };
    },
  };
  const taken = take({ env, clock, timeoutMs: 60_000 });
  await until(() => existsSync(pid), { what: 'the copy to begin' });
  for (const call of due) call();
  expect(await taken).toEqual({ type: 'failed', reason: 'it did not end within 60 s' });
  expect(existsSync(join(temp.path, 'copy'))).toBe(false);
});

test('what a killed try left half-copied is not taken for the copy', async () => {
  mkdirSync(join(temp.path, 'copy.ao-copying'));
  writeFileSync(join(temp.path, 'copy.ao-copying/half'), '');
  expect(await take()).toEqual({ type: 'copied' });
  expect(readdirSync(join(temp.path, 'copy'))).toEqual(['a']);
});
