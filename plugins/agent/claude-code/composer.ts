/** Reads Claude Code's screen: the input stands between the two long rules at the bottom. */
const RULE = /^─{20,}/;
/** The rule over an input whose beginning has no room. */
const CUT = /^─+ ↑ \d+ more ─{10,}/;
/** Hints shown in an empty input. */
const HINTS = [/^Try "/, /^Press up to edit/];

/** The unsent text in the input, unwrapped as far as the screen tells; '' when empty; null when no input is shown. */
export function composerText(screen: string): string | null {
  const lines = screen.split('\n');
  const bottom = lines.findLastIndex((line) => RULE.test(line));
  if (bottom === -1) return null;
  const top = lines.findLastIndex(
    (line, index) => index < bottom && (RULE.test(line) || CUT.test(line)),
  );
  const input = lines.slice(top + 1, bottom);
  if (top !== -1 && !CUT.test(lines[top] ?? '') && !/^[❯>]/.test(input[0] ?? '')) return null;
  const text = input
    .map((line) => line.replace(/^[❯>]?\s{0,2}/, ''))
    .join('\n')
    .trim();
  return HINTS.some((hint) => hint.test(text)) ? '' : text;
}
