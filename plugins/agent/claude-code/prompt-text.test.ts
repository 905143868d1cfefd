import { describe, expect, it } from 'vitest';
import { disarm, pasteChunks, unwrapPaste } from './prompt-text.ts';

describe('disarm', () => {
  it.each([
    ['/clear everything', '\\/clear everything'],
    ['  /clear', '\\/clear'],
    ['\u200b/clear', '\\/clear'],
    ['look at @README', 'look at @README '],
    ['/etc/passwd is a file', ' /etc/passwd is a file'],
    ['!rm -rf x', ' !rm -rf x'],
    ['--help', ' --help'],
    ['exit', 'exit.'],
    [' quit ', ' quit.'],
    ['a path \\', 'a path \\ '],
    ['two\r\nlines\n', 'two\nlines'],
    ['plain words', 'plain words'],
  ])('makes %j a message: %j', (text, expected) => {
    expect(disarm(text)).toBe(expected);
  });
});

describe('pasteChunks', () => {
  it('loses nothing and keeps every piece below what would be folded', () => {
    const text = Array.from({ length: 300 }, (_, n) => 'ä€😀x'.repeat(n % 400)).join('\n');
    const chunks = pasteChunks(text);
    expect(chunks.join('')).toBe(text);
    for (const chunk of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(800);
      expect(chunk.split('\n').length).toBeLessThanOrEqual(3);
    }
  });
});

it('unwraps pasted content', () => {
  expect(
    unwrapPaste('\n\n<pasted_content id="8847">\na\nb\n</pasted_content id="8847">\n').trim(),
  ).toBe('a\nb');
});
