import { describe, expect, it } from 'vitest';
import { findExcerpt, plainText } from './excerpt.ts';

const numbered = (count: number, prefix = 'line'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);

describe('plainText', () => {
  it.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a hyperlink', '\u001b]8;;http://x\u0007text\u001b]8;;\u0007', 'text'],
    ['a redrawn line', '10%\r50%\r100% done', '100% done'],
    ['windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['bells and backspaces', 'a\u0007b\u0008c', 'abc'],
    ['tabs stay', 'a\tb', 'a\tb'],
  ])('removes %s', (_what, raw, expected) => {
    expect(plainText(raw)).toBe(expected);
  });
});

describe('findExcerpt', () => {
  it('is empty for an empty log', () => {
    expect(findExcerpt('')).toBe('');
    expect(findExcerpt('\n\n\u001b[0m\n')).toBe('');
  });

  it.each([
    ['node', '✖ failing tests:'],
    ['vitest', '⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯'],
    ['pytest', '=================== FAILURES ==================='],
    ['mocha', '  2 failing'],
    ['cargo', 'failures:'],
  ])('prefers the chapter in which %s says why to the list of tests', (_tool, heading) => {
    const log = [
      '✖ units are sorted (1.2ms)',
      ...numbered(60, 'between'),
      heading,
      'AssertionError: expected 1 to be 2',
    ].join('\n');
    expect(findExcerpt(log, { lines: 6 })).toMatch(/expected 1 to be 2$/);
  });

  it('begins at the heading of that chapter, not at the counts above it', () => {
    const log = [
      ...numbered(60, 'test'),
      '# todo 0',
      '✖ failing tests:',
      'test at a.test.ts:1',
      '✖ units are sorted',
      '  AssertionError',
    ].join('\n');
    expect(findExcerpt(log).split('\n')[0]).toBe('✖ failing tests:');
  });

  it.each([
    ['node:test', 'not ok 3 - units are sorted'],
    ['the spec reporter', '✖ units are sorted (1.2ms)'],
    ['vitest', ' FAIL  src/a.test.ts > adds'],
    ['go', '--- FAIL: TestAdd (0.00s)'],
    ['python', 'Traceback (most recent call last):'],
    ['typescript', 'src/a.ts(3,5): error TS2322: Type'],
    ['a thrown error', 'TypeError: x is not a function'],
    ['node errors with a code', 'AssertionError [ERR_ASSERTION]: Expected'],
    ['gcc', 'main.c:3:1: error: unknown type'],
    ['rust', 'error[E0308]: mismatched types'],
    ['npm', 'npm error code ELIFECYCLE'],
    ['a missing command', 'sh: 1: tsx: not found'],
    ['an exit code', 'process ended with exit code 3'],
  ])('finds the marker of %s', (_tool, marker) => {
    const log = [...numbered(100, 'before'), marker, ...numbered(100, 'after')].join('\n');
    const lines = findExcerpt(log).split('\n');
    expect(lines[4]).toBe(marker);
    expect(lines[0]).toBe('before 97');
    expect(lines).toHaveLength(40);
  });

  it('prefers a sure sign to a vague one before it', () => {
    const log = [
      'cannot find cache, going on',
      ...numbered(60),
      'not ok 1 - adds',
      'expected 2',
    ].join('\n');
    expect(findExcerpt(log)).toContain('not ok 1 - adds');
    expect(findExcerpt(log)).not.toContain('cannot find cache');
  });

  it.each([
    'ok 4 - reports errors: failed logins',
    '✔ throws an error when failed',
    '# fail 0',
    '0 errors, 0 failed',
  ])('passes over %j', (line) => {
    const log = [line, ...numbered(60), 'Error: the real one'].join('\n');
    expect(findExcerpt(log)).toContain('Error: the real one');
    expect(findExcerpt(log)).not.toContain(line);
  });

  it('gives the last lines when nothing looks like an error', () => {
    const lines = findExcerpt(numbered(100).join('\n')).split('\n');
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toBe('line 100');
  });

  it('keeps the marker within the limit of characters', () => {
    const wide = 'x'.repeat(1_000);
    const excerpt = findExcerpt(
      [wide, wide, wide, wide, 'not ok 1 - wide', ...Array.from({ length: 40 }, () => wide)].join(
        '\n',
      ),
    );
    expect(excerpt.length).toBeLessThanOrEqual(4_000);
    expect(excerpt).toContain('not ok 1 - wide');
  });

  it('cuts a single endless line', () => {
    expect(findExcerpt(`Error: ${'y'.repeat(100_000)}`).length).toBeLessThanOrEqual(400);
  });

  it('takes a log of megabytes in time that grows with it', () => {
    const log = `${'a fine line of output\n'.repeat(250_000)}not ok 1 - end`;
    expect(findExcerpt(log)).toContain('not ok 1 - end');
  });
});
