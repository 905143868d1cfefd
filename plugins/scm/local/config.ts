import { z } from 'zod';

export const localScmConfig = z
  .strictObject({
    /** Checks of different commits that may run at the same time. Checks of one commit run one after the other. */
    concurrency: z.int().min(1).max(32).default(2),
    /** A new push makes earlier approvals void. */
    dismissStaleReviews: z.boolean().default(true),
    /** Without a review the decision is `required`; false: `none`. */
    requireReview: z.boolean().default(true),
    /** A branch that lacks commits of its base is `behind` and can't be merged. */
    requireCurrentBase: z.boolean().default(false),
    /** Untracked paths of the repository that are copied into the clean checkout, e.g. `node_modules`. */
    copies: z.array(z.string().min(1)).default([]),
    /** The same, linked where ao's user can't write them: what a check does must never reach the original. */
    symlinks: z.array(z.string().min(1)).default([]),
    /** Most bytes kept of one check's log; the middle is left out of longer ones. */
    maxLogBytes: z.int().min(2_000).default(4_000_000),
    /** How often the heads of open pull requests are looked at (files only, no process), ms. */
    watchMs: z.int().min(50).default(1_000),
  })
  .prefault({});

export type LocalScmConfig = z.infer<typeof localScmConfig>;
