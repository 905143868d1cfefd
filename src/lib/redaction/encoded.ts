import { codesOf } from './codes.ts';
import type { Span } from './reading.ts';

/** What is random all through is no text, so it is not looked into. */
const READABLE = /[\x20-\x7e\u00a1-\u024f]{6,}/;
/** Text in base64 has both; paths and names in code mostly don't. */
const MIXED = /[A-Z].*[a-z0-9]|[a-z0-9].*[A-Z]/;
/** As mail and certificates have it: on lines. */
const BASE64_LINES = /[A-Za-z0-9+/_-]{12,}(?:[ \t]*\r?\n[ \t>|]*[A-Za-z0-9+/_-]+)+={0,2}/y;
/** Pairs of digits, with what people and programs put between them. */
const HEX_RUN =
  /(?<![0-9A-Za-z])(?=[^g-wyzG-WYZ]{12})(?:(?:0x|\\x|%)?[0-9a-fA-F]{2}(?:[ \t]*[:,;.-][ \t]*|[ \t]*\r?\n[ \t]*|[ \t]+)?){6,}/g;

const SHORTEST_RUN = 24;
const SHORTEST_LINE = 12;
const SHORTEST_HEX = 12;

/** Runs of base64 and of hexadecimal whose content has to be masked; each is masked as a whole. */
export function encodedIn(text: string, isSecret: (decoded: string) => boolean): readonly Span[] {
  const { runs, lines, hex } = candidatesIn(text);
  const holds = (bytes: Buffer): boolean => {
    const decoded = bytes.toString('utf8');
    return READABLE.test(decoded) && isSecret(decoded);
  };
  const inBase64 = (run: string): boolean =>
    MIXED.test(run) && [0, 1, 2, 3].some((from) => holds(Buffer.from(run.slice(from), 'base64')));
  const inHex = (run: string): boolean => {
    const digits = run.replaceAll(/0x|\\x|[^0-9a-fA-F]/g, '');
    return [0, 1].some((from) => holds(Buffer.from(digits.slice(from), 'hex')));
  };
  return [
    ...onLines(text, lines).filter(({ from, to }) =>
      inBase64(text.slice(from, to).replaceAll(/[\s>|]/g, '')),
    ),
    ...runs.filter(({ from, to }) => inBase64(text.slice(from, to))),
    ...hex
      .flatMap((stretch) => hexIn(text, stretch))
      .filter(({ from, to }) => inHex(text.slice(from, to))),
  ];
}

function onLines(text: string, starts: readonly number[]): readonly Span[] {
  const spans: Span[] = [];
  for (const from of starts) {
    if (from < (spans.at(-1)?.to ?? 0)) continue;
    BASE64_LINES.lastIndex = from;
    const match = BASE64_LINES.exec(text);
    if (match !== null) spans.push({ from, to: from + match[0].length });
  }
  return spans;
}

/** With the character before, at which a run must not begin. */
function hexIn(text: string, { from, to }: Span): readonly Span[] {
  const start = Math.max(0, from - 1);
  return text
    .slice(start, to)
    .matchAll(HEX_RUN)
    .map(({ 0: run, index }) => ({
      from: start + index,
      to: start + index + run.trimEnd().length,
    }))
    .toArray();
}

const BASE64 = 1;
const DIGIT = 2;
const BETWEEN = 4;
const CLASS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return (
    (/[A-Za-z0-9+/_-]/.test(char) ? BASE64 : 0) |
    (/[0-9a-fA-F]/.test(char) ? DIGIT : 0) |
    (/[x\\%:,;.\s-]/.test(char) ? BETWEEN : 0)
  );
});
const EQUALS = 61;
const isBlank = (code: number | undefined): boolean => code === 32 || code === 9 || code === 13;

interface Candidates {
  /** Long runs of base64's characters, with the signs of equality at their ends. */
  readonly runs: readonly Span[];
  /** Where a run begins that is the last of its line. */
  readonly lines: readonly number[];
  /** Stretches that have enough digits for something in hexadecimal, and nothing else than digits and what may stand between. */
  readonly hex: readonly Span[];
}

/** Most text has nothing of these, so it is gone through once for all of them, and the shapes look at what is left. */
function candidatesIn(text: string): Candidates {
  const codes = codesOf(text);
  const runs: Span[] = [];
  const lines: number[] = [];
  const hex: Span[] = [];
  let run = 0;
  let stretch = 0;
  let digits = 0;
  for (let at = 0; at <= codes.length; at += 1) {
    const code = at < codes.length ? (codes[at] as number) : 0;
    const kind = code < 128 ? (CLASS[code] as number) : 0;
    if ((kind & BASE64) === 0) {
      if (at - run >= SHORTEST_LINE) {
        if (at - run >= SHORTEST_RUN) runs.push({ from: run, to: withEquals(codes, at) });
        if (endsLine(codes, at)) lines.push(run);
      }
      run = at + 1;
    }
    if ((kind & (DIGIT | BETWEEN)) === 0) {
      if (digits >= SHORTEST_HEX) hex.push({ from: stretch, to: at });
      stretch = at + 1;
      digits = 0;
    } else if ((kind & DIGIT) !== 0) digits += 1;
  }
  return { runs, lines, hex };
}

function withEquals(codes: Uint16Array, at: number): number {
  if (codes[at] !== EQUALS) return at;
  return codes[at + 1] === EQUALS ? at + 2 : at + 1;
}

function endsLine(codes: Uint16Array, at: number): boolean {
  let end = at;
  while (isBlank(codes[end])) end += 1;
  return codes[end] === 10;
}
