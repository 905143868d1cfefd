import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Millis } from '../../../src/domain/session/time.ts';
import { type MenuOption, menuOptions } from '../../../src/lib/terminal-menu.ts';
import { fingerprint } from '../../../src/lib/text-journal.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { type Answer, isPlan } from './requests.ts';
import type { StoredRequest } from './side-state.ts';

/** As much of a command or question as a dialog surely shows. */
const SHOWN_CHARS = 50;

/**
 * The fall-back when no hook is held (the bot was away when the dialog opened): the digit to press for an answer.
 * Throws when the screen doesn't show the choice, for a blind key could mean anything.
 */
export function keyFor(stored: StoredRequest, answer: Answer, screen: string): string {
  const menu = menuOptions(screen);
  const option =
    isShown(stored, screen) && !isTicked(screen) ? chooseOption(stored, answer, menu) : undefined;
  if (option === undefined) {
    throw rejected(
      'AO_AGENT_DIALOG_UNKNOWN',
      "The dialog on the agent's screen does not offer this answer, so no key was pressed. Attach to the session and answer it there.",
    );
  }
  return option.key;
}

/** The dialog on the screen is the one that was asked about, not a later one. */
function isShown(stored: StoredRequest, screen: string): boolean {
  if (isPlan(stored)) return isPlanShown(stored.request.text, screen);
  const firstLine = stored.request.text.split('\n')[0] ?? '';
  const words =
    stored.request.kind === 'permission' && firstLine.startsWith('/')
      ? basename(firstLine)
      : firstLine;
  return fingerprint(screen).includes(fingerprint(words).slice(0, SHOWN_CHARS));
}

/** By one of its last lines, which stand over the choices; Markdown is drawn without its marks. */
function isPlanShown(plan: string, screen: string): boolean {
  const plain = (text: string): string => fingerprint(text).replaceAll(/[#*`_>|~-]/g, '');
  const lines = plan
    .split('\n')
    .map(plain)
    .filter((line) => line !== '');
  return lines.slice(-3).some((line) => plain(screen).includes(line.slice(-SHOWN_CHARS)));
}

/** A digit only ticks or unticks a box there. */
const isTicked = (screen: string): boolean => /^\s*[❯›]?\s*[1-9]\. \[.\] /m.test(screen);

function chooseOption(
  stored: StoredRequest,
  answer: Answer,
  menu: readonly MenuOption[],
): MenuOption | undefined {
  const fromScreen = menu.find((entry) => `key:${entry.key}` === answer.option);
  if (fromScreen !== undefined)
    return stored.request.options.some(
      (option) => option.id === answer.option && option.label === fromScreen.label,
    )
      ? fromScreen
      : undefined;
  if (stored.request.kind === 'question') {
    return stored.together.length === 1 && answer.text === null
      ? menu.find((entry) => entry.label === answer.option)
      : undefined;
  }
  if (isPlan(stored)) return choosePlan(answer, menu);
  const yes = menu.filter((entry) => /^Yes\b/.test(entry.label));
  if (answer.option === 'allow') return yes[0];
  // "Don't ask again" on the screen writes a settings file; once is the nearest stricter answer.
  if (answer.option === 'allow_always') return yes[0];
  return menu.find((entry) => /^No\b/.test(entry.label));
}

function choosePlan({ option }: Answer, menu: readonly MenuOption[]): MenuOption | undefined {
  if (option === 'allow_edits')
    return menu.find((entry) => /^Yes\b.*accept edits/.test(entry.label));
  if (option === 'allow')
    return menu.find((entry) => /^Yes\b.*(?:manually|ask each time)/.test(entry.label));
  const no = menu.find((entry) => /^No\b|^Tell Claude/.test(entry.label));
  // Chosen, it would wait for words; Escape is the same no.
  return no === undefined ? undefined : { ...no, key: 'Escape' };
}

/** A dialog nobody told us about, as its screen shows it. Null when there is no menu to see. */
export function requestFromScreen(
  screen: string,
  waitingFor: string | null,
  now: Millis,
): StoredRequest | null {
  const menu = menuOptions(screen);
  if (menu.length === 0) return null;
  const id = randomUUID();
  const lines = screen
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !/^[─╌\s]*$/.test(line));
  return {
    request: {
      id,
      kind: /permission/.test(waitingFor ?? '') ? 'permission' : 'question',
      title: `The agent waits: ${waitingFor ?? 'a dialog is open'}`,
      text: lines.slice(-20).join('\n'),
      options: menu.map((entry) => ({
        id: `key:${entry.key}`,
        label: entry.label,
        style: /^No\b/.test(entry.label) ? 'danger' : 'plain',
      })),
      freeText: false,
      askedAt: now,
      answer: null,
    },
    suggestions: [],
    together: [id],
    given: false,
  };
}
