import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagePrint, plainMessage } from './message-text.ts';

describe('plainMessage', () => {
  it.each([
    ['direction marks', 'a \u202Ebidi\u202C mark \u200Fx', 'a bidi mark x'],
    ['zero-width characters', 'zero\u200Bwidth\u2060 joiner\uFEFF', 'zerowidth joiner'],
    ['split letters', 'cafe\u0301', 'caf\u00e9'],
    ['ligatures, which stay', 'o\uFB03ce', 'o\uFB03ce'],
    [
      'variation selectors',
      'star \u2606\uFE0E heart \u2764\uFE0F',
      'star \u2606 heart \u2764\uFE0F',
    ],
    ['joined emoji, which stay', '👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['joiners in words, which stay', 'می‌خواهم', 'می‌خواهم'],
    ['joiners between nothing', '\u200d a\u200d -', ' a -'],
    ['terminal escapes', 'red \x1b[31mtext\x1b[0m \x1b]8;;http://x\x07link', 'red text link'],
    ['the end of a bracketed paste', 'a \x1b[201~ b \x9b201~ c', 'a  b  c'],
    ['control characters', 'a\x01b\x7fc\td', 'abc\td'],
    ['half surrogates', 'half \uD83D', 'half \uFFFD'],
    ['blanks of other widths', 'a\u00A0b\u202Fc\u2003d\u3000e', 'a b c d\u3000e'],
    ['line ends', 'a\r\nb\rc\u2028d\u2029e\u0085f', 'a\nb\nc\nd\ne\nf'],
    ['tags', 'x\u{E0041}\u{E0042}y', 'xy'],
    ['nothing visible', ' \u200b\u2060 \n', ''],
  ])('%s', (_, text, plain) => {
    expect(plainMessage(text)).toBe(plain);
  });

  it('is the same when applied twice, and well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = plainMessage(text);
        expect(plainMessage(plain)).toBe(plain);
        expect(plain.isWellFormed()).toBe(true);
        expect(plain).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });

  it('leaves what people write in any script as it is, composed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'aZ9é漢字かなعربيעברית한글ไทย!?#@$/\\<>`*_-') }),
        (text) => {
          expect(plainMessage(text)).toBe(text.normalize('NFC'));
        },
      ),
    );
  });
});

describe('messagePrint', () => {
  it.each([
    ['wrapped lines', 'one two', 'one\n  two'],
    ['composed and split letters', 'café ﬁ', 'cafe\u0301 fi'],
    ['tags a program rewrote', '<pasted_content id="1">x', '<\\pasted_content id="1">x'],
    [
      'a wrapped paste',
      'a\nb',
      '\n\n<pasted_content id="8847">\na\nb\n</pasted_content id="8847">',
    ],
    ['emoji drawn differently', 'ok 👨‍👩‍👧', 'ok 👨👩👧'],
  ])('is the same for %s', (_, one, other) => {
    expect(messagePrint(other)).toBe(messagePrint(one));
  });

  it.each([
    ['a command before it', 'SAY: x', '/SAY: x'],
    ['signs', '...', '!!!'],
    ['emoji alone', '👍', '👎'],
    ['a negative', 'do not', 'do'],
  ])('differs by %s', (_, one, other) => {
    expect(messagePrint(other)).not.toBe(messagePrint(one));
  });

  it('is never empty for a text that has something to see', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(messagePrint(text) === '').toBe(plainMessage(text) === '');
      }),
    );
  });
});
