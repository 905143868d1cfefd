import type { BotWorld } from './bot-world.ts';
import { until } from './until.ts';

/** A message as a person of the team reads it, whatever the platform. */
export interface Shown {
  readonly id: string;
  readonly text: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
}

/** One person of the team at one chat. What they can do is the same everywhere; only this is exchanged between platforms. */
export interface Team {
  readonly bot: BotWorld;
  /** A command in the project's channel; resolves with the private answer. */
  types(line: string): Promise<string | null>;
  /** The thread of the only session, card first. */
  thread(): Promise<readonly Shown[]>;
  /** The project's channel. */
  channel(): Promise<readonly Shown[]>;
  /** A reply in the thread; resolves with its id. */
  says(text: string): Promise<string>;
  /** ao's receipt on a reply. */
  receipt(message: string): Promise<string | null>;
  /** Presses the button and says yes where it asks; resolves with the private answer. */
  presses(message: Shown, label: string): Promise<string | null>;
  close(): Promise<void>;
}

/** The first message of the thread with this text in it. */
export async function sees(team: Team, text: string | RegExp, timeoutMs = 40_000): Promise<Shown> {
  const found = async (): Promise<Shown | undefined> =>
    (await team.thread()).find((message) => (typeof text === 'string' ? message.text.includes(text) : text.test(message.text)));
  return until(found, { what: `the thread to show ${String(text)}`, timeoutMs }).catch(async (error: unknown) => {
    const shown = (await team.thread()).map((message) => `${message.text} ${message.buttons.map((label) => `[${label}]`).join(' ')}`);
    const faults = team.bot.logged.filter((line) => line.level !== 'info').map((line) => `${line.message} ${JSON.stringify(line.fields)}`);
    throw new Error(`${(error as Error).message}. It shows:\n${shown.join('\n\n')}\nLog: ${faults.join('\n')}`);
  });
}

export const card = async (team: Team): Promise<Shown> => until(async () => (await team.thread())[0], { what: 'the card' });
