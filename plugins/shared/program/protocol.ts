import { z } from 'zod';
import type { ModelUsage } from '../../../src/domain/session/facts.ts';
import { plainText } from '../../../src/domain/text/excerpt.ts';

/** Cards have room for so many choices. */
export const MOST_OPTIONS = 9;

/** Texts come from a program nobody vouches for. */
const text = z.string().transform((raw) => plainText(raw).slice(0, 100_000));
const at = z.number().positive().optional();
const count = z.number().nonnegative().default(0);

const option = z.object({
  id: z.string().min(1),
  label: text,
  style: z.enum(['primary', 'danger', 'plain']).default('plain'),
});

const request = z.object({
  id: z.string().min(1).max(200),
  kind: z.enum(['question', 'permission']).default('question'),
  title: text,
  text: text.default(''),
  options: z.array(option).max(MOST_OPTIONS).default([]),
  freeText: z.boolean().default(false),
});

const usage = z.object({
  model: z.string().min(1),
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  usd: z.number().nonnegative().nullable().default(null),
}) satisfies z.ZodType<ModelUsage>;

/** One line of the event file; the README says what each means. Unknown keys are ignored. */
const programEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), at, message: text.optional(), detail: text.optional() }),
  z.object({ type: z.literal('active'), at, detail: text.optional() }),
  z.object({
    type: z.literal('accepted'),
    at,
    text: z.string().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  z.object({ type: z.literal('waiting'), at, request }),
  z.object({ type: z.literal('answered'), at, id: z.string(), answer: text.nullish() }),
  z.object({ type: z.literal('message'), at, text }),
  z.object({ type: z.literal('tool'), at, summary: text }),
  z.object({ type: z.literal('usage'), at, models: z.array(usage) }),
  z.object({ type: z.literal('blocked'), at, text }),
  z.object({
    type: z.literal('limited'),
    at,
    text: text.default(''),
    resetAt: z.number().positive().nullish(),
  }),
  z.object({ type: z.literal('session'), at, id: z.string().min(1).max(200) }),
  z.object({ type: z.literal('lost'), at }),
]);

export type ProgramEvent = z.infer<typeof programEvent>;

/** Null for what is none of ours. */
export const programEventOf = (value: unknown): ProgramEvent | null =>
  programEvent.safeParse(value).data ?? null;

/** Null for a line that is none of ours: garbage is ignored, it says nothing about the agent. */
export function parseProgramEvent(line: string): ProgramEvent | null {
  try {
    return programEventOf(JSON.parse(line));
  } catch {
    // Not JSON: somebody else's output.
    return null;
  }
}
