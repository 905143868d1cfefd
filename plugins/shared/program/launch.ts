import { join } from 'node:path';
import { z } from 'zod';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile } from '../../../src/lib/json-file.ts';

/*
 * A session's event file holds what all its launches said. Where the last one began is noted with it: a program of before may have
 * said that it is ready, that it works, or asked something, and none of that is true of the one that starts now.
 */

const noteSchema = z.object({
  launch: z.number(),
  /** Length of the event file when that launch was planned. */
  said: z.number(),
});

const noteFile = (stateDir: string): string => join(stateDir, 'launch.json');

const noteOf = (stateDir: string): z.infer<typeof noteSchema> | null =>
  noteSchema.safeParse(readJsonFile(noteFile(stateDir), untold)).data ?? null;

/** The file of a launch plan that says so. A launch that is planned again after a crash began where its first try did. */
export function launchBegins(
  stateDir: string,
  launch: number,
  said: number,
): Readonly<Record<string, string>> {
  const former = noteOf(stateDir);
  const note = { launch, said: former?.launch === launch ? former.said : said };
  return { [noteFile(stateDir)]: JSON.stringify(note) };
}

/** Where in the event file this launch began; 0 where nobody noted it. */
export function launchBegan(stateDir: string, launch: number): number {
  const note = noteOf(stateDir);
  return note !== null && note.launch === launch ? note.said : 0;
}
