import { z } from 'zod';

export const configSchema = z.strictObject({
  /** The program: a name looked up in PATH, or an absolute path. */
  command: z.string().default('opencode'),
});
export type OpencodeConfig = z.infer<typeof configSchema>;
