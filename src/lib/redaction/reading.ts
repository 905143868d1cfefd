/**
 * A text as whoever decodes it reads it, with what was changed in the text it came from. Secrets are looked for in readings,
 * and masked in the original.
 */
export interface Reading {
  readonly text: string;
  /** Null: the original itself. */
  readonly of: { readonly reading: Reading; readonly changes: readonly Change[] } | null;
}

/** What stands from `at` to before `end` stood there from `from` to before `to`. */
interface Change {
  readonly at: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** Of each character's own part, where they can be told apart; else 0: each stands for the whole. */
  readonly width: number;
}

/** From here to before there, in the original. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const asItIs = (text: string): Reading => ({ text, of: null });

/** A stretch of a reading, in the original. Findings are rare, so places are worked out for them alone. */
export function spanOf({ of }: Reading, from: number, to: number): Span {
  if (of === null) return { from, to };
  return spanOf(of.reading, charIn(of.changes, from).from, charIn(of.changes, to - 1).to);
}

function charIn(changes: readonly Change[], at: number): Span {
  const change = lastBefore(changes, at);
  if (change === undefined) return { from: at, to: at + 1 };
  const { end, from, to, width } = change;
  if (at >= end) return { from: to + at - end, to: to + at - end + 1 };
  if (width === 0) return { from, to };
  const own = from + (at - change.at) * width;
  return { from: own, to: own + width };
}

function lastBefore(changes: readonly Change[], at: number): Change | undefined {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] as Change).at <= at) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1];
}

/** One encoding after the other: an entity in a percent-encoded address in JSON is three deep. */
const DEPTH = 3;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ast: '*',
  lowbar: '_',
  num: '#',
  sol: '/',
  bsol: '\\',
  colon: ':',
  semi: ';',
  comma: ',',
  period: '.',
  excl: '!',
  quest: '?',
  commat: '@',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  lsqb: '[',
  lbrack: '[',
  rsqb: ']',
  rbrack: ']',
  lcub: '{',
  lbrace: '{',
  rcub: '}',
  rbrace: '}',
  verbar: '|',
  vert: '|',
  grave: '`',
  plus: '+',
  equals: '=',
  hat: '^',
  tab: '\t',
  newline: '\n',
};
const CONTROL: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: '\t', b: '', f: '\n' };

/** What people don't see: zero-width and bidirectional characters, tags, variation selectors, controls. */
const UNSEEN =
  '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0]|\\udb40[\\udc00-\\uddef]';
const TERMINAL =
  '\\u001b\\[[0-?]*[ -/]*[@-~]|\\u001b[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)|\\u001b[ -/]*[0-~]|\\u009b[0-?]*[ -/]*[@-~]';
const ENTITY = '&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});';
/** Bytes, which are characters only together. */
const BYTES = '(?:%[0-9a-fA-F]{2})+|(?:\\\\x[0-9a-fA-F]{2})+';
const ESCAPE = '\\\\(?:u\\{[0-9a-fA-F]{1,6}\\}|u[0-9a-fA-F]{4}|[nrtbf]|[^A-Za-z0-9\\s]|(?=\\n))';
/** Letters and signs of full width, and mathematical ones, read as the plain ones. */
const WIDE = '[\\uff01-\\uff5e]|\\ud835[\\udc00-\\udfff]';
const DISGUISE = new RegExp([TERMINAL, UNSEEN, ENTITY, BYTES, ESCAPE, WIDE].join('|'), 'g');

/** Rarely in plain text, so that most of it is not looked at again. */
const DISGUISED =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single characters are meant, wherever they stand
  /[\\&%\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uff01-\uff5e\uffa0\ud835\udb40]/;

function meaning(found: string): string {
  switch (found[0]) {
    case '&':
      return entity(found.slice(1, -1)) ?? found;
    case '%':
      return bytes(found);
    case '\\':
      return found[1] === 'x' ? bytes(found) : escaped(found.slice(1));
    default:
      return found.normalize('NFKC') === found ? '' : found.normalize('NFKC');
  }
}

