import { createHash } from 'node:crypto';
import { z } from 'zod';

export const tmuxConfig = z.strictObject({
  /** Name of the private tmux server (`tmux -L`); default `ao-<hash of the data directory>`. */
  socket: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, 'letters, digits, dot, dash and underscore only')
    .optional(),
  /** Lines of scroll-back kept per agent. */
  history: z.int().min(0).max(1_000_000).default(20_000),
  /** The tmux program. */
  bin: z.string().min(1).default('tmux'),
});

export type TmuxConfig = z.infer<typeof tmuxConfig>;

/** Two data directories never share a server. */
export const defaultSocket = (dataDir: string): string =>
  `ao-${createHash('sha256').update(dataDir).digest('hex').slice(0, 10)}`;
