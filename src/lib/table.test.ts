import { expect, test } from 'vitest';
import { plainLine, plainText } from './plain-text.ts';
import { displayWidth, formatTable, truncate } from './table.ts';

test.each([
  ['abc', 3],
  ['🔴', 2],
  ['⏸', 1],
  ['✋ x', 4],
  ['日本', 4],
  ['e\u0301', 1],
  ['\u001b[31mred\u001b[39m', 3],
  ['−', 1],
])('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('only the last column is cut', () => {
  expect(
    formatTable(
      [
        ['a', 'long text that goes on'],
        ['bbb', 'x'],
      ],
      16,
    ),
  ).toBe('a    long text…\nbbb  x');
  expect(truncate('日本語', 5)).toBe('日本…');
});

test.each([
  ['a\u001b[2Kb', 'ab'],
  ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'link'],
  ['a\u0000\u0008b', 'ab'],
  ['a\u202eb\u200bc', 'abc'],
  ['tab\there', 'tab\there'],
  ['\u009b31mx', 'x'],
])('%j is shown as %j', (text, expected) => {
  expect(plainText(text)).toBe(expected);
});

test('a line is one line', () => {
  expect(plainLine(' a\r\n\tb  c ')).toBe('a b c');
});
