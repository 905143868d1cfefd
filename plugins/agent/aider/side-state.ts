import { join } from 'node:path';
import { z } from 'zod';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile, saveJsonFile } from '../../../src/lib/json-file.ts';
import { emptyJournal, textJournalSchema } from '../../../src/lib/text-journal.ts';
import { openRequest } from '../../shared/agent-request.ts';

const count = z.number().nonnegative();

const openSchema = z.object({
  request: openRequest(z.literal('permission')),
  /** As the screen asks it. */
  question: z.string(),
});
export type OpenRequest = z.infer<typeof openSchema>;

const stateSchema = z.object({
  launch: z.number(),
  /** Bytes of the history that were read. */
  offset: z.number(),
  journal: textJournalSchema,
  running: z.boolean(),
  /** Size of the file of waits when the turn began. */
  waits: z.number(),
  since: z.number(),
  answer: z.string().nullable(),
  told: z.array(z.string()),
  usage: z
    .object({
      input: count,
      output: count,
      cacheRead: count,
      cacheWrite: count,
      usd: count.nullable(),
    })
    .nullable(),
  open: openSchema.nullable().default(null),
});

export type SideState = z.infer<typeof stateSchema>;

const path = (stateDir: string): string => join(stateDir, 'aider-state.json');

export const loadState = (stateDir: string, tell: Tell): SideState =>
  stateSchema.safeParse(readJsonFile(path(stateDir), tell)).data ?? {
    launch: 0,
    offset: 0,
    journal: emptyJournal(),
    running: false,
    waits: 0,
    since: 0,
    answer: null,
    told: [],
    usage: null,
    open: null,
  };

export const saveState = (stateDir: string, state: SideState, tell: Tell): void =>
  saveJsonFile(path(stateDir), state, tell);
