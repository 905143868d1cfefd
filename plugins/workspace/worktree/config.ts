import { isAbsolute } from 'node:path';
import { z } from 'zod';

export const worktreeConfig = z.strictObject({
  /** Absolute folder the worktrees are made in; default: the plugin's own data folder. */
  root: z.string().refine(isAbsolute, 'must be an absolute path').optional(),
  /** The git program. */
  bin: z.string().min(1).default('git'),
  /** Parallel writers of one checkout (git's checkout.workers). */
  checkoutWorkers: z.int().min(1).max(64).default(4),
});

export type WorktreeConfig = z.infer<typeof worktreeConfig>;
