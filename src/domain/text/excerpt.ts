/**
 * The few lines of a log that say why a check failed. Pure; redaction is done by the caller, because what counts as
 * a secret is known there.
 */
export interface ExcerptLimits {
  readonly lines: number;
  readonly chars: number;
}

const DEFAULT_LIMITS: ExcerptLimits = { lines: 40, chars: 4_000 };
/** Lines kept before the marker: enough for the name of the test or the command that ran. */
const LEAD = 4;
const MAX_LINE = 400;

// CSI, OSC (ended by BEL or ST), and two-character escapes; then every other control character but tab and newline.
const ESCAPES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_()#][0-9A-Za-z]?|\u009b[0-?]*[ -/]*[@-~]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text as it would stay on paper: no escape sequences, no control characters, the last state of lines redrawn with CR. */
export function plainText(raw: string): string {
  return raw
    .replace(/\r+\n/g, '\n')
    .replace(ESCAPES, '')
    .split('\n')
    .map((line) => lastDrawing(line).replace(CONTROLS, ''))
    .join('\n');
}

/** A progress bar redraws its line after a CR; only what stood there last counts. */
function lastDrawing(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

/** The heading under which a test runner repeats every failure with its reason (node, vitest, pytest, mocha, cargo). What stands above is its count. */
const CHAPTER = /^[^\w"']*(?:failing tests:|failed tests \d+\b|failures[\W]*$|\d+ failing$)/i;

/** Tried in this order: a sure sign anywhere beats a vague one earlier in the log. */
const MARKERS: readonly RegExp[] = [
  CHAPTER,
  // Test runners, compilers, tracebacks, assertions.
  /^\s*(?:not ok\b|✖|✗|✘|×|FAIL\b|FAILED\b|--- FAIL|Traceback \(most recent|panicked at|error(?:\[\w+\])?:|[A-Z]\w*(?:Error|Exception)\b(?: \[[^\]]*\])?:)|\berror TS\d+|: (?:fatal )?error:|\bAssertionError\b|##\[error\]/,
  // Words in the middle of a line.
  /\b(?:errors?|failed|failures?|fatal|exception|denied|not found|cannot|could not|timed out)\b/i,
  /\bexit (?:code|status):? [1-9]/i,
];

/** Lines that carry a marker's word but say that all is well. */
const HARMLESS =
  /\b(?:0|no) (?:errors?|failed|failures?|failing)\b|\b(?:fail(?:ed|ures?)?|errors?):? 0\b|\b(?:errors?|fail(?:ed|ures?)?)=0\b/i;
/** The runner's list of passed tests may name errors in their titles. */
const PASSED = /^\s*(?:ok \d+\b|✔|✓|√|PASS\b|--- PASS|# Subtest)/;

/** The lines around the first error marker; without any marker the last lines. Empty for an empty log. */
export function findExcerpt(log: string, limits: Partial<ExcerptLimits> = {}): string {
  const { lines: maxLines, chars } = { ...DEFAULT_LIMITS, ...limits };
  const lines = trimBlank(
    plainText(log)
      .split('\n')
      .map((line) => shorten(line.trimEnd())),
  );
  if (lines.length === 0) return '';
  const at = firstMarker(lines);
  const from = at === -1 ? Math.max(0, lines.length - maxLines) : startFor(at, lines, maxLines);
  return withinChars(lines.slice(from, from + maxLines), at === -1 ? 'tail' : at - from, chars);
}

function firstMarker(lines: readonly string[]): number {
  for (const marker of MARKERS) {
    const at = lines.findIndex(
      (line) => marker.test(line) && !HARMLESS.test(line) && !PASSED.test(line),
    );
    if (at !== -1) return at;
  }
  return -1;
}

/** When little follows the marker, the room goes to what came before it; a chapter of failures is complete from its heading on. */
const startFor = (at: number, lines: readonly string[], maxLines: number): number =>
  CHAPTER.test(lines[at] ?? '') && at < lines.length - 2
    ? at
    : Math.max(0, Math.min(at - LEAD, lines.length - maxLines));

const shorten = (line: string): string =>
  line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`;

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  if (first === -1) return [];
  return lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}

/** Cuts whole lines until the text fits: from the top for a tail, else from the end and only then above the marker. */
function withinChars(lines: readonly string[], keep: number | 'tail', chars: number): string {
  let from = 0;
  let to = lines.length;
  const size = (): number => lines.slice(from, to).reduce((sum, line) => sum + line.length + 1, -1);
  while (to - from > 1 && size() > chars) {
    if (keep === 'tail' || to - 1 <= keep) from += 1;
    else to -= 1;
  }
  return lines.slice(from, to).join('\n').slice(0, chars);
}
