/** What a terminal makes of a text that is typed into a program's input, and how to find it again on the screen. */
import { messagePrint, plainMessage } from '../../../src/lib/message-text.ts';

/** A shorter end of a text may stand there by chance. */
const CERTAIN_CHARS = 40;

/** A leading blank makes a message of a command (`/`), a shell line (`!`) or an option (`-`). */
export function disarm(text: string): string {
  const plain = plainMessage(text);
  return /^[/!-]/.test(plain) ? ` ${plain}` : plain;
}

/** A name that begins like this opens a list of completions, and Enter would choose from it. */
const COMPLETED = /(?:^|\s)[@$#]\S*$/;

/** A blank at the end closes the list of completions; programs cut it off when they take the message. */
export const closeCompletion = (text: string): string => (COMPLETED.test(text) ? `${text} ` : text);

/**
 * The input shows `text`, or as much of its end as a long one leaves room for. Compared by
 * `messagePrint`: what terminals draw in their own way doesn't count.
 */
export function showsText(shown: string, text: string): boolean {
  const print = messagePrint(shown);
  const whole = messagePrint(text);
  return print === whole || (print.length > CERTAIN_CHARS && whole.endsWith(print));
}

/** A person types no more than this while a text is pasted. */
const TYPED_MEANWHILE = 100;

/** The input shows a little more than `text`: all of it, and something before, behind or in between. */
export function showsTextAndMore(shown: string, text: string): boolean {
  const print = messagePrint(shown);
  const whole = messagePrint(text);
  const more = print.length - whole.length;
  if (more <= 0 || more > TYPED_MEANWHILE) return false;
  let found = 0;
  for (const character of print) if (whole.startsWith(character, found)) found += character.length;
  return found === whole.length;
}

/** The input shows how `text` begins: a program that is still drawing it. */
export function showsBeginOf(shown: string, text: string): boolean {
  const print = messagePrint(shown);
  return print !== '' && messagePrint(text).startsWith(print);
}

/** One word on a shell's command line. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
