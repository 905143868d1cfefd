import { z } from 'zod';

const text = z.string().min(1);

export const linearConfig = z.strictObject({
  token: text.describe(
    'Personal API key (lin_api_…) or OAuth token, e.g. ${LINEAR_TOKEN}; what ao writes is written by its user',
  ),
  team: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,9}$/, 'expected the key of a team, e.g. ENG')
    .transform((key) => key.toUpperCase())
    .describe('Key of the team whose issues are listed and where new ones are made, e.g. ENG'),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.linear.app')
    .describe("Address of Linear's API"),
  timeoutMs: z.int().positive().default(30_000).describe('Longest wait for one answer'),
});

export type LinearConfig = z.output<typeof linearConfig>;
