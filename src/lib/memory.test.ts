import { expect, test } from 'vitest';
import { readMemory } from './memory.ts';

const files =
  (content: Readonly<Record<string, string>>) =>
  (file: string): string | null =>
    content[file] ?? null;
const MEMINFO =
  'MemTotal:       16000000 kB\nMemFree:          500000 kB\nMemAvailable:    8000000 kB\n';
const PSI =
  'some avg10=12.50 avg60=3.00 avg300=1.00 total=1\nfull avg10=1.00 avg60=0.00 avg300=0.00 total=1\n';

test('what the kernel calls available, and the pressure on it', () => {
  expect(readMemory(files({ '/proc/meminfo': MEMINFO, '/proc/pressure/memory': PSI }))).toEqual({
    available: 8_000_000 * 1024,
    pressure: 12.5,
  });
});

test('a container has no more than its limit leaves, what is only cached included', () => {
  const container = {
    '/proc/meminfo': MEMINFO,
    '/sys/fs/cgroup/memory.max': '4000000000\n',
    '/sys/fs/cgroup/memory.current': '3500000000\n',
    '/sys/fs/cgroup/memory.stat': 'anon 1\ninactive_file 500000000\n',
  };
  expect(readMemory(files(container))).toEqual({ available: 1_000_000_000, pressure: null });
  expect(readMemory(files({ ...container, '/sys/fs/cgroup/memory.max': 'max\n' }))?.available).toBe(
    8_000_000 * 1024,
  );
});

test('this machine can be asked', () => {
  const memory = readMemory();
  if (process.platform === 'linux') expect(memory?.available).toBeGreaterThan(0);
});
