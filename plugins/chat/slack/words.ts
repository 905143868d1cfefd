import type { ChatMessage } from '../../../src/slots/chat.ts';
import { isRefusedContent } from './errors.ts';
import { type Rendered, renderMessage } from './render/message.ts';
import { plainMessage } from './render/plain.ts';

/** What a call of Slack carries of a message. */
export interface Said {
  readonly text: string;
  readonly blocks?: readonly unknown[];
}

/** A message as it should look, and in plain words for where Slack does not take that. */
export interface Written {
  readonly whole: Rendered;
  plain(limit?: number): string;
}

/** `mentions`: subjects to ids of this workspace. */
export function writtenFor(
  message: ChatMessage,
  mentions: (subjects: readonly string[]) => readonly string[] = () => [],
): Written {
  const called = mentions(message.mention ?? []);
  return {
    whole: renderMessage(message, { mentions: called }),
    plain: (limit) => plainMessage(message, called, limit),
  };
}

/** The plainest there is, in characters. */
const SHORT = 1_000;

/**
 * Says it as it should look; where Slack refuses how it is written, in plain text, and in the end in few words and with nothing
 * else (`isLast`). Any other refusal is the caller's.
 */
export async function inWordsThatPass<T>(
  message: Written,
  say: (said: Said, isLast: boolean) => Promise<T>,
): Promise<T> {
  const ways: ReadonlyArray<() => Said> = [
    () => body(message.whole),
    () => ({ text: message.plain() }),
    () => ({ text: message.plain(SHORT) }),
  ];
  let refusal: unknown;
  for (const [at, way] of ways.entries()) {
    try {
      return await say(way(), at === ways.length - 1);
    } catch (error) {
      if (!isRefusedContent(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** Blocks only where there are some: a message of text alone is a text. */
export const body = (shown: Rendered): Said => ({
  text: shown.text === '' ? ' ' : shown.text,
  ...(shown.blocks.length === 0 ? {} : { blocks: shown.blocks }),
});
