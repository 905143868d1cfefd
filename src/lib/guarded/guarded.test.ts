import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE, type Hostile, plant, TOLD } from '../../../test/support/hostile-files.ts';
import { type TempDir, tempDir } from '../../../test/support/tmp.ts';
import { openBranchRefs } from '../branch-refs.ts';
import { readJsonFile, saveJsonFile, writeJsonFile } from '../json-file.ts';
import { appendJsonLine, readFirstJsonLine, readJsonLines } from '../jsonl-tail.ts';
import { copyGuarded } from './copy.ts';
import { type FileProblem, FileRefused } from './problem.ts';
import { listFolder, readGuarded, readText, refuse } from './read.ts';
import { ensureFolder } from './write.ts';

let folder: TempDir;
let file: string;
let told: FileProblem[];
let undo: Array<() => void>;
const tell = (problem: FileProblem): void => void told.push(problem);
beforeEach(() => {
  folder = tempDir();
  file = join(folder.path, 'file');
  told = [];
  undo = [];
});
afterEach(() => {
  for (const one of undo) one();
  folder.remove();
});
const put = async (kind: Hostile, path = file): Promise<void> =>
  void undo.push(await plant(kind, path));

const READERS: Readonly<Record<string, (path: string) => unknown>> = {
  'a whole text': (path) => readText(path, tell),
  'a JSON file': (path) => readJsonFile(path, tell),
  'lines of JSON': (path) => readJsonLines(path, 0, tell).entries[0] ?? null,
};

describe.each(Object.entries(READERS))('%s', (_name, read) => {
  it.each(TOLD)('in place of which is a %s is told, and read as nothing', async (kind) => {
    await put(kind);
    expect(read(file)).toBeNull();
    expect(told.map(({ path }) => path)).toEqual([file]);
  });

  it('that is missing is nothing to tell', () => {
    expect(read(file)).toBeNull();
    expect(told).toEqual([]);
  });
});

describe('what is in the way', () => {
  // threat: an agent puts a pipe, socket, device, link or huge file in the place of a file that ao reads | not opened; named with its path
  it.each([
    ['pipe', 'not_a_file', 'a named pipe'],
    ['socket', 'not_a_file', 'a socket'],
    ['folder', 'folder', 'a folder'],
    ['link to a device', 'symlink', 'a symbolic link'],
    ['loop of links', 'symlink', 'a symbolic link'],
    ['huge sparse file', 'too_large', '40.0 GiB large, more than the 16.0 MiB that ao reads'],
  ] as const)('is named: %s', async (kind, problem, found) => {
    await put(kind);
    expect(readGuarded(file)).toEqual({
      type: 'problem',
      problem: { kind: problem, path: file, found },
    });
  });

  it('a first line is looked for in a part of a huge file only', async () => {
    await put('huge sparse file');
    expect(readFirstJsonLine(file, tell)).toBeNull();
  });

  it('a file reached through a link that leaves the folder is refused', () => {
    const repo = join(folder.path, 'repo');
    const away = join(folder.path, 'away');
    for (const path of [repo, away]) mkdirSync(path);
    writeFileSync(join(away, '1-x.md'), 'secret');
    symlinkSync(away, join(repo, 'issues'));
    expect(readText(join(repo, 'issues', '1-x.md'), tell, { inside: repo })).toBeNull();
    expect(told.map(({ kind }) => kind)).toEqual(['outside']);
  });
});

describe('writing', () => {
  it.each(HOSTILE)('a JSON file over a %s replaces it, and nothing else', async (kind) => {
    await put(kind);
    writeJsonFile(file, { a: 1 });
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readJsonFile(file, refuse)).toEqual({ a: 1 });
  });

  it('does not go through a link', () => {
    const target = join(folder.path, 'target');
    writeFileSync(target, 'mine');
    symlinkSync(target, file);
    writeJsonFile(file, {});
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  it('leaves nothing half-written behind, and tells when its folder is gone', () => {
    saveJsonFile(join(folder.path, 'gone', 'state.json'), {}, tell);
    expect(told).toHaveLength(1);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it.each(TOLD.filter((kind) => kind !== 'huge sparse file'))(
    'a line to a %s is refused at once',
    async (kind) => {
      await put(kind);
      expect(() => appendJsonLine(file, {})).toThrow(FileRefused);
    },
  );

  it.each(['pipe', 'socket', 'loop of links', 'link to a device'] as const)(
    'a folder in whose place is a %s is made, and that is moved aside',
    async (kind) => {
      await put(kind);
      ensureFolder(file, tell);
      expect(lstatSync(file).isDirectory()).toBe(true);
      expect(told).toHaveLength(1);
      expect(readdirSync(folder.path)).toHaveLength(2);
    },
  );
});

it.each(['pipe', 'socket', 'loop of links', 'huge sparse file'] as const)(
  'a folder in whose place is a %s has no names',
  async (kind) => {
    await put(kind);
    expect(listFolder(file, tell)).toEqual([]);
    expect(told).toHaveLength(1);
  },
);

it('a copy is made of a file only', async () => {
  await put('pipe');
  await expect(copyGuarded(file, `${file}.copy`)).rejects.toThrow('named pipe');
  writeFileSync(join(folder.path, 'index'), 'x'.repeat(5 << 20));
  expect(await copyGuarded(join(folder.path, 'index'), `${file}.copy`)).toBe(true);
  expect(lstatSync(`${file}.copy`).size).toBe(5 << 20);
});

describe('a long log', () => {
  it('is read in parts, each line once', () => {
    const line = `${JSON.stringify({ text: 'x'.repeat(1 << 20) })}\n`;
    writeFileSync(file, line.repeat(40));
    let lines = 0;
    let parts = 0;
    for (let at = 0, more = true; more; parts += 1) {
      const read = readJsonLines(file, at, tell);
      ({ offset: at, more } = read);
      lines += read.entries.length;
    }
    expect([lines, parts > 1]).toEqual([40, true]);
  });

  it('with a line that never ends is passed over in parts, and what follows is read', () => {
    writeFileSync(file, `${'x'.repeat(40 << 20)}\n{"n":1}\n`);
    const seen: unknown[] = [];
    for (let at = 0, more = true; more; ) {
      const read = readJsonLines(file, at, tell);
      ({ offset: at, more } = read);
      seen.push(...read.entries);
    }
    expect(seen).toEqual([{ n: 1 }]);
  });

  it('with more news than anybody writes is told, and read from its end', async () => {
    await put('huge sparse file');
    const { offset } = readJsonLines(file, 0, tell);
    expect(told.map(({ kind }) => kind)).toEqual(['too_large']);
    expect(offset).toBe(40 * 2 ** 30);
  });
});

describe('a branch in place of whose file', () => {
  it.each(TOLD.filter((kind) => kind !== 'folder'))('is a %s can not be read', async (kind) => {
    mkdirSync(join(folder.path, '.git', 'refs', 'heads'), { recursive: true });
    await put(kind, join(folder.path, '.git', 'refs', 'heads', 'feat'));
    expect(() => openBranchRefs(folder.path).head('feat')).toThrow(FileRefused);
  });
});
