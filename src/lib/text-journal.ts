import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Millis } from './clock.ts';
import { messagePrint } from './message-text.ts';

const REMEMBERED_TYPED = 20;
const REMEMBERED_OTHERS = 50;
/** A message that a person's keys got into is still the one that was typed this long before, ms. */
const MIXED_WITHIN = 10_000;
/** Characters by which a message that somebody typed into may be longer. */
const MIXED_CHARS = 24;

export const textJournalSchema = z.object({
  /** Texts handed over, noted before the first key is typed; latest last. */
  typed: z.array(
    z.object({
      print: z.string(),
      text: z.string(),
      at: z.number(),
      /** Witnesses that told of the agent having taken it. */
      takenBy: z.array(z.string()).default([]),
    }),
  ),
  /** Texts that were taken and not typed by ao; latest last. */
  others: z.array(z.object({ print: z.string(), by: z.string(), at: z.number() })).default([]),
});
export type TextJournal = z.infer<typeof textJournalSchema>;

/** What the journal knows of a text that was taken. */
export interface Taken {
  /** What was meant by it: the text as ao was given it, or what was taken, trimmed. */
  readonly text: string;
  /** ao typed it. */
  readonly ours: boolean;
  /** Another witness told of the same taking before. */
  readonly known: boolean;
}

export const emptyJournal = (): TextJournal => ({ typed: [], others: [] });

/** The same for two texts that differ only in blanks, which terminals change. */
export function fingerprint(text: string): string {
  return text.replace(/\s+/g, '');
}

/** `text` is meant, `sent` is what is typed for it. */
export function noteTyped(journal: TextJournal, text: string, sent: string, at: Millis): void {
  journal.typed = [
    ...journal.typed,
    { print: hashOf(sent), text: text.trim(), at, takenBy: [] },
  ].slice(-REMEMBERED_TYPED);
}

/**
 * Notes that the agent took a text, told by the witness `by` (a hook, a transcript). Each witness tells of
 * every taking once, so the same words twice are two messages, and two witnesses of one message are one.
 * `within`: two witnesses tell of a text that ao did not type in this time, ms.
 */
export function noteTaken(
  journal: TextJournal,
  taken: string,
  { at, by, within }: { at: Millis; by: string; within: Millis },
): Taken {
  const entry = typedOf(journal, taken, at, by);
  if (entry !== undefined) {
    const known = entry.takenBy.length > 0;
    entry.takenBy = [...entry.takenBy, by];
    return { text: entry.text, ours: true, known };
  }
  const print = hashOf(taken);
  const known = journal.others.some(
    (other) => other.print === print && other.by !== by && Math.abs(other.at - at) < within,
  );
  journal.others = [...journal.others, { print, by, at }].slice(-REMEMBERED_OTHERS);
  return { text: taken.trim(), ours: false, known };
}

/** ao typed this text and the witness `by` has not told of it yet. */
export function isExpected(journal: TextJournal, taken: string, at: Millis, by: string): boolean {
  return typedOf(journal, taken, at, by) !== undefined;
}

/** `sent` was typed and taken since. */
export function wasTaken(journal: TextJournal, sent: string): boolean {
  const print = hashOf(sent);
  return (journal.typed.findLast((entry) => entry.print === print)?.takenBy.length ?? 0) > 0;
}

export function wasTyped(journal: TextJournal, sent: string): boolean {
  const print = hashOf(sent);
  return journal.typed.some((entry) => entry.print === print);
}

function typedOf(
  journal: TextJournal,
  taken: string,
  at: Millis,
  by: string,
): TextJournal['typed'][number] | undefined {
  const print = hashOf(taken);
  const open = journal.typed.filter((entry) => entry.at <= at && !entry.takenBy.includes(by));
  return (
    open.findLast((entry) => entry.print === print) ??
    open.findLast(
      (entry) =>
        entry.takenBy.length === 0 &&
        at - entry.at < MIXED_WITHIN &&
        isMixed(messagePrint(taken), messagePrint(entry.text)),
    )
  );
}

/** Somebody pressed a few keys while `ours` was typed: it went out whole, with their characters in it. */
function isMixed(taken: string, ours: string): boolean {
  const more = taken.length - ours.length;
  if (more <= 0 || more > Math.min(MIXED_CHARS, ours.length)) return false;
  let found = 0;
  for (const character of taken) if (ours.startsWith(character, found)) found += character.length;
  return found === ours.length;
}

const hashOf = (text: string): string =>
  createHash('sha256').update(messagePrint(text)).digest('hex').slice(0, 32);