function bytes(found: string): string {
  const all = Buffer.from(found.replaceAll(/%|\\x/g, ''), 'hex');
  const text = all.toString('utf8');
  return text.includes('\ufffd') ? all.toString('latin1') : text;
}

function entity(name: string): string | undefined {
  if (name[0] !== '#') return NAMED[name.toLowerCase()];
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return character(code);
}

function escaped(name: string): string {
  if (name.length > 1) return character(Number.parseInt(name.replace(/^u\{?/, ''), 16)) ?? '';
  return CONTROL[name] ?? name;
}

const character = (code: number): string | undefined =>
  code <= 0x10ffff ? String.fromCodePoint(code) : undefined;

/** The text and what is under its escapes, entities, encodings and invisible characters, layer by layer. */
export function readings(text: string): readonly Reading[] {
  const all = [asItIs(text)];
  for (let last = all[0]; last !== undefined && all.length <= DEPTH; last = all.at(-1)) {
    if (!DISGUISED.test(last.text)) break;
    const next = replaced(last, DISGUISE, meaning);
    if (next === null) break;
    all.push(next);
  }
  return all;
}

/** What a patch, a quotation or a listing puts before a line. */
const MARK = '(?:[ \\t]*(?:\\d{1,6}[ \\t]*(?=[|:│+-]))?[|:│+>#*-]{1,3})?';
const MARKED = /\n[ \t]*(?:\d{1,6}[ \t]*)?[|:│+>#*-]/;
const NUMBERED = /\n[ \t]*\d{1,6}[ \t]*[|:│+-]/;
/** A terminal pads its lines with blanks; looking for them at every blank of a text costs, so it is done only where there are any. */
const PADDED = /[ \t]\r?\n/;
const breaks = (padding: string): { readonly plain: RegExp; readonly marked: RegExp } => ({
  plain: new RegExp(`${padding}\\r?\\n[ \\t]*`, 'g'),
  marked: new RegExp(`${padding}\\r?\\n${MARK}[ \\t]*`, 'g'),
});
const BARE_BREAK = breaks('');
const PADDED_BREAK = breaks('[ \\t]*');

/**
 * Lines put together, as before something broke them: with the marks at their beginnings, and without. Only where `worth` says
 * of the text that it should be looked at; most of it isn't. `numbered`: numbers of lines were taken away as well.
 */
export function joined(
  reading: Reading,
  worth: (text: string, numbered: boolean) => boolean,
): readonly Reading[] {
  const { text } = reading;
  if (!text.includes('\n')) return [];
  const { plain, marked } = PADDED.test(text) ? PADDED_BREAK : BARE_BREAK;
  return (MARKED.test(text) ? [plain, marked] : [plain]).flatMap((what) => {
    if (!worth(text.replaceAll(what, ''), what === marked && NUMBERED.test(text))) return [];
    const together = replaced(reading, what, () => '');
    return together === null ? [] : [together];
  });
}

/** Null when nothing changes. */
function replaced(of: Reading, what: RegExp, by: (found: string) => string): Reading | null {
  const changes: Change[] = [];
  const pieces: string[] = [];
  let from = 0;
  let at = 0;
  for (const { 0: found, index } of of.text.matchAll(what)) {
    const meant = by(found);
    if (meant === found) continue;
    pieces.push(of.text.slice(from, index), meant);
    at += index - from;
    from = index + found.length;
    changes.push({ at, end: at + meant.length, from: index, to: from, width: width(meant, found) });
    at += meant.length;
  }
  if (changes.length === 0) return null;
  pieces.push(of.text.slice(from));
  return { text: pieces.join(''), of: { reading: of, changes } };
}

/** Of one character in a run of encoded ones, `%41%42`; 0 where they can't be told apart. */
function width(meant: string, found: string): number {
  const each = found.startsWith('%') ? 3 : /^\\x/.test(found) ? 4 : 0;
  return found.length === meant.length * each ? each : 0;
}
