import { type MenuOption, menuOptions } from '../../../src/lib/terminal-menu.ts';

/** Shown in an empty input. */
const HINT = 'Ask Codex to do anything';
const DIALOG_FOOT = /Press enter to confirm|esc to cancel/i;
const QUESTION_FOOT = /enter to submit (?:answer|all)/;

/** The choices of the dialog on the screen; empty when there is none. */
export function dialogOptions(screen: string): readonly MenuOption[] {
  return DIALOG_FOOT.test(footOf(screen)) ? menuOptions(screen) : [];
}

/** One of Codex' own questions, as its screen shows it. */
export interface ShownQuestion {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** The digits that choose an option and the labels' beginnings; the last one stands for none of them. */
  readonly options: readonly MenuOption[];
  /** Digit of the choice that is marked. */
  readonly marked: string | null;
  /** Notes to the marked choice can be written. */
  readonly notes: boolean;
}

/** The question on the screen; null when there is none. */
export function shownQuestion(screen: string): ShownQuestion | null {
  const place = [...screen.matchAll(/^\s*Question (\d+)\/(\d+)\b/gm)].at(-1);
  if (place === undefined || !QUESTION_FOOT.test(footOf(screen))) return null;
  const dialog = screen.slice(place.index);
  return {
    number: Number(place[1]),
    of: Number(place[2]),
    options: menuOptions(dialog),
    marked: /^\s*› ([1-9])\. /m.exec(dialog)?.[1] ?? null,
    notes: /clear notes/.test(footOf(screen)),
  };
}

/** The page of a Codex without an account, which it shows instead of its input. */
export const asksToSignIn = (screen: string): boolean =>
  /^\s*[>›❯]?\s*1\. Sign in with ChatGPT/m.test(screen);

/** What is in the input, its hint included; '' when empty, null when no input is shown. */
export function composerText(screen: string): string | null {
  const lines = screen.split('\n');
  const start = lines.findLastIndex((line) => /^› ?/.test(line));
  if (start === -1 || dialogOptions(screen).length > 0 || shownQuestion(screen) !== null)
    return null;
  const rest = lines.slice(start);
  // The input ends at the blank line over the footer.
  const end = rest.findLastIndex((line) => line.trim() === '');
  return rest
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.replace(/^(› ?| {2})/, ''))
    .join('\n')
    .trim();
}

/** The input shows nothing, or the program's hint, which looks like text somebody typed. */
export const isEmptyInput = (shown: string): boolean => shown === '' || shown === HINT;

const footOf = (screen: string): string => screen.trimEnd().split('\n').slice(-6).join('\n');
