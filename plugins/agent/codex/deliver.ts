import type { Clock } from '../../../src/lib/clock.ts';
import { noteTyped, type TextJournal, wasTaken, wasTyped } from '../../../src/lib/text-journal.ts';
import type { AgentTerminal, Delivery } from '../../../src/slots/agent.ts';
import { lookUntil } from '../../shared/terminal/look.ts';
import { besides, pressEnter } from '../../shared/terminal/submit.ts';
import {
  closeCompletion,
  disarm,
  showsText,
  showsTextAndMore,
} from '../../shared/terminal/typed-text.ts';
import { composerText, dialogOptions, isEmptyInput, shownQuestion } from './screen.ts';

const SCREEN_LINES = 60;
/** How long the screen may take to follow, ms. Each wait ends as soon as it shows what is expected. */
const PATIENCE = 5000;

export interface DeliverySetting {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  readonly journal: () => TextJournal;
  /** Reads what the rollout says by now. */
  readonly refresh: () => void;
  readonly save: () => void;
  readonly requestOpen: () => boolean;
}

/** Enter is pressed only when the input shows the text and nothing else: on a dialog it would choose the first option. */
export async function deliverText(
  text: string,
  options: { attempt: number; inDoubt: boolean },
  setting: DeliverySetting,
): Promise<Delivery> {
  const { terminal, clock, journal } = setting;
  const sent = closeCompletion(disarm(text));
  const again = options.attempt > 1 || options.inDoubt;
  setting.refresh();
  if (again && wasTaken(journal(), sent)) return { type: 'typed', accepted: true };
  const input = await restingInput(setting);
  if (setting.requestOpen() || input === 'dialog')
    return deferred('a question or permission request is open');
  if (input === null) return deferred("the agent's input line is not on its screen");
  const draft = input.slice(1);
  if (draft !== '' && sameText(draft, sent) && (again || wasTyped(journal(), sent)))
    return submit(sent, setting);
  if (!isEmptyInput(draft) && !(await clearInput(setting)))
    return deferred("the agent's input already contains text that ao could not clear");
  noteTyped(journal(), text, sent, clock.now());
  setting.save();
  await terminal.write(sent, { submit: false });
  const shown = await lookUntil(
    () => inputOf(setting),
    (now) => now === 'dialog' || (now !== null && sameText(now.slice(1), sent)),
    PATIENCE,
    clock,
  );
  if (shown === 'dialog') return deferred('a question or permission request opened meanwhile');
  if (shown === null || shown === '=')
    return deferred("the agent's input did not show the text that was typed");
  // A person types at the same time: their words must not be sent with ours, and stay in the input.
  if (!sameText(shown.slice(1), sent) && showsTextAndMore(shown.slice(1), sent)) {
    await terminal.keys(['C-c']);
    await terminal.write(besides(shown.slice(1), sent), { submit: false });
    return deferred("somebody is typing in the agent's input");
  }
  return submit(sent, setting);
}

/** `=` and what stands in the input; null when neither an input nor a dialog is shown. */
type Shown = `=${string}` | 'dialog' | null;

async function inputOf({ terminal }: DeliverySetting): Promise<Shown> {
  const screen = await terminal.capture(SCREEN_LINES);
  if (dialogOptions(screen).length > 0 || shownQuestion(screen) !== null) return 'dialog';
  const input = composerText(screen);
  return input === null ? null : `=${input}`;
}

/** The same in two looks, for a screen may be caught half-drawn. */
function restingInput(setting: DeliverySetting): Promise<Shown> {
  let former: Shown = null;
  const rests = (input: Shown): boolean => {
    const same = input === former;
    former = input;
    return input === 'dialog' || (input !== null && (same || isEmptyInput(input.slice(1))));
  };
  return lookUntil(() => inputOf(setting), rests, PATIENCE, setting.clock);
}

/**
 * Codex keeps what it clears in its history: a person's draft is one Up away. One key only: on an empty input it ends
 * the program. False when something is still there.
 */
async function clearInput(setting: DeliverySetting): Promise<boolean> {
  await setting.terminal.keys(['C-c']);
  return (
    (await lookUntil(
      async () => {
        const input = await inputOf(setting);
        return input?.startsWith('=') === true && isEmptyInput(input.slice(1)) ? '=' : input;
      },
      (now) => now === '=',
      PATIENCE,
      setting.clock,
    )) === '='
  );
}

function submit(sent: string, setting: DeliverySetting): Promise<Delivery> {
  const { terminal, clock, requestOpen, journal, refresh } = setting;
  return pressEnter({
    terminal,
    clock,
    refusal: () =>
      requestOpen() ? deferred('a question or permission request opened meanwhile') : null,
    isStillThere: async () => {
      refresh();
      if (wasTaken(journal(), sent)) return false;
      const input = await inputOf(setting);
      return input?.startsWith('=') === true && sameText(input.slice(1), sent);
    },
    isAccepted: () => wasTaken(journal(), sent),
  });
}

const deferred = (reason: string): Delivery => ({ type: 'deferred', reason });

/** A large paste shows only its size. */
const sameText = (shown: string, text: string): boolean =>
  showsText(shown, text) || /^\[Pasted Content \d+ chars\]/.test(shown);
