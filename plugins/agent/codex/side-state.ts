import { join } from 'node:path';
import { z } from 'zod';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile, saveJsonFile } from '../../../src/lib/json-file.ts';
import { emptyJournal, noteTyped, textJournalSchema } from '../../../src/lib/text-journal.ts';
import { openRequest } from '../../shared/agent-request.ts';
import { conversationId } from '../../shared/own-folder.ts';
import { closeCompletion, disarm } from '../../shared/terminal/typed-text.ts';

const answerSchema = z.object({ option: z.string().nullable(), text: z.string().nullable() });
export type Answer = z.infer<typeof answerSchema>;

const requestSchema = openRequest(z.literal('permission'));
export type StoredRequest = z.infer<typeof requestSchema>;

const askedPermissionSchema = z.object({
  request: requestSchema,
  /** Given from outside: its key is being pressed, or another dialog stands before it. */
  answer: answerSchema.nullable(),
  /** Its card is closed, although it is not answered in the terminal yet. */
  told: z.boolean(),
});
export type AskedPermission = z.infer<typeof askedPermissionSchema>;

const askedQuestionSchema = z.object({
  /** Id of the tool call; its questions are answered together. */
  call: z.string(),
  /** The question's own name in the call. */
  key: z.string(),
  /** Place in its dialog, from 1. */
  number: z.number(),
  request: openRequest(z.literal('question')),
  /** Given from outside, while other questions of the call have none yet. */
  answer: answerSchema.nullable(),
});
export type AskedQuestion = z.infer<typeof askedQuestionSchema>;

const turnSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('running'), at: z.number() }),
  z.object({ type: z.literal('done'), at: z.number(), text: z.string().nullable() }),
  z.object({ type: z.literal('interrupted'), at: z.number() }),
  z.object({
    type: z.literal('failed'),
    at: z.number(),
    text: z.string(),
    limited: z.boolean(),
    resetAt: z.number().nullable(),
  }),
]);
export type Turn = z.infer<typeof turnSchema>;

const subagentSchema = z.object({
  thread: conversationId,
  rollout: z.string().nullable(),
  offset: z.number(),
  model: z.string().nullable(),
});
/** Has a rollout of its own, of which only the usage counts. */
export type Subagent = z.infer<typeof subagentSchema>;

const stateSchema = z.object({
  launch: z.number(),
  thread: conversationId.nullable(),
  rollout: z.string().nullable(),
  offset: z.number(),
  /** Model of the latest turn. */
  model: z.string().nullable(),
  usage: z.record(
    z.string(),
    z.object({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
      usd: z.number().nullable(),
    }),
  ),
  counted: z.array(z.string()),
  turn: turnSchema.nullable(),
  journal: textJournalSchema,
  /** Several calls of one answer ask at the same time; their dialogs come one after the other. */
  permissions: z.array(askedPermissionSchema),
  questions: z.array(askedQuestionSchema).default([]),
  subagents: z.array(subagentSchema).default([]),
});
/** What one session's watch remembers between restarts of the bot. Mutable, owned by one watch. */
export type SideState = z.infer<typeof stateSchema>;

const launchSchema = z.object({
  launch: z.number(),
  prompt: z.string().nullable(),
  at: z.number(),
});
/** What the latest launch was given; written before the program starts. */
export type LaunchRecord = z.infer<typeof launchSchema>;

export const launchRecordPath = (stateDir: string): string => join(stateDir, 'codex-launch.json');
const statePath = (stateDir: string): string => join(stateDir, 'codex-state.json');

export function readLaunchRecord(stateDir: string, tell: Tell): LaunchRecord | null {
  return launchSchema.safeParse(readJsonFile(launchRecordPath(stateDir), tell)).data ?? null;
}

/** A state of another version can't be trusted; everything in it can be found again in the rollout. */
export function loadState(stateDir: string, tell: Tell): SideState {
  return (
    stateSchema.safeParse(readJsonFile(statePath(stateDir), tell)).data ?? {
      launch: 0,
      thread: null,
      rollout: null,
      offset: 0,
      model: null,
      usage: {},
      counted: [],
      turn: null,
      journal: emptyJournal(),
      permissions: [],
      questions: [],
      subagents: [],
    }
  );
}

export function saveState(stateDir: string, state: SideState, tell: Tell): void {
  saveJsonFile(statePath(stateDir), state, tell);
}

/** What the former launch left unfinished is not this one's; the first prompt was typed by the launch itself. */
export function beginLaunch(state: SideState, { launch, prompt, at }: LaunchRecord): void {
  state.launch = launch;
  state.turn = null;
  state.permissions = [];
  state.questions = [];
  if (prompt !== null) noteTyped(state.journal, prompt, closeCompletion(disarm(prompt)), at);
}
