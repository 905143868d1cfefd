import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { untold } from './guarded/problem.ts';
import { readFirstJsonLine, readJsonLines } from './jsonl-tail.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ao-tail-'));
  file = join(folder, 'log.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('reads only whole lines, and each once', () => {
  writeFileSync(file, '{"n":1}\n{"n":2}\n{"n"');
  const first = readJsonLines(file, 0, untold);
  expect(first.entries).toEqual([{ n: 1 }, { n: 2 }]);
  appendFileSync(file, ':3}\n');
  expect(readJsonLines(file, first.offset, untold).entries).toEqual([{ n: 3 }]);
});

it('counts bytes, not characters, and leaves out lines that are not JSON', () => {
  writeFileSync(file, '{"t":"äöü€"}\nnot json\n{"n":2}\n');
  const { entries, offset } = readJsonLines(file, 0, untold);
  expect(entries).toEqual([{ t: 'äöü€' }, { n: 2 }]);
  expect(readJsonLines(file, offset, untold)).toEqual({ entries: [], offset, more: false });
});

it('reads a missing file as empty and a replaced one from its beginning', () => {
  expect(readJsonLines(file, 7, untold)).toEqual({ entries: [], offset: 7, more: false });
  writeFileSync(file, '{"n":1}\n');
  expect(readJsonLines(file, 5000, untold).entries).toEqual([{ n: 1 }]);
});

it('reads the first line alone, however long it is, and only when it is complete', () => {
  expect(readFirstJsonLine(file, untold)).toBeNull();
  const long = 'x'.repeat(50_000);
  writeFileSync(file, `{"t":"${long}"`);
  expect(readFirstJsonLine(file, untold)).toBeNull();
  appendFileSync(file, '}\n{"n":2}\n');
  expect(readFirstJsonLine(file, untold)).toEqual({ t: long });
});
