import type { Clock } from '../../../src/lib/clock.ts';
import { messagePrint, plainMessage } from '../../../src/lib/message-text.ts';
import type { AgentTerminal, Delivery } from '../../../src/slots/agent.ts';
import { lookUntil } from '../../shared/terminal/look.ts';
import { besides, pressEnter } from '../../shared/terminal/submit.ts';
import { showsBeginOf, showsText, showsTextAndMore } from '../../shared/terminal/typed-text.ts';
import { inTheWay, isEmptyInput, shownInput } from './composer.ts';
import type { Conversation } from './conversation.ts';
import { disarm, pasteChunks } from './prompt-text.ts';
import type { StatusFile } from './schema.ts';

/** Larger texts are pasted in one piece: the model gets them wrapped in paste tags, but they arrive at once. */
const LARGEST_IN_CHUNKS = 32_000;
const SCREEN_LINES = 60;
/** How long the screen may take to follow, ms. Each wait ends as soon as it shows what is expected. */
const PATIENCE = 5000;
/** How long the prompt that Escape puts back into the input may take to be there, ms. */
const COMES_BACK = 1000;
/** How often text in the input is set aside, and how long that may take, ms. */
const STASHES = 3;
/** Characters that no way of drawing a text adds to it. */
const MUCH_MORE = 100;
const STASH_TIME = 1000;

export interface DeliverySetting {
  readonly terminal: AgentTerminal;
  readonly conversation: Pick<
    Conversation,
    'state' | 'read' | 'turn' | 'wasAccepted' | 'wasTyped' | 'noteTyped'
  >;
  readonly clock: Clock;
  /** The live status, read from disk at the moment of the call. */
  readonly status: () => StatusFile | null;
  /** A hook is held or a dialog is known to be open. */
  readonly requestOpen: () => boolean;
}

/** Enter is pressed only when the input shows the text and nothing else, and no dialog is open at that moment. */
export async function deliverText(
  text: string,
  options: { attempt: number; inDoubt: boolean },
  setting: DeliverySetting,
): Promise<Delivery> {
  const { conversation, clock } = setting;
  const sent = disarm(text);
  const again = options.attempt > 1 || options.inDoubt;
  if (again) {
    conversation.read();
    if (conversation.wasAccepted(sent)) return { type: 'typed', accepted: true };
  }
  const before = refusal(setting);
  if (before !== null) return before;
  const input = await restingInput(setting);
  if (input === null) return deferred(await whatIsInTheWay(setting));
  if (input !== '' && sameText(input, sent) && (again || conversation.wasTyped(sent)))
    return submit(sent, setting);
  if (!isEmptyInput(input) && !(await clearInput(input, sent, setting)))
    return deferred("the agent's input already contains text that ao could not set aside");
  const stillFree = refusal(setting);
  if (stillFree !== null) return stillFree;
  conversation.noteTyped(text, sent, clock.now());
  await type(sent, setting);
  return (await checkTyped(sent, setting)) ?? asTyped(text, sent, await submit(sent, setting));
}

/** Where a person can see that it isn't what they wrote. */
const asTyped = (text: string, sent: string, delivery: Delivery): Delivery =>
  delivery.type === 'typed' && sent.trim() !== plainMessage(text).trim()
    ? { ...delivery, as: sent.trim() }
    : delivery;

async function type(sent: string, { terminal }: DeliverySetting): Promise<void> {
  const chunks = sent.length > LARGEST_IN_CHUNKS ? [sent] : pasteChunks(sent);
  for (const chunk of chunks) await terminal.write(chunk, { submit: false });
}

const inputOf = async ({ terminal }: DeliverySetting): Promise<string | null> =>
  shownInput(await terminal.capture(SCREEN_LINES));

/**
 * The input once it rests: the same in two looks, for a screen may be caught half-drawn, and with the prompt in it that
 * Escape puts back. Null when no input is shown.
 */
async function restingInput(setting: DeliverySetting): Promise<string | null> {
  let former: string | null = null;
  const rests = (input: string | null): boolean => {
    const same = input === former;
    former = input;
    if (input === null) return false;
    if (isEmptyInput(input)) return true;
    const due = restoredPrompt(setting);
    return same && (due === null || sameText(input, due) || !showsBeginOf(input, due));
  };
  const shown = await lookUntil(() => inputOf(setting), rests, PATIENCE, setting.clock);
  const input =
    shown !== null && isEmptyInput(shown) && restoredPrompt(setting) !== null
      ? await lookUntil(
          () => inputOf(setting),
          (now) => now !== null && !isEmptyInput(now) && rests(now),
          COMES_BACK,
          setting.clock,
        )
      : shown;
  // It came back, or somebody at the terminal took it away: either way it isn't waited for again.
  if (restoredPrompt(setting) !== null && input !== null)
    setting.conversation.turn({ type: 'interrupted', at: setting.clock.now() });
  return input;
}

/**
 * Escape before the first word leaves no trace but a turn without an end and a status that rests; a moment later the
 * prompt is in the input again. Null when none is expected.
 */
