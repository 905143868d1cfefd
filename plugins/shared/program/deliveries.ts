import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Tell, untold } from '../../../src/lib/guarded/problem.ts';
import { ensureFolder, replaceFile } from '../../../src/lib/guarded/write.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';
import { fingerprint } from './message-text.ts';

const delivery = z.object({
  text: z.string(),
  /** Length of the event file when it was handed over: what was accepted before that is another message of the same words. */
  offset: z.number(),
  /** The launch whose command it was part of. */
  launch: z.number().optional(),
});

export type DeliveryNote = z.infer<typeof delivery>;

/**
 * The note of a prompt that is part of the launch itself. A launch that is done again after a crash keeps what the first try noted:
 * the program may have taken the prompt long ago, and what it said of that counts.
 */
export function launchNote(
  stateDir: string,
  prompt: string,
  launch: number,
  said: number,
): Readonly<Record<string, string>> {
  const path = deliveryFile(stateDir, fingerprint(prompt));
  // The watch of the launch reads it too, and tells what is wrong with it.
  const former = readNote(path, untold);
  const note: DeliveryNote = {
    text: prompt,
    offset: former?.launch === launch ? former.offset : said,
    launch,
  };
  return { [path]: JSON.stringify(note) };
}

const deliveryFile = (stateDir: string, sha256: string): string =>
  join(stateDir, 'deliveries', `${sha256}.json`);

/** Messages that were handed over, on disk: after a crash they tell what an `accepted` line is about. */
export interface Deliveries {
  /** Notes `text` before it is typed. */
  note(text: string, offset: number): void;
  find(sha256: string): DeliveryNote | null;
}

export function openDeliveries(stateDir: string, tell: Tell): Deliveries {
  const known = new Map<string, DeliveryNote>();
  return {
    note(text, offset) {
      const path = deliveryFile(stateDir, fingerprint(text));
      ensureFolder(dirname(path), tell);
      replaceFile(path, JSON.stringify({ text, offset }), { flush: true });
      known.set(fingerprint(text), { text, offset });
    },
    find(sha256) {
      const note = known.get(sha256) ?? readNote(deliveryFile(stateDir, sha256), tell);
      if (note !== null) known.set(sha256, note);
      return note;
    },
  };
}

/** Null as well for a note that something else was written over: it proves nothing. */
function readNote(path: string, tell: Tell): DeliveryNote | null {
  return delivery.safeParse(readJsonFile(path, tell)).data ?? null;
}
