/** Reads Claude Code's screen: the input between the two long rules at the bottom, and the menu of a dialog. */
const RULE = /^─{20,}/;
/** Hints shown in an empty input. */
const HINTS = [/^Try "/, /^Press up to edit/];

/** The unsent text in the input, unwrapped as far as the screen tells; '' when empty; null when no input is shown. */
export function composerText(screen: string): string | null {
  const lines = screen.split('\n');
  const bottom = lines.findLastIndex((line) => RULE.test(line));
  if (bottom === -1) return null;
  const top = lines.findLastIndex((line, index) => index < bottom && RULE.test(line));
  const input = lines.slice(top + 1, bottom);
  if (top !== -1 && !/^[❯>]/.test(input[0] ?? '')) return null;
  const text = input.map((line) => line.replace(/^[❯>]?\s{0,2}/, '')).join('\n').trim();
  return HINTS.some((hint) => hint.test(text)) ? '' : text;
}

export interface MenuOption {
  /** The digit that chooses it. */
  readonly key: string;
  readonly label: string;
}

/** The numbered choices of the dialog on the screen, in order; empty when there is none. */
export function dialogOptions(screen: string): readonly MenuOption[] {
  const options: MenuOption[] = [];
  for (const line of screen.split('\n')) {
    const match = /^\s*❯?\s*([1-9])\. (?:\[.\] )?(.+?)\s*$/.exec(line);
    if (match === null) continue;
    // A menu starts at 1; what came before was an older one or a numbered list in the text.
    if (match[1] === '1') options.length = 0;
    if (Number(match[1]) === options.length + 1) options.push({ key: String(match[1]), label: String(match[2]) });
  }
  return /^\s*❯\s*[1-9]\. /m.test(screen) ? options : [];
}
