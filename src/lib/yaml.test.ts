import { expect, test } from 'vitest';
import { readYaml, yamlValue } from './yaml.ts';

const problemsOf = (text: string): readonly string[] =>
  readYaml(text).problems.map(({ message, offset }) => `${offset}: ${message}`);

test('a text in order becomes its value, aliases filled in', () => {
  const { document, problems } = readYaml('a: &one [1, 2]\nb: *one\nc: { d: null }\n');
  expect(problems).toEqual([]);
  expect(yamlValue(document)).toEqual({ a: [1, 2], b: [1, 2], c: { d: null } });
});

test.each([
  [
    'two problems of syntax',
    'a: 1\na: 2\nb: [',
    [
      '5: Map keys must be unique',
      '14: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
  [
    'an alias without its anchor',
    'a: *b\n',
    ["3: *b refers to &b, which isn't defined before it. Text that begins with * needs quotes"],
  ],
  [
    'an anchor that comes too late',
    'a: *b\nb: &b 1\n',
    ["3: *b refers to &b, which isn't defined before it. Text that begins with * needs quotes"],
  ],
  [
    'an alias as a key',
    '? *b\n: 1\n',
    ["2: *b refers to &b, which isn't defined before it. Text that begins with * needs quotes"],
  ],
  ['an alias inside of itself', 'a: &a { b: [*a] }\n', ['12: *a is inside what it refers to']],
  [
    'a template that was not filled in',
    'title: {{ name }}\n',
    ['8: a key is text, not a list or a map. Text that begins with { or [ needs quotes'],
  ],
  [
    'a list as a key, by its alias',
    'a: &a [1]\n? *a\n: 1\n',
    ['12: a key is text, not a list or a map. Text that begins with { or [ needs quotes'],
  ],
])('%s is a problem with its place', (_, text, expected) => {
  expect(problemsOf(text)).toEqual(expected);
});

test('what would grow beyond all bounds is a problem', () => {
  const levels = Array.from(
    { length: 8 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
  );
  expect(problemsOf(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
    expect.stringContaining('Excessive alias count'),
  ]);
});

test.each([
  '['.repeat(5_000),
  '{a: '.repeat(5_000),
  '- '.repeat(5_000),
  Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
])('nesting without end is a problem, not a crash', (text) => {
  expect(problemsOf(text)).not.toEqual([]);
});
