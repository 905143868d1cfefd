import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainMarkdown } from './render-plain.ts';
import {
  ago,
  duration,
  escapeMarkdown,
  inlineCode,
  link,
  money,
  oneLine,
  ordinal,
  people,
  sentence,
  timeAhead,
  tokenCount,
} from './wording.ts';

describe('numbers and times', () => {
  it.each([
    [0, '0 s'],
    [400, '0.4 s'],
    [9940, '9.9 s'],
    [9960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [34 * 60_000, '34 min'],
    [3_600_000, '1 h'],
    [11_400_000, '3 h 10 min'],
    [100 * 3_600_000, '4 d 4 h'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('are short', () => {
    expect([999, 412_000, 999_499, 999_500, 2_000_000].map(tokenCount)).toEqual([
      '999',
      '412k',
      '999k',
      '1M',
      '2M',
    ]);
    expect([1, 2, 3, 4, 11, 12, 21, 112].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '21st',
      '112th',
    ]);
    expect([null, 0, 1.005].map(money)).toEqual(['-', '$0.00', '$1.00']);
    expect(ago(1000, 2000)).toBe('just now');
    expect(timeAhead(Date.UTC(2026, 0, 1, 17), Date.UTC(2026, 0, 1, 14, 50))).toBe(
      'in 2 h 10 min (17:00 UTC)',
    );
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(people)).toEqual([
      'nobody',
      '@a',
      '@a and @b',
      '@a, @b and @c',
    ]);
    expect(['done', 'done.', 'why?', '"lock…"'].map(sentence)).toEqual([
      'done.',
      'done.',
      'why?',
      '"lock…"',
    ]);
  });
});

describe('text by others', () => {
  it('reads the same when it is escaped, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(plainMarkdown(escapeMarkdown(text))).toBe(oneLine(text, 1000));
      }),
      { numRuns: 500 },
    );
  });

  it('cannot leave its code span or become a link it is not', () => {
    expect(inlineCode('a`b')).toBe('`` a`b ``');
    expect(inlineCode('rm -rf *')).toBe('`rm -rf *`');
    expect(link('x](https://evil.test)', 'javascript:alert(1)')).toBe('x\\](https://evil.test)');
    expect(link('#42', 'https://forge.test/42')).toBe('[\\#42](https://forge.test/42)');
  });

  it('never hides characters', () => {
    expect(oneLine('a\u202eb\u200bc\u0007d\ne')).toBe('abcd e');
  });
});
