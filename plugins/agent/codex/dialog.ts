import { randomUUID } from 'node:crypto';
import type { Millis } from '../../../src/domain/session/time.ts';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import type { MenuOption } from '../../../src/lib/terminal-menu.ts';
import { fingerprint } from '../../../src/lib/text-journal.ts';
import type { AgentTerminal } from '../../../src/slots/agent.ts';
import { type PluginError, rejected } from '../../../src/slots/errors.ts';
import { permissionText } from '../../shared/permission-text.ts';
import { dialogOptions } from './screen.ts';
import type { StoredRequest } from './side-state.ts';

/** While a request is open the screen tells when somebody answered it in the terminal. */
export const LOOK_EVERY = 300;
/** A dialog is drawn within this time after its hook. */
export const DIALOG_DELAY = 3000;
const SCREEN_LINES = 40;
const PRESSES = 10;
const SHOWN_CHARS = 40;

export interface DialogSetting {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  /** The request is still an open one. */
  readonly open: () => boolean;
  /** Its dialog is the one on this screen. */
  readonly isShown: (screen: string) => boolean;
  /** Called right before the first key: from here on what happens may be the answer's doing. */
  readonly pressing: () => void;
}

/** Chooses in the dialog of a permission request. Throws when that dialog is not on the screen or doesn't offer the choice; no key was pressed then. */
export async function chooseInDialog(wanted: string, setting: DialogSetting): Promise<void> {
  const choice = (await menuOf(setting)).find((option) => optionId(option.label) === wanted);
  if (choice === undefined || !setting.open()) throw dialogGone();
  setting.pressing();
  await press(choice, setting);
}

/** The dialog is drawn a moment after its hook. Empty when it is not the one on the screen. */
async function menuOf({
  terminal,
  clock,
  open,
  isShown: isIts,
}: DialogSetting): Promise<readonly MenuOption[]> {
  for (let waited = 0; ; waited += LOOK_EVERY) {
    const screen = await terminal.capture(SCREEN_LINES);
    const menu = dialogOptions(screen);
    if (menu.length > 0) return isIts(screen) ? menu : [];
    if (!open() || waited > DIALOG_DELAY) return [];
    await pause(clock, LOOK_EVERY);
  }
}

/** Codex ignores keys for a moment after it drew a dialog, so the key is pressed again while that dialog stands. */
async function press(
  choice: MenuOption,
  { terminal, clock, isShown: isIts }: DialogSetting,
): Promise<void> {
  for (let attempt = 0; attempt < PRESSES; attempt += 1) {
    await terminal.keys([choice.key]);
    await pause(clock, LOOK_EVERY);
    const screen = await terminal.capture(SCREEN_LINES);
    if (dialogOptions(screen).length === 0 || !isIts(screen)) return;
  }
  throw dialogGone();
}

const COMMAND = 'Run this command?';
const EDITS = 'Make these changes?';
const FROM_SCREEN = 'The agent waits for an answer';

export function permissionRequest(
  tool: string,
  input: Readonly<Record<string, unknown>>,
  now: Millis,
): StoredRequest {
  const given = typeof input.command === 'string' ? input.command : JSON.stringify(input, null, 2);
  const isPatch = tool === 'apply_patch';
  const command = isPatch ? given.replaceAll(/^\*\*\* (?:Begin|End) Patch\n?/gm, '').trim() : given;
  const reason = typeof input.description === 'string' ? `\n\n${input.description}` : '';
  return {
    id: randomUUID(),
    kind: 'permission',
    title: tool === 'Bash' ? COMMAND : isPatch ? EDITS : `Use ${tool}?`,
    text: `${permissionText(command)}${permissionText(reason)}`,
    options: [
      { id: 'allow', label: 'Allow once', style: 'primary' },
      { id: 'allow_always', label: "Allow and don't ask again", style: 'plain' },
      { id: 'deny', label: 'Deny', style: 'danger' },
    ],
    freeText: true,
    askedAt: now,
    answer: null,
  };
}

/** The request asked whether this may run. */
export const isCommandOf = ({ title, text }: StoredRequest, command: string): boolean =>
  title === COMMAND && `${text}\n\n`.startsWith(`${permissionText(command)}\n\n`);

/** The request asked whether files may be changed. */
export const isEdits = ({ title }: StoredRequest): boolean => title === EDITS;

/** Its dialog shows what was asked in words of its own, which nobody knows here. */
export const isUnknown = ({ title }: StoredRequest): boolean =>
  title !== COMMAND && title !== EDITS && title !== FROM_SCREEN;

/** A dialog whose hook nobody heard, as its screen shows it. */
export function requestFromScreen(screen: string, now: Millis): StoredRequest {
  return {
    id: randomUUID(),
    kind: 'permission',
    title: FROM_SCREEN,
    text: wordsOf(screen),
    options: dialogOptions(screen).map((option) => ({
      id: optionId(option.label),
      label: option.label,
      style: optionId(option.label) === 'deny' ? 'danger' : 'plain',
    })),
    freeText: true,
    askedAt: now,
    answer: null,
  };
}

/** What stands in the dialog over its choices: below what was said, which moves on. */
function wordsOf(screen: string): string {
  const lines = screen
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const choices = lines.findLastIndex((line) => /^[›\s]*1\. /.test(line));
  const words = lines.slice(
    lines.findLastIndex((line, place) => place < choices && /^[•■›]/.test(line)) + 1,
    choices,
  );
  return (words.length === 0 ? lines.slice(-16) : words).join('\n');
}

/** What a choice of Codex' dialogs means. */
function optionId(label: string): string {
  if (/^Yes\b/.test(label))
    return /don't ask again|for this session|always/i.test(label) ? 'allow_always' : 'allow';
  return /^No\b/.test(label) ? 'deny' : label;
}

/**
 * The dialog on the screen is the one that was asked about, not another. Only its own words count: what runs or ran stands over it in the
 * same words as it was asked in.
 */
export function isShown({ title, text }: StoredRequest, screen: string): boolean {
  const shown = fingerprint(wordsOf(screen));
  if (title === FROM_SCREEN) return shown.endsWith(fingerprint(text));
  if (title === EDITS)
    return (
      EDITS_DIALOG.test(shown) && filesOf(text).some((file) => shown.includes(fingerprint(file)))
    );
  const [first = '', second = ''] = text.split('\n');
  const asked = fingerprint(first);
  // The dialog ends with the command. Of a long one, or one of many lines, not all may be shown.
  return second === '' && asked.length <= SHOWN_CHARS
    ? shown.endsWith(asked)
    : shown.includes(asked.slice(0, SHOWN_CHARS));
}

const EDITS_DIALOG = /makethefollowingedits/;

const filesOf = (patch: string): readonly string[] =>
  [...patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)].map((match) => match[1] ?? '');

export const dialogGone = (): PluginError =>
  rejected(
    'AO_AGENT_REQUEST_CLOSED',
    "The request is no longer open, or its dialog is not on the agent's screen: no key was pressed. Look at the session, and answer it there if it still asks.",
  );
