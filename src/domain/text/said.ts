/** What people said before an agent was called, as text that goes into its prompt: named, timed, limited and without authority. */
import { visible } from './fence.ts';

export interface Said {
  /** Name as the platform shows it; anybody may choose one. */
  readonly who: string;
  readonly at: number;
  /** Readable, with what was forwarded in it. */
  readonly text: string;
  /** Names of its files. */
  readonly files: readonly string[];
}

/** All messages together, characters. */
const LIMIT = 24_000;
/** One message. */
const MESSAGE_LIMIT = 4_000;

/**
 * One paragraph for each message, oldest first. Too much: the first message stays, because it says what the thread is about, then
 * the newest that fit; `left` is how many are not there. Lines after the first are set in, so that no message can pass itself off as
 * another person's.
 */
export function transcript(messages: readonly Said[]): {
  readonly text: string;
  readonly left: number;
} {
  const entries = messages.map(entryOf).filter((entry) => entry !== null);
  const [first, ...rest] = entries;
  if (first === undefined) return { text: '', left: 0 };
  let room = LIMIT - first.length;
  const kept: string[] = [];
  for (const entry of rest.toReversed()) {
    if (entry.length > room) break;
    room -= entry.length + 1;
    kept.unshift(entry);
  }
  const left = rest.length - kept.length;
  const gap = left === 0 ? [] : [`[${left} ${left === 1 ? 'message' : 'messages'} left out here]`];
  return { text: [first, ...gap, ...kept].join('\n'), left };
}

function entryOf({ who, at, text, files }: Said): string | null {
  const words = visible(text).trim();
  if (words === '' && files.length === 0) return null;
  const cut =
    words.length <= MESSAGE_LIMIT
      ? words
      : `${words.slice(0, MESSAGE_LIMIT)}\n[${words.length - MESSAGE_LIMIT} more characters cut]`;
  const named = files.map((name) => `(file: ${oneLine(name)})`);
  const body = [cut, ...named].filter((part) => part !== '').join('\n');
  const when = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${oneLine(who) || 'somebody'}, ${when}: ${body.replaceAll('\n', '\n    ')}`;
}

const oneLine = (text: string): string =>
  visible(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[:[\]]/g, ' ')
    .trim()
    .slice(0, 80);
