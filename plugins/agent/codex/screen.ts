import { type MenuOption, menuOptions } from '../../../src/lib/terminal-menu.ts';

/** Shown in an empty input. */
const HINT = 'Ask Codex to do anything';
const DIALOG_FOOT = /Press enter to confirm|esc to cancel/i;

/** The choices of the dialog on the screen; empty when there is none. */
export function dialogOptions(screen: string): readonly MenuOption[] {
  return DIALOG_FOOT.test(screen.split('\n').slice(-6).join('\n')) ? menuOptions(screen) : [];
}

/** The unsent text in the input; '' when empty, null when no input is shown. */
export function composerText(screen: string): string | null {
  const lines = screen.split('\n');
  const start = lines.findLastIndex((line) => /^› ?/.test(line));
  if (start === -1 || dialogOptions(screen).length > 0) return null;
  const rest = lines.slice(start);
  // The input ends at the blank line over the footer.
  const end = rest.findLastIndex((line) => line.trim() === '');
  const text = rest
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.replace(/^(› ?| {2})/, ''))
    .join('\n')
    .trim();
  return text === HINT ? '' : text;
}
