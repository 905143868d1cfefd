import { z } from 'zod';

/** Settings of an agent that only needs to be found. */
export const programConfig = (program: string) =>
  z.strictObject({
    /** The program: a name looked up in PATH, or an absolute path. */
    command: z.string().default(program),
  });

export type ProgramConfig = z.infer<ReturnType<typeof programConfig>>;
