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
/** How long the screen may take to follow a key, ms. */
const PATIENCE = 3000;

export interface QuestionScreen {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
}

/**
 * Gives the answers of one call in its dialog: a digit chooses and goes on to the next question, words go into the notes
 * of the choice. Each key is pressed only while the very question is shown; throws when it isn't.
 */
export async function typeAnswers(questions: readonly AskedQuestion[], screen: QuestionScreen): Promise<void> {
  for (const question of questions) {
    await goTo(question, screen);
    const words = question.answer?.text?.trim() ?? '';
    const chosen = question.request.options.findIndex((option) => option.id === question.answer?.option);
    // The dialog's own last choice is none of the options.
    const digit = String((chosen === -1 ? question.request.options.length : chosen) + 1);
    if (words === '') await screen.terminal.keys([digit]);
    else await writeNotes(digit, words, question, screen);
    const left = (text: string): boolean => shownQuestion(text)?.number !== question.number || !isShown(question, text);
    if (!left(await look(left, screen))) throw dialogGone();
  }
}

const look = (holds: (text: string) => boolean, { terminal, clock }: QuestionScreen): Promise<string> =>
  lookUntil(() => terminal.capture(SCREEN_LINES), holds, PATIENCE, clock);

async function goTo(question: AskedQuestion, screen: QuestionScreen): Promise<void> {
  for (;;) {
    const shown = shownQuestion(await look((text) => shownQuestion(text) !== null, screen));
    if (shown === null || shown.of < question.number) throw dialogGone();
    if (shown.number === question.number) break;
    await screen.terminal.keys([shown.number > question.number ? 'Left' : 'Right']);
    await look((text) => shownQuestion(text)?.number !== shown.number, screen);
  }
  if (!isShown(question, await look((text) => isShown(question, text), screen))) throw dialogGone();
}

async function writeNotes(digit: string, words: string, question: AskedQuestion, screen: QuestionScreen): Promise<void> {
  const { terminal } = screen;
  const until = async (holds: (shown: ShownQuestion) => boolean): Promise<void> => {
    const seen = shownQuestion(
      await look((text) => {
        const shown = shownQuestion(text);
        return shown !== null && holds(shown);
      }, screen),
    );
    if (seen?.number !== question.number || !holds(seen)) throw dialogGone();
  };
  for (let step = 0; step < question.request.options.length; step += 1) {
    const marked = shownQuestion(await terminal.capture(SCREEN_LINES))?.marked;
    if (marked === digit) break;
    await terminal.keys([Number(marked) < Number(digit) ? 'Down' : 'Up']);
    await until((shown) => shown.marked !== marked);
  }
  await until((shown) => shown.marked === digit);
  await terminal.keys(['Tab']);
  await until((shown) => shown.notes);
  await terminal.write(words, { submit: false });
  await look((text) => showsText(text.slice(text.lastIndexOf('\n  › ') + 1, text.lastIndexOf('tab or esc')), words), screen);
  await until((shown) => shown.notes);
  await terminal.keys(['Enter']);
}

const isShown = (question: AskedQuestion, text: string): boolean =>
  fingerprint(text).includes(fingerprint(question.request.text.split('\n')[0] ?? '').slice(0, SHOWN_CHARS));
