/** What a terminal makes of a text that is typed into a program's input, and how to find it again on the screen. */

/** A shorter end of a text may stand there by chance. */
const CERTAIN_CHARS = 40;

/** Line ends as newlines, nothing behind the last word; a leading blank makes a message of a command (`/`), a shell line (`!`) or an option (`-`). */
export function disarm(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n').replace(/\s+$/, '');
  return /^[/!-]/.test(plain) ? ` ${plain}` : plain;
}

/**
 * The input shows `text`, or as much of its end as a long one leaves room for. Blanks don't count, because terminals
 * wrap and pad; neither do signs, because terminals draw some of them in another way.
 */
export function showsText(shown: string, text: string): boolean {
  const print = printOf(shown);
  const whole = printOf(text);
  return print === whole || (print.length > CERTAIN_CHARS && whole.endsWith(print));
}

/** The input shows a text that goes on with `text`: something else stands before it. */
export function showsTextBehindAnother(shown: string, text: string): boolean {
  const print = printOf(shown);
  const whole = printOf(text);
  return print.length > whole.length && print.endsWith(whole);
}

/** The input shows how `text` begins: a program that is still drawing it. */
export function showsBeginOf(shown: string, text: string): boolean {
  const print = printOf(shown);
  return print !== '' && printOf(text).startsWith(print);
}

/** Letters and digits; all that isn't blank of a text that has none. */
function printOf(text: string): string {
  const words = text.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '');
  return words === '' ? text.replace(/\s+/g, '') : words;
}

/** One word on a shell's command line. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
