import { z } from 'zod';

/** What the host program is told at its start: one JSON file per launch. */
export const hostSettings = z.object({
  /** Name of the agent, for people. */
  name: z.string(),
  argv: z.array(z.string()).min(1),
  cwd: z.string(),
  /** Conversation to go on with; null: a new one. */
  resume: z.string().nullable(),
  /** First message as it is meant; null: wait for one. */
  prompt: z.string().nullable(),
  /** Given before the first message of a new conversation. */
  rules: z.string(),
  /** Permission requests that are answered with "allow once" without asking anybody. */
  approve: z.enum(['nothing', 'edits', 'everything']),
  /** The agent's own mode that must be set; a conversation that can't have it is not started. */
  mode: z.string().nullable(),
  model: z.string().nullable(),
  /** False: the model is in its arguments or environment already. */
  chooseModel: z.boolean(),
  /** Authentication method the agent wants to be told before a conversation. */
  auth: z.string().nullable(),
  /** What a person does to log in. */
  login: z.string(),
  inbox: z.string(),
  events: z.string(),
});

export type HostSettings = z.infer<typeof hostSettings>;

/** One line of the inbox: what the bot wants of the host. */
const inboxLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('prompt'), text: z.string() }),
  z.object({
    type: z.literal('answer'),
    request: z.string(),
    option: z.string().nullable(),
    text: z.string().nullable(),
  }),
  z.object({ type: z.literal('cancel') }),
]);

export type InboxLine = z.infer<typeof inboxLine>;

/** Null for a line that was torn when the bot died in the middle of it: what it wanted, the bot looks after anew. */
export function parseInboxLine(line: string): InboxLine | null {
  try {
    return inboxLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
