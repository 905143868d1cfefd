import type { Clock } from '../../../src/lib/clock.ts';
import { menuOptions } from '../../../src/lib/terminal-menu.ts';
import type { AgentEvent, AgentTerminal } from '../../../src/slots/agent.ts';
import { type PluginError, rejected } from '../../../src/slots/errors.ts';
import { refusalWords } from '../../shared/agent-request.ts';
import { lookUntil } from '../../shared/terminal/look.ts';
import { keyFor } from './dialog-keys.ts';
import type { RequestDesk } from './request-desk.ts';
import { type Answer, answerWords } from './requests.ts';
import type { StatusFile } from './schema.ts';
import type { StoredRequest, Turn } from './side-state.ts';

/** A dialog's status follows its hook within this time, ms. */
export const STATUS_LAG = 1000;
/** The status tells within this time what the program made of an answer, ms. */
const GOES_ON = 2000;
/** A dialog that took its key is gone within this time; how often it is pressed. */
const PRESS_TIME = 1000;
const PRESSES = 5;
const SCREEN_LINES = 40;

export interface AnswerSetting {
  readonly desk: RequestDesk;
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  readonly emit: (event: AgentEvent) => void;
  /** The live status, read from disk at the moment of the call. */
  readonly status: () => StatusFile | null;
  /** The turn as the transcript tells it by now. */
  readonly turn: () => Turn | null;
}

/**
 * Answers an open request: through its hook where one is held, else by a key in its dialog. Resolves when the program
 * goes on with this answer; throws `rejected` when somebody at the terminal was faster.
 */
export async function answerRequest(
  id: string,
  answer: Answer,
  setting: AnswerSetting,
): Promise<void> {
  const { desk, clock, emit } = setting;
  const stored = desk.find(id);
  const before = setting.status();
  const mayFollow = clock.now() - stored.request.askedAt < STATUS_LAG && desk.isHeld(id);
  if (before?.status !== 'waiting' && !mayFollow) {
    desk.closeAll([stored]);
    throw decidedElsewhere();
  }
  const words = answerWords(stored.request, answer);
  if (desk.isHeld(id)) {
    if (desk.respond(id, answer)) await goesOn(stored, setting);
    desk.answered(stored, words);
    return;
  }
  await press(stored, answer, before, setting);
  desk.close(stored, words);
  // The key said no and ended the turn; the words are a message of their own.
  const left = refusalWords(answer);
  if (left !== '') emit({ type: 'words_left', request: id, text: left });
}

/** Escape in the terminal ends the turn, and the program doesn't look at its hook any more. */
async function goesOn(stored: StoredRequest, setting: AnswerSetting): Promise<void> {
  const state = await lookUntil(
    async () => setting.status()?.status ?? 'gone',
    (seen) => seen !== 'waiting',
    GOES_ON,
    setting.clock,
  );
  const turn = setting.turn();
  const isInterrupted = turn?.type === 'interrupted' && turn.at >= stored.request.askedAt;
  if (state !== 'gone' && !(state === 'idle' && isInterrupted)) return;
  setting.desk.close(stored, null);
  throw decidedElsewhere();
}

/** Keys are ignored for a moment after a dialog was drawn: it is pressed again while the program goes on waiting for that very one. */
async function press(
  stored: StoredRequest,
  answer: Answer,
  before: StatusFile | null,
  { terminal, clock, status }: AnswerSetting,
): Promise<void> {
  const stateOf = (seen: StatusFile | null): string =>
    `${seen?.status} since ${seen?.statusUpdatedAt}`;
  for (let presses = 0; presses < PRESSES; presses += 1) {
    const screen = await terminal.capture(SCREEN_LINES);
    // It took the key and is gone; a slow machine writes the status later.
    if (presses > 0 && menuOptions(screen).length === 0) return;
    await terminal.keys([keyFor(stored, answer, screen)]);
    const now = await lookUntil(
      async () => stateOf(status()),
      (state) => state !== stateOf(before),
      PRESS_TIME,
      clock,
    );
    if (now !== stateOf(before)) return;
  }
  throw rejected(
    'AO_AGENT_DIALOG_STAYS',
    "The dialog on the agent's screen did not go when its key was pressed. Attach to the session and answer it there.",
  );
}

const decidedElsewhere = (): PluginError =>
  rejected(
    'AO_AGENT_REQUEST_CLOSED',
    'The request is no longer open: it was answered in the terminal or the agent moved on. Nothing was sent.',
  );
