import type { Clock } from '../../../src/lib/clock.ts';
import { fingerprint } from '../../../src/lib/text-journal.ts';
import type { AgentTerminal } from '../../../src/slots/agent.ts';
import { lookUntil } from '../../shared/terminal/look.ts';
import { showsText } from '../../shared/terminal/typed-text.ts';
import { dialogGone } from './dialog.ts';
import { type ShownQuestion, shownQuestion } from './screen.ts';
import type { AskedQuestion } from './side-state.ts';

const SCREEN_LINES = 60;
const SHOWN_CHARS = 40;
/** How long the screen may take to follow a key, ms; and how often a key is pressed, for Codex ignores keys for a moment after it drew a dialog. */
const PATIENCE = 1500;
const PRESSES = 4;

export interface QuestionScreen {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
}

/**
 * Gives the answers of one call in its dialog: a digit chooses and goes on to the next question, words go into the notes
 * of the choice. Each key is pressed only while the very question is shown; throws when it isn't.
 */
export async function typeAnswers(
  questions: readonly AskedQuestion[],
  screen: QuestionScreen,
): Promise<void> {
  for (const question of questions) {
    await goTo(question, screen);
    const words = question.answer?.text?.trim() ?? '';
    const chosen = question.request.options.findIndex(
      (option) => option.id === question.answer?.option,
    );
    // The dialog's own last choice is none of the options.
    const digit = String((chosen === -1 ? question.request.options.length : chosen) + 1);
    if (words !== '') await writeNotes(digit, words, question, screen);
    await press(
      words === '' ? digit : 'Enter',
      (shown, text) => shown?.number !== question.number || !isShown(question, text),
      screen,
    );
  }
}

type Holds = (shown: ShownQuestion | null, text: string) => boolean;

const look = async (
  holds: Holds,
  { terminal, clock }: QuestionScreen,
): Promise<{ shown: ShownQuestion | null; held: boolean }> => {
  const text = await lookUntil(
    () => terminal.capture(SCREEN_LINES),
    (seen) => holds(shownQuestion(seen), seen),
    PATIENCE,
    clock,
  );
  const shown = shownQuestion(text);
  return { shown, held: holds(shown, text) };
};

/** Presses the key until the screen follows; throws when it doesn't, or when no question is left to press it on. */
async function press(key: string, follows: Holds, screen: QuestionScreen): Promise<void> {
  for (let times = 0; times < PRESSES; times += 1) {
    if (shownQuestion(await screen.terminal.capture(SCREEN_LINES)) === null) break;
    await screen.terminal.keys([key]);
    if ((await look(follows, screen)).held) return;
  }
  throw dialogGone();
}

async function goTo(question: AskedQuestion, screen: QuestionScreen): Promise<void> {
  for (;;) {
    const { shown } = await look((now) => now !== null, screen);
    if (shown === null || shown.of < question.number) throw dialogGone();
    if (shown.number === question.number) break;
    await press(
      shown.number > question.number ? 'Left' : 'Right',
      (now) => now?.number !== shown.number,
      screen,
    );
  }
  if (!(await look((_shown, text) => isShown(question, text), screen)).held) throw dialogGone();
}

/** Marks the choice and writes the words beside it, without sending them. */
async function writeNotes(
  digit: string,
  words: string,
  question: AskedQuestion,
  screen: QuestionScreen,
): Promise<void> {
  const same: Holds = (shown) => shown?.number === question.number;
  for (;;) {
    const { shown, held } = await look(
      (now, text) => same(now, text) && now?.marked !== null,
      screen,
    );
    if (!held) throw dialogGone();
    if (shown?.marked === digit) break;
    await press(
      Number(shown?.marked) < Number(digit) ? 'Down' : 'Up',
      (now) => now?.marked !== shown?.marked,
      screen,
    );
  }
  await press('Tab', (now) => now?.notes === true, screen);
  await screen.terminal.write(words, { submit: false });
  const written: Holds = (now, text) =>
    now?.notes === true &&
    showsText(text.slice(text.lastIndexOf('\n  › ') + 1, text.lastIndexOf('tab or esc')), words);
  const { shown } = await look(written, screen);
  if (shown?.notes !== true) throw dialogGone();
}

const isShown = (question: AskedQuestion, text: string): boolean =>
  fingerprint(text).includes(
    fingerprint(question.request.text.split('\n')[0] ?? '').slice(0, SHOWN_CHARS),
  );
