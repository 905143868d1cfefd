import { z } from 'zod';

export const configSchema = z.strictObject({
  /** The program: a name looked up in PATH, or an absolute path. */
  command: z.string().default('aider'),
  /** Models offered to people. */
  models: z.array(z.string()).default([]),
});

export type AiderConfig = z.infer<typeof configSchema>;
