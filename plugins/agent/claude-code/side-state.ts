import { join } from 'node:path';
import { z } from 'zod';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile, saveJsonFile } from '../../../src/lib/json-file.ts';
import { emptyJournal, textJournalSchema } from '../../../src/lib/text-journal.ts';
import { openRequest } from '../../shared/agent-request.ts';
import { conversationId } from '../../shared/own-folder.ts';
import { suggestionSchema } from './schema.ts';

const tokensSchema = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  cacheWriteLong: z.number(),
});
const usageStateSchema = z.object({
  models: z.record(
    z.string(),
    z.object({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
      usd: z.number().nullable(),
    }),
  ),
  recent: z.array(z.object({ id: z.string(), tokens: tokensSchema })),
});
export type UsageState = z.infer<typeof usageStateSchema>;

const failureSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('error'), text: z.string() }),
  z.object({ type: z.literal('limited'), text: z.string(), resetAt: z.number().nullable() }),
]);
/** How far the current turn is, as far as hooks and transcript tell. */
const turnSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('running'), at: z.number() }),
  z.object({ type: z.literal('done'), at: z.number(), text: z.string().nullable() }),
  z.object({ type: z.literal('interrupted'), at: z.number() }),
  z.object({ type: z.literal('failed'), at: z.number(), failure: failureSchema }),
]);
export type Turn = z.infer<typeof turnSchema>;

const storedRequestSchema = z.object({
  /** The request as people see it. */
  request: openRequest(z.enum(['question', 'permission'])),
  suggestions: z.array(suggestionSchema),
  /** Ids of the requests that one dialog asks together. */
  together: z.array(z.string()),
  /** People answered it, and the program waits for the other answers of its dialog. */
  given: z.boolean().default(false),
});
export type StoredRequest = z.infer<typeof storedRequestSchema>;

const stateSchema = z.object({
  agentSession: conversationId.nullable(),
  /** Transcript told by a hook; it goes before the computed path. */
  transcript: z.string().nullable(),
  offsets: z.record(z.string(), z.number()),
  usage: usageStateSchema,
  turn: turnSchema.nullable(),
  lastText: z.string().nullable(),
  lastPrompt: z.string().nullable(),
  /** Number of the launch all this is about. */
  launch: z.number(),
  journal: textJournalSchema,
  requests: z.array(storedRequestSchema),
});
/** What one session's watch remembers between restarts of the bot. Mutable, owned by one watch. */
export type SideState = z.infer<typeof stateSchema>;

const launchSchema = z.object({
  agentSession: conversationId,
  launch: z.number(),
  prompt: z.string().nullable(),
  at: z.number(),
});
/** What the latest launch was given; written before the program starts. */
export type LaunchRecord = z.infer<typeof launchSchema>;

export const launchRecordPath = (stateDir: string): string => join(stateDir, 'claude-launch.json');
const statePath = (stateDir: string): string => join(stateDir, 'claude-state.json');

export function readLaunchRecord(stateDir: string, tell: Tell): LaunchRecord | null {
  return launchSchema.safeParse(readJsonFile(launchRecordPath(stateDir), tell)).data ?? null;
}

/** A state of another version can't be trusted; everything in it can be found again in the transcript. */
export function loadState(stateDir: string, tell: Tell): SideState {
  const stored = stateSchema.safeParse(readJsonFile(statePath(stateDir), tell));
  return (
    stored.data ?? {
      agentSession: null,
      transcript: null,
      offsets: {},
      usage: { models: {}, recent: [] },
      turn: null,
      lastText: null,
      lastPrompt: null,
      launch: 0,
      journal: emptyJournal(),
      requests: [],
    }
  );
}

export function saveState(stateDir: string, state: SideState, tell: Tell): void {
  saveJsonFile(statePath(stateDir), state, tell);
}
