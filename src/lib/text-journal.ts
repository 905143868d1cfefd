import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Millis } from './clock.ts';

const REMEMBERED_TYPED = 10;
const REMEMBERED_TAKEN = 50;

export const textJournalSchema = z.object({
  /** Texts handed over, noted before the first key is typed; latest last. */
  typed: z.array(z.object({ print: z.string(), text: z.string(), at: z.number() })),
  /** Fingerprints of texts that were taken; latest last. */
  taken: z.array(z.object({ print: z.string(), at: z.number() })),
});
export type TextJournal = z.infer<typeof textJournalSchema>;

export const emptyJournal = (): TextJournal => ({ typed: [], taken: [] });

/** The same for two texts that differ only in blanks, which terminals change. */
export function fingerprint(text: string): string {
  return text.replace(/\s+/g, '');
}

/** `text` is meant, `sent` is what is typed for it. */
export function noteTyped(journal: TextJournal, text: string, sent: string, at: Millis): void {
  journal.typed = [...journal.typed, { print: printOf(sent), text: text.trim(), at }].slice(
    -REMEMBERED_TYPED,
  );
}

/** Notes that a text was taken; returns what was meant by it. */
export function noteTaken(journal: TextJournal, taken: string, at: Millis): string {
  const print = printOf(taken);
  journal.taken = [...journal.taken, { print, at }].slice(-REMEMBERED_TAKEN);
  return journal.typed.findLast((entry) => entry.print === print)?.text ?? taken.trim();
}

/** `sent` was typed and taken since. */
export function wasTaken(journal: TextJournal, sent: string): boolean {
  const print = printOf(sent);
  const typed = journal.typed.findLast((entry) => entry.print === print);
  return (
    typed !== undefined &&
    journal.taken.some((entry) => entry.print === print && entry.at >= typed.at)
  );
}

/** A text taken around this time is known already: several sources tell the same. */
export function isKnownTaken(
  journal: TextJournal,
  taken: string,
  at: Millis,
  within: Millis,
): boolean {
  const print = printOf(taken);
  return journal.taken.some((entry) => entry.print === print && Math.abs(entry.at - at) < within);
}

export function wasTyped(journal: TextJournal, sent: string): boolean {
  const print = printOf(sent);
  return journal.typed.some((entry) => entry.print === print);
}

const printOf = (text: string): string =>
  createHash('sha256').update(fingerprint(text)).digest('hex').slice(0, 32);
