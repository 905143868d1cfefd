import { join } from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';
import type { BotWorld, BotWorldOptions } from './bot-world.ts';
import { until } from './until.ts';

/** A message as a person of the team reads it, whatever the platform. */
export interface Shown {
  readonly id: string;
  readonly text: string;
  /** Labels of its buttons. */
  readonly buttons: readonly string[];
  /** Names of the files attached to it. */
  readonly files: readonly string[];
}

export interface UploadedFile {
  readonly name: string;
  readonly content: string;
}

export type TeamOptions = Pick<BotWorldOptions, 'more' | 'project' | 'clock' | 'configure'>;

/** One person of the team at one chat. What they can do is the same everywhere; only this is exchanged between platforms. */
export interface Team {
  readonly bot: BotWorld;
  readonly takesFiles: boolean;
  /** A command in the project's channel; resolves with the private answer. */
  types(line: string): Promise<string | null>;
  /** The thread of the only session, card first. */
  thread(): Promise<readonly Shown[]>;
  /** The project's channel. */
  channel(): Promise<readonly Shown[]>;
  /** A reply in the thread; resolves with its id. */
  says(text: string, files?: readonly UploadedFile[]): Promise<string>;
  edits(message: string, text: string): Promise<void>;
  deletes(message: string): Promise<void>;
  /** ao's receipt on a reply. */
  receipt(message: string): Promise<string | null>;
  /** Presses the button and says yes where it asks; resolves with the private answer. Private answers can be pressed, too. */
  presses(message: Shown, label: string): Promise<string | null>;
  /** Fills in the form on the screen. */
  submits(values: Readonly<Record<string, string>>): Promise<void>;
  /** Chooses from the menu of a private answer. */
  chooses(message: Shown, value: string): Promise<void>;
  /** The newest answer that only this person sees. */
  privately(): Promise<Shown | null>;
  /** Deletes the thread with its card, where the platform lets people do that. */
  readonly deletesThread: (() => void) | null;
  /** The channel is archived, or ao removed from it; or it is as before. Null where that can't be done. */
  readonly shuts: ((shut: boolean) => void) | null;
  close(): Promise<void>;
}

/** The first message of the thread with this text in it. */
export async function sees(team: Team, text: string | RegExp, timeoutMs = 40_000): Promise<Shown> {
  const found = async (): Promise<Shown | undefined> =>
    (await team.thread()).find((message) => isLike(message, text));
  return until(found, { what: `the thread to show ${String(text)}`, timeoutMs }).catch(
    async (error: unknown) => {
      const shown = (await team.thread()).map(
        (message) => `${message.text} ${message.buttons.map((label) => `[${label}]`).join(' ')}`,
      );
      const faults = team.bot.logged
        .filter((line) => line.level !== 'info')
        .map((line) => `${line.message} ${JSON.stringify(line.fields)}`);
      throw new Error(
        `${(error as Error).message}. It shows:\n${shown.join('\n\n')}\nLog: ${faults.join('\n')}`,
      );
    },
  );
}

const isLike = (message: Shown, text: string | RegExp): boolean =>
  typeof text === 'string' ? message.text.includes(text) : text.test(message.text);

/** The newest private answer, once it says this. */
export const hears = (team: Team, text: string | RegExp): Promise<Shown> =>
  until(
    async () => {
      const message = await team.privately();
      return message !== null && isLike(message, text) ? message : null;
    },
    { what: `a private answer with ${String(text)}`, timeoutMs: 20_000 },
  );

/** A message of the thread, once it fulfils this. */
export const becomes = (
  team: Team,
  message: Shown,
  holds: (now: Shown) => boolean,
  what: string,
): Promise<Shown> =>
  until(
    async () => {
      const now = (await team.thread()).find((one) => one.id === message.id);
      return now !== undefined && holds(now) ? now : null;
    },
    { what, timeoutMs: 30_000 },
  );

export const card = async (team: Team): Promise<Shown> =>
  until(async () => (await team.thread())[0], { what: 'the card' });

/** An agent that does what a line `do: …` tells it, and checks that cost no time. */
export const PUPPET: TeamOptions = {
  project: { agent: 'puppet', checks: [{ name: 'quick', run: 'true' }] },
  more: {
    agents: {
      puppet: {
        plugin: 'command',
        prompt: 'stdin',
        command: [process.execPath, join(packageRoot(), 'test/fixtures/puppet-agent.mjs')],
      },
    },
  },
};
