import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { until } from '../../../test/support/until.ts';
import { failureOf, type ProcessSpec, runProcess } from './run-process.ts';

const ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin' };

const sh = (line: string, more: Partial<ProcessSpec> = {}) =>
  runProcess({
    bin: '/bin/sh',
    args: ['-c', line],
    cwd: '/',
    env: ENV,
    timeoutMs: 20_000,
    ...more,
  });

const isGone = (pid: number): boolean => {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

const pidsIn = (file: string): readonly number[] =>
  readFileSync(file, 'utf8').trim().split(/\s+/).map(Number);

// threat: a program that ao runs never ends, ignores SIGTERM and forks | the whole process group is ended
test('the time limit ends a program that ignores SIGTERM, and what it forked', async () => {
  const pids = join(tempDir(), 'pids');
  const end = await sh(
    `trap '' TERM; sleep 1000 & echo $! $$ > '${pids}'; while :; do sleep 1000; done`,
    { timeoutMs: 300 },
  );
  expect(end).toEqual({ type: 'timed_out' });
  expect(pidsIn(pids)).toHaveLength(2);
  await until(() => pidsIn(pids).every(isGone), { what: 'the whole group to end' });
});

test('a child that ignores SIGTERM ends with a parent that obeys it', async () => {
  const pids = join(tempDir(), 'pids');
  const end = await sh(`(trap '' TERM; while :; do sleep 1000; done) & echo $! > '${pids}'; wait`, {
    timeoutMs: 300,
  });
  expect(end).toEqual({ type: 'timed_out' });
  await until(() => pidsIn(pids).every(isGone), { what: 'the child to end' });
});

test('a process that left the group and holds the pipes holds up nobody', async () => {
  const pids = join(tempDir(), 'pids');
  const end = await sh(`setsid sleep 1000 & echo $! > '${pids}'; echo done`);
  expect(end).toMatchObject({ type: 'exited', code: 0, stdout: 'done\n' });
  for (const pid of pidsIn(pids)) process.kill(pid, 'SIGKILL');
});

test('whoever takes the output gets all of it, and nothing is kept', async () => {
  let size = 0;
  const end = await sh('yes | head -c 5000000; echo end >&2', {
    onOutput: (chunk) => (size += chunk.length),
  });
  expect(size).toBe(5_000_004);
  expect(end).toEqual({ type: 'exited', code: 0, stdout: '', stderr: '' });
});

test('more output than is kept ends the program', async () => {
  expect(await sh('exec yes', { maxBytes: 10_000 })).toEqual({ type: 'too_much' });
});

test('the environment is the given one alone', async () => {
  process.env.AO_TEST_LEAK = 'seen';
  const end = await sh('echo "<$AO_TEST_LEAK>"');
  delete process.env.AO_TEST_LEAK;
  expect(end).toMatchObject({ stdout: '<>\n' });
});

test.each([
  ['exit 0', null],
  ['exit 3', 'exit code 3'],
  ['echo "no such thing" >&2; echo more >&2; exit 1', 'no such thing'],
  ['kill -KILL $$', 'ended by SIGKILL'],
])('%s: %s', async (line, words) => {
  expect(failureOf(await sh(line), 20_000)).toBe(words);
});

test('a program that is not there', async () => {
  const end = await sh('', { bin: '/nowhere/program' });
  expect(failureOf(end, 1_000)).toBe('it is not installed');
});
