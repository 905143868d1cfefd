/** Reads Claude Code's screen: the input stands between the two long rules at the bottom. */
const RULE = /^─{20,}/;
/** The rule over an input whose beginning has no room. */
const CUT = /^─+ ↑ \d+ more ─{10,}/;
/** Hints shown in an empty input. One that isn't known here costs a moment: it stays when it is set aside. */
const HINTS = [/^Try "/, /^Press up to edit/, /^Resend your message to try again/];

/**
 * What is in the input, unwrapped as far as the screen tells, hints included; '' when empty; null when no
 * input is shown.
 */
export function shownInput(screen: string): string | null {
  const lines = screen.split('\n');
  const bottom = lines.findLastIndex((line) => RULE.test(line));
  if (bottom === -1 || inTheWay(screen) !== null) return null;
  const top = lines.findLastIndex(
    (line, index) => index < bottom && (RULE.test(line) || CUT.test(line)),
  );
  const input = lines.slice(top + 1, bottom);
  const isCut = CUT.test(lines[top] ?? '');
  // Views and menus have rules of their own: only what begins with the prompt is the input.
  if (!isCut && !/^[❯>]/.test(input[0] ?? '')) return null;
  return input
    .map((line, index) => line.replace(index === 0 && !isCut ? /^[❯>]?\s{0,2}/ : /^\s{0,2}/, ''))
    .join('\n')
    .trim();
}

/** The input shows nothing, or one of the program's hints, which look like text somebody typed. */
export const isEmptyInput = (shown: string): boolean =>
  shown === '' || HINTS.some((hint) => hint.test(shown));

/** What stands in the way where no input is shown, in words; null when the screen doesn't tell. */
export function inTheWay(screen: string): string | null {
  const found = COVERS.find(([pattern]) => pattern.test(screen));
  return found?.[1] ?? null;
}

/** Views that take the place of the input without the status telling of it. */
const COVERS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\s*Showing detailed transcript/m, 'its transcript view is open (Ctrl+O closes it)'],
  [/^\s*Search prompts ·|^\s*search prompts:/m, 'its history search is open (Escape closes it)'],
  [/^! .*\n─{20,}/m, 'its input is in shell mode (Escape leaves it)'],
];
