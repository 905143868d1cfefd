import { expect, test } from 'vitest';
import { threatsIn } from './lib/threats.ts';

test('a label becomes a row with the name of the test below it', () => {
  const text = `
// threat: an agent does a thing | it is refused
test('refuses the thing', () => {});

  // threat: a page | no
  it.each(KINDS)(
    'a %s is named',
    async (kind) => {},
  );
`;
  expect(threatsIn(text, 'a.test.ts')).toEqual([
    {
      threat: 'an agent does a thing',
      answer: 'it is refused',
      test: 'refuses the thing',
      file: 'a.test.ts',
    },
    { threat: 'a page', answer: 'no', test: 'a %s is named', file: 'a.test.ts' },
  ]);
});

test('a label without a test is an error', () => {
  expect(() => threatsIn('// threat: a | b\n\nconst x = 1;\n', 'a.test.ts')).toThrow('a.test.ts:1');
});
