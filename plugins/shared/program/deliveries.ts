import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
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
  const former = readNote(path);
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

export function openDeliveries(stateDir: string): Deliveries {
  const known = new Map<string, DeliveryNote>();
  return {
    note(text, offset) {
      const path = deliveryFile(stateDir, fingerprint(text));
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.tmp`, JSON.stringify({ text, offset }), { mode: 0o600, flush: true });
      renameSync(`${path}.tmp`, path);
      known.set(fingerprint(text), { text, offset });
    },
    find(sha256) {
      const note = known.get(sha256) ?? readNote(deliveryFile(stateDir, sha256));
      if (note !== null) known.set(sha256, note);
      return note;
    },
  };
}

function readNote(path: string): DeliveryNote | null {
  try {
    return delivery.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
