/** One word of a command line. */
export interface Token {
  readonly value: string;
  readonly quoted: boolean;
  /** Offset in the text, quotes included. */
  readonly start: number;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '“': '”„“"', '„': '“”"', '«': '»' };

/**
 * Splits at white space; double quotes of any keyboard keep words together. Single quotes are apostrophes. An unclosed
 * quote runs to the end and is told by `unclosed`.
 */
export function tokenize(text: string): {
  readonly tokens: readonly Token[];
  readonly unclosed: boolean;
} {
  const tokens: Token[] = [];
  let at = 0;
  let unclosed = false;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const word = readWord(text, at);
    tokens.push({ value: word.value, quoted: word.quoted, start: at });
    unclosed ||= word.unclosed;
    at = word.end;
  }
  return { tokens, unclosed };
}

/** `--prompt="two words"` is one word: quotes may begin inside it. */
function readWord(
  text: string,
  start: number,
): { value: string; quoted: boolean; unclosed: boolean; end: number } {
  let value = '';
  let at = start;
  let closing: string | null = null;
  while (at < text.length) {
    const char = text.charAt(at);
    if (closing !== null) {
      if (closing.includes(char)) closing = null;
      else value += char;
    } else if (/\s/.test(char)) {
      break;
    } else if (Object.hasOwn(CLOSING, char) && opensQuote(text, start, at)) {
      closing = CLOSING[char] ?? null;
    } else {
      value += char;
    }
    at += 1;
  }
  return {
    value,
    quoted: Object.hasOwn(CLOSING, text.charAt(start)),
    unclosed: closing !== null,
    end: at,
  };
}

/** A quote opens at the start of a word or after `=`; elsewhere (5"-screen) it is a character. */
const opensQuote = (text: string, start: number, at: number): boolean =>
  at === start || text.charAt(at - 1) === '=';

/** Text that is wholly in one pair of quotes, without them; else as it is. */
export function unquote(text: string): string {
  const trimmed = text.trim();
  const closing = CLOSING[trimmed.charAt(0)];
  const inner = trimmed.slice(1, -1);
  const wrapped =
    trimmed.length >= 2 && closing !== undefined && closing.includes(trimmed.slice(-1));
  return wrapped && ![...inner].some((char) => closing.includes(char)) ? inner : trimmed;
}
