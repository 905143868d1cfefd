const MASK = '[redacted]';
/** Shorter values are words that occur everywhere; masking them would hide the text, not the secret. */
const SHORTEST = 6;
/** This much of a known secret at a cut gives it away; less is a word. */
const PIECE = 8;
/** Keys of many lines are looked for as a whole and by their pattern, not by their pieces. */
const LONGEST_PIECEWISE = 400;

/** Tokens of well-known services, by their published shapes. */
const PATTERNS: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b/g,
  /\bxapp-[A-Za-z0-9-]{10,}\b/g,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}\b/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /\bya29\.[0-9A-Za-z_-]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[A-Za-z0-9_-]{50,}\b/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\blin_api_[A-Za-z0-9]{30,}\b/g,
  /\bdop_v1_[a-f0-9]{60,}\b/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  // Sessions' tokens of ao itself.
  /\bao_s_[A-Za-z0-9_-]{30,}/g,
  // Discord: the bot's id in base64, a time, a signature.
  /\b[MNO][A-Za-z\d_-]{23,27}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}/g,
  // JSON web tokens: two parts that begin like JSON in base64.
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /(?<=hooks\.slack\.com\/services\/)[A-Za-z0-9/]{20,}/g,
  /(?<=discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/)[A-Za-z0-9_-]{20,}/g,
  // A password in an address.
  /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)[^\s/@]{3,200}(?=@)/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** One look that tells most text from text with a token in it: each pattern above needs one of these. */
const TELLING =
  /gh[pousr]_|github_pat_|xox|xapp-|sk-|[sr]k_|AKIA|ASIA|AIza|ya29|glpat-|npm_|pypi-|hf_|lin_api_|dop_v1_|SG\.|ao_s_|eyJ|hooks\.slack|webhooks|:\/\/|BEGIN |[MNO][A-Za-z\d_-]{23}/;

export type Redact = (text: string) => string;

/**
 * Masks secrets in text: known ones by value in every form they leak in, also where a line break or a cut goes through them;
 * others by their pattern, also in base64 and percent-encoding.
 */
export function createRedact(secrets: Iterable<string>): Redact {
  const known = [...new Set([...secrets].filter((secret) => secret.length >= SHORTEST))];
  const forms = [...new Set(known.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  const breakable = forms
    .filter((form) => form.length >= 2 * PIECE && form.length <= LONGEST_PIECEWISE)
    .map((form) => ({ form, gapped: gappy(form) }));
  const byValue = (text: string): string =>
    forms.reduce(
      (clean, form) => (clean.includes(form) ? clean.replaceAll(form, MASK) : clean),
      text,
    );
  const byPattern = (text: string): string =>
    TELLING.test(text)
      ? PATTERNS.reduce((clean, pattern) => clean.replaceAll(pattern, MASK), text)
      : text;
  const plain = (text: string): string => byPattern(byValue(text));
  return remembering((text) => {
    const whole = withoutEncoded(plain(text), plain);
    return withoutPieces(withoutBroken(whole, breakable), breakable);
  });
}

const REMEMBERED = 5_000;
const REMEMBERED_LENGTH = 300;

/** Views hold the same short words again and again: branches, names, labels. */
function remembering(redact: Redact): Redact {
  const answers = new Map<string, string>();
  return (text) => {
    if (text.length < SHORTEST) return text;
    if (text.length > REMEMBERED_LENGTH) return redact(text);
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= REMEMBERED) answers.clear();
    const clean = redact(text);
    answers.set(text, clean);
    return clean;
  };
}

/** Every string in a value of plain data. */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact)) as T;
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)]),
    ) as T;
  return value;
}

/** As it is, in a URL, in JSON, in hexadecimal, in base64 (also as the password of `user:secret`, which shifts it). */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // The first and last characters depend on the neighbours of the secret.
    const middle = encoded.slice(shift === 0 ? 0 : 4, -4);
    return middle.length >= PIECE ? [middle, middle.replaceAll('+', '-').replaceAll('/', '_')] : [];
  });
  const url = encodeURIComponent(secret);
  const hex = bytes.toString('hex');
  const all = [
    secret,
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    hex,
  ];
  return [...all, hex.toUpperCase(), ...base64];
}

/** Terminals and mail break long words; zero-width characters hide in them. */
const GAP = '(?:[\\u200b-\\u200f\\u2060\\ufeff\\u00ad]|[ \\t]*\\r?\\n[ \\t]*)*';
const GAPS = /[\u200b-\u200f\u2060\ufeff\u00ad]|[ \t]*\r?\n[ \t]*/g;
const gappy = (form: string): RegExp =>
  new RegExp([...form].map((char) => char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(GAP), 'g');

interface Breakable {
  readonly form: string;
  readonly gapped: RegExp;
}

function withoutBroken(text: string, breakable: readonly Breakable[]): string {
  if (breakable.length === 0 || text.search(GAPS) === -1) return text;
  const dense = text.replaceAll(GAPS, '');
  return breakable.reduce(
    (clean, { form, gapped }) => (dense.includes(form) ? clean.replaceAll(gapped, MASK) : clean),
    text,
  );
}

/** Texts are cut for people (`…`) and split for platforms: what is left of a secret at such an edge goes too. */
function withoutPieces(text: string, breakable: readonly Breakable[]): string {
  const trimmed = (part: string): string =>
    breakable.reduce((rest, { form }) => withoutHead(withoutTail(rest, form), form), part);
  return text.split('…').map(trimmed).join('…');
}

function withoutTail(text: string, form: string): string {
  // Whatever piece it is, its last eight characters stand in the secret: this one look spares the rest.
  if (text.length < PIECE || !form.includes(text.slice(-PIECE))) return text;
  for (let length = Math.min(form.length - 1, text.length); length >= PIECE; length -= 1)
    if (text.endsWith(form.slice(0, length))) return text.slice(0, -length) + MASK;
  return text;
}

function withoutHead(text: string, form: string): string {
  if (text.length < PIECE || !form.includes(text.slice(0, PIECE))) return text;
  for (let length = Math.min(form.length - 1, text.length); length >= PIECE; length -= 1)
    if (text.startsWith(form.slice(-length))) return MASK + text.slice(length);
  return text;
}

/** What is random all through is no text, so it is not looked into. */
const READABLE = /[\x20-\x7e]{12,}/;
const BASE64_RUN = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const PERCENT_RUN = /[^\s"'<>]*%[0-9A-Fa-f]{2}[^\s"'<>]*/g;

/** A run of base64 or percent-encoding whose content has to be masked is masked as a whole. */
function withoutEncoded(text: string, plain: Redact): string {
  const holds = (decoded: string): boolean => READABLE.test(decoded) && plain(decoded) !== decoded;
  const noBase64 = text.replaceAll(BASE64_RUN, (run) =>
    [0, 1, 2, 3].some((from) => holds(Buffer.from(run.slice(from), 'base64').toString('latin1')))
      ? MASK
      : run,
  );
  return noBase64.includes('%')
    ? noBase64.replaceAll(PERCENT_RUN, (run) => (holds(percentDecoded(run)) ? MASK : run))
    : noBase64;
}

const percentDecoded = (run: string): string =>
  run.replaceAll(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