function restoredPrompt({ conversation, status }: DeliverySetting): string | null {
  const now = status();
  if (now?.status !== 'idle' || conversation.state.turn?.type !== 'running') return null;
  conversation.read();
  const { turn, lastPrompt } = conversation.state;
  return turn?.type === 'running' && turn.at < (now.statusUpdatedAt ?? 0) ? lastPrompt : null;
}

/** Null when the input shows the text and nothing else. */
async function checkTyped(sent: string, setting: DeliverySetting): Promise<Delivery | null> {
  const known = leftovers(sent, setting);
  const isMixed = (input: string): boolean => known.some((one) => showsText(input, one + sent));
  const shown = await lookUntil(
    () => inputOf(setting),
    (input) => input !== null && (sameText(input, sent) || isMixed(input)),
    PATIENCE,
    setting.clock,
  );
  if (shown === null || shown === '')
    return refusal(setting) ?? deferred("the agent's input did not show the text that was typed");
  if (sameText(shown, sent)) return null;
  if (isMixed(shown)) {
    await setting.terminal.keys(['C-c']);
    return deferred("an earlier prompt came back into the agent's input");
  }
  // A person types at the same time: their words must not be sent with ours, and stay in the input.
  if (showsTextAndMore(shown, sent)) {
    await setting.terminal.keys(['C-c']);
    await setting.terminal.write(besides(shown, sent), { submit: false });
    return deferred("somebody is typing in the agent's input");
  }
  // It is drawn in a way nobody foresaw. What stood there before was cleared, so this is the text,
  // unless there is far more of it.
  return messagePrint(shown).length > 2 * messagePrint(sent).length + MUCH_MORE
    ? deferred("the agent's input shows other text than was typed")
    : null;
}

/**
 * Enter on an open dialog would choose its first option, so the state is read once more right before it.
 * Some programs take an Enter for something else (a list of completions, a notice about what they
 * changed): it is pressed again while the input still shows the text.
 */
async function submit(sent: string, setting: DeliverySetting): Promise<Delivery> {
  const { conversation, terminal, clock } = setting;
  return pressEnter({
    terminal,
    clock,
    refusal: () => refusal(setting),
    isStillThere: async () => {
      conversation.read();
      if (conversation.wasAccepted(sent)) return false;
      const input = await inputOf(setting);
      return input !== null && input !== '' && sameText(input, sent);
    },
    isAccepted: () => conversation.wasAccepted(sent),
  });
}

function refusal(setting: DeliverySetting): Delivery | null {
  const status = setting.status();
  if (status?.status === undefined) return deferred('the agent is not ready yet');
  if (status.status === 'waiting')
    return deferred(`the agent waits for an answer (${status.waitingFor ?? 'dialog open'})`);
  return setting.requestOpen() ? deferred('a question or permission request is open') : null;
}

const deferred = (reason: string): Delivery => ({ type: 'deferred', reason });

/**
 * What is unsent in the input must not be sent. Our own leftovers and a prompt that Escape put back are
 * cleared; anything else is a person's draft, which the program stashes and puts back after the next
 * message. What stays as it was is the program's own hint in an empty input; with an earlier draft
 * stashed, the key brings that one back instead, so it is set aside again. Ctrl-C is pressed once only: a
 * second one ends the program. False when something is still there.
 */
async function clearInput(input: string, sent: string, setting: DeliverySetting): Promise<boolean> {
  const { terminal } = setting;
  const ours = leftovers(sent, setting).some(
    (one) => sameText(input, one) || sameText(input, one + sent) || showsBeginOf(input, one),
  );
  if (ours) {
    await terminal.keys(['C-c']);
    return isEmptied(await emptied(setting, PATIENCE));
  }
  let before: string | null = input;
  for (let tries = 0; tries < STASHES; tries += 1) {
    await terminal.keys(['C-s']);
    const after = await emptied(setting, STASH_TIME);
    if (isEmptied(after) || (after !== null && after === before)) return true;
    before = after;
  }
  return false;
}

const isEmptied = (input: string | null): boolean => input !== null && isEmptyInput(input);

const emptied = (setting: DeliverySetting, patience: number): Promise<string | null> =>
  lookUntil(() => inputOf(setting), isEmptied, patience, setting.clock);

/** For a person in the thread: what keeps the text from being typed. */
async function whatIsInTheWay({ terminal }: DeliverySetting): Promise<string> {
  const cover = inTheWay(await terminal.capture(SCREEN_LINES));
  return cover === null
    ? "the agent's input line is not on its screen"
    : `the agent can't take text: ${cover}`;
}

/** What may stand in the input without anybody's doing: the prompt that Escape put back, and a former try of ours. */
const leftovers = (sent: string, { conversation }: DeliverySetting): readonly string[] =>
  [conversation.state.lastPrompt, conversation.wasTyped(sent) ? sent : null].filter(
    (text) => text !== null,
  );

/** A paste the program folded shows only its size. */
const sameText = (shown: string, text: string): boolean =>
  showsText(shown, text) || /^\[Pasted text #\d+( \+\d+ lines)?\]$/.test(shown.trim());
