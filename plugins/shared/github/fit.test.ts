import { expect, test } from 'vitest';
import { fitBody, fitTitle } from './fit.ts';
import { isMarked, marked } from './marker.ts';

test('what fits stays as it is', () => {
  expect(fitTitle('x'.repeat(256))).toBe('x'.repeat(256));
  expect(fitBody('x'.repeat(65_536))).toBe('x'.repeat(65_536));
});

test.each(['x', '🦀'])(
  'what does not is cut with a word, never inside a character: %s',
  (letter) => {
    const title = fitTitle(letter.repeat(400));
    const body = fitBody(letter.repeat(70_000));
    expect(title.length).toBeLessThanOrEqual(256);
    expect(title.endsWith('…')).toBe(true);
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(/ao cut the rest/);
    expect(`${title}${body}`.isWellFormed()).toBe(true);
  },
);

test('the mark of a long comment is whole', () => {
  const body = marked('x'.repeat(70_000), 'k');
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(isMarked(body)).toBe(true);
});
