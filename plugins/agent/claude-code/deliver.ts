import type { Clock } from '../../../src/lib/clock.ts';
import { fingerprint } from '../../../src/lib/text-journal.ts';
import type { AgentTerminal, Delivery } from '../../../src/slots/agent.ts';
import { composerText } from './composer.ts';
import type { Conversation } from './conversation.ts';
import { disarm, pasteChunks } from './prompt-text.ts';
import type { StatusFile } from './schema.ts';

/** Larger texts are pasted in one piece: the model gets them wrapped in paste tags, but they arrive at once. */
const LARGEST_IN_CHUNKS = 32_000;
const SCREEN_LINES = 60;
/** ms */
const SETTLE = 700;
const CLEAR_STEPS = 25;
const CLEAR_STEP = 20;

export interface DeliverySetting {
  readonly terminal: AgentTerminal;
  readonly conversation: Conversation;
  readonly clock: Clock;
  /** The live status, read from disk at the moment of the call. */
  readonly status: () => StatusFile | null;
  /** A hook is held or a dialog is known to be open. */
  readonly requestOpen: () => boolean;
}

export async function deliverText(text: string, options: { attempt: number; inDoubt: boolean }, setting: DeliverySetting): Promise<Delivery> {
  const { conversation, terminal, clock } = setting;
  const sent = disarm(text);
  const again = options.attempt > 1 || options.inDoubt;
  if (again) {
    conversation.read();
    if (conversation.wasAccepted(sent)) return { type: 'typed', accepted: true };
  }
  const before = refusal(setting);
  if (before !== null) return before;
  await settle(setting);
  const input = composerText(await terminal.capture(SCREEN_LINES)) ?? '';
  if (input !== '' && sameText(input, sent) && (again || conversation.wasTyped(sent))) return submit(setting);
  if (input !== '') await clearInput(input, sent, setting);
  const stillFree = refusal(setting);
  if (stillFree !== null) return stillFree;
  conversation.noteTyped(text, sent, clock.now());
  await type(sent, setting);
  if (await hasForeignStart(sent, setting)) {
    await clearInput('', sent, setting);
    await type(sent, setting);
  }
  return submit(setting);
}

async function type(sent: string, { terminal }: DeliverySetting): Promise<void> {
  const chunks = sent.length > LARGEST_IN_CHUNKS ? [sent] : pasteChunks(sent);
  for (const chunk of chunks) await terminal.write(chunk, { submit: false });
}

/** After Escape the prompt comes back into the input a moment later than the status rests. */
async function settle({ conversation, clock, status }: DeliverySetting): Promise<void> {
  const turn = conversation.state.turn;
  const rest = SETTLE - (clock.now() - (status()?.statusUpdatedAt ?? 0));
  if (turn !== null && turn.type !== 'done' && rest > 0) await new Promise<void>((resolve) => clock.after(rest, resolve));
}

/** Something came into the input before our text while it was typed. */
async function hasForeignStart(sent: string, { terminal }: DeliverySetting): Promise<boolean> {
  const shown = fingerprint(composerText(await terminal.capture(SCREEN_LINES)) ?? '');
  const whole = fingerprint(sent);
  return shown.length > whole.length && shown.endsWith(whole);
}

/** Enter on an open dialog would choose its first option, so the state is read once more right before it. */
async function submit(setting: DeliverySetting): Promise<Delivery> {
  const refused = refusal(setting);
  if (refused !== null) return refused;
  await setting.terminal.keys(['Enter']);
  return { type: 'typed', accepted: false };
}

function refusal(setting: DeliverySetting): Delivery | null {
  const status = setting.status();
  if (status?.status === undefined) return { type: 'deferred', reason: 'the agent is not ready yet' };
  if (status.status === 'waiting') return { type: 'deferred', reason: `the agent waits for an answer (${status.waitingFor ?? 'dialog open'})` };
  return setting.requestOpen() ? { type: 'deferred', reason: 'a question or permission request is open' } : null;
}

/**
 * What stands unsent in the input (`input`, '' when our own text is part of it) must not be sent. Our own leftovers and
 * a prompt that Escape put back are cleared; anything else is a person's draft, which the program stashes and puts back
 * after the next message.
 */
async function clearInput(input: string, sent: string, setting: DeliverySetting): Promise<void> {
  const { terminal, conversation, clock } = setting;
  const ours =
    input === '' || sameText(input, conversation.state.lastPrompt ?? '') || (conversation.wasTyped(sent) && fingerprint(sent).includes(fingerprint(input)));
  await terminal.keys([ours ? 'C-c' : 'C-s']);
  for (let step = 0; step < CLEAR_STEPS; step += 1) {
    if ((composerText(await terminal.capture(SCREEN_LINES)) ?? '') === '') return;
    await new Promise<void>((resolve) => clock.after(CLEAR_STEP, resolve));
  }
}

/** A long input shows only its end; a paste the program folded shows only its size. */
function sameText(shown: string, text: string): boolean {
  const print = fingerprint(shown);
  const whole = fingerprint(text);
  return print === whole || (print.length > 40 && whole.endsWith(print)) || /^\[Pastedtext#\d+(\+\d+lines)?\]$/.test(print);
}
