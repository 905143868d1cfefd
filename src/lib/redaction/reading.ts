/**
 * A text as whoever decodes it reads it, with the place of every character in the text it came from. Secrets are looked for
 * in readings, and masked in the original.
 */
export interface Reading {
  readonly text: string;
  /** Where each character begins in the original; null: the original itself. */
  readonly starts: Int32Array | null;
  /** Where it ends there. */
  readonly ends: Int32Array | null;
}

/** From here to before there, in the original. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const asItIs = (text: string): Reading => ({ text, starts: null, ends: null });

/** A stretch of a reading, in the original. */
export const spanOf = ({ starts, ends }: Reading, from: number, to: number): Span => ({
  from: starts === null ? from : (starts[from] ?? 0),
  to: ends === null ? to : (ends[to - 1] ?? 0),
});

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
 * of the text that it should be looked at; most of it isn't.
 */
export function joined(reading: Reading, worth: (text: string) => boolean): readonly Reading[] {
  if (!reading.text.includes('\n')) return [];
  const { plain, marked } = PADDED.test(reading.text) ? PADDED_BREAK : BARE_BREAK;
  return (MARKED.test(reading.text) ? [plain, marked] : [plain]).flatMap((what) => {
    if (!worth(reading.text.replaceAll(what, ''))) return [];
    const together = replaced(reading, what, () => '');
    return together === null ? [] : [together];
  });
}

/** Null when nothing changes. */
function replaced(reading: Reading, what: RegExp, by: (found: string) => string): Reading | null {
  const changes = reading.text
    .matchAll(what)
    .flatMap(({ 0: found, index }) => {
      const meant = by(found);
      return meant === found ? [] : [{ found, index, meant }];
    })
    .toArray();
  if (changes.length === 0) return null;
  const growth = changes.reduce((sum, { meant }) => sum + meant.length, 0);
  const made = createPlaces(reading, reading.text.length + growth);
  const pieces: string[] = [];
  let at = 0;
  for (const { found, index, meant } of changes) {
    pieces.push(reading.text.slice(at, index), meant);
    made.keep(at, index);
    at = index + found.length;
    made.stand(meant, found, spanOf(reading, index, at));
  }
  pieces.push(reading.text.slice(at));
  made.keep(at, reading.text.length);
  return { text: pieces.join(''), ...made.done() };
}

interface Places {
  /** Characters that stay. */
  keep(from: number, to: number): void;
  /**
   * Characters in place of others: a run of `%41%42` is as many characters, each in its place; anything else stands for the
   * whole of what was found.
   */
  stand(meant: string, found: string, span: Span): void;
  done(): { readonly starts: Int32Array; readonly ends: Int32Array };
}

function createPlaces(reading: Reading, most: number): Places {
  const starts = new Int32Array(most);
  const ends = new Int32Array(most);
  let length = 0;
  return {
    keep(from, to) {
      if (reading.starts !== null && reading.ends !== null) {
        starts.set(reading.starts.subarray(from, to), length);
        ends.set(reading.ends.subarray(from, to), length);
        length += to - from;
        return;
      }
      for (let at = from; at < to; at += 1, length += 1) {
        starts[length] = at;
        ends[length] = at + 1;
      }
    },
    stand(meant, found, span) {
      const width = widthOf(meant, found, span);
      for (let index = 0; index < meant.length; index += 1, length += 1) {
        starts[length] = width === 0 ? span.from : span.from + index * width;
        ends[length] = width === 0 ? span.to : span.from + (index + 1) * width;
      }
    },
    done: () => ({ starts: starts.subarray(0, length), ends: ends.subarray(0, length) }),
  };
}

/** Of one character in a run of encoded ones; 0 where they can't be told apart. */
function widthOf(meant: string, found: string, span: Span): number {
  const width = found.startsWith('%') ? 3 : /^\\x/.test(found) ? 4 : 0;
  return found.length === meant.length * width && span.to - span.from === found.length ? width : 0;
}
