import { z } from 'zod';
import { duration, escalation, priority, text } from './primitives.ts';

const ACTIONS = [
  'send-to-agent',
  'notify',
  'escalate',
  'merge',
  'rerun-checks',
  'update-branch',
  'mark-ready',
  'resume',
  'kill',
  'spawn',
  'park',
  'none',
] as const;

/** What may be said about one reaction; whatever is left out keeps its default. */
const reactionSchema = z.strictObject({
  auto: z.boolean().optional().describe('false: show it to a person with a button that does it'),
  action: z
    .enum([...ACTIONS, 'auto-merge'])
    .transform((action) => (action === 'auto-merge' ? 'merge' : action))
    .optional()
    .describe('What to do; auto-merge is another word for merge'),
  message: text.optional().describe('Mustache template of what the agent or the person gets'),
  priority: priority.optional(),
  retries: z
    .int()
    .nonnegative()
    .nullable()
    .optional()
    .describe('Attempts before a person is asked; null: no limit by count'),
  escalateAfter: escalation
    .nullable()
    .optional()
    .describe(
      'A duration since the episode began, or a plain number of attempts; null: never by time',
    ),
  threshold: duration.optional().describe('How long the condition must hold first'),
  cooldown: duration.optional().describe('Shortest time between two firings'),
  strategy: z
    .enum(['ladder', 'plain'])
    .optional()
    .describe('ladder: wait for all checks, rerun flaky ones once, then tell the agent'),
  condition: text.optional().describe('Own reactions only: CEL expression over the session'),
  on: text.optional().describe('Own reactions only: name of an event'),
});

export const reactionsSchema = z.record(
  // Buttons carry the name, and platforms bear short ids only.
  z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'expected a lower-case name such as ci-failed, at most 40 characters',
    ),
  reactionSchema,
);

export type ReactionOverride = z.output<typeof reactionSchema>;
