import { z } from 'zod';
import { githubAccess } from '../../shared/github/config.ts';

export const githubScmConfig = z
  .strictObject({
    ...githubAccess,
    pollMs: z
      .int()
      .positive()
      .default(10_000)
      .describe(
        'Between two looks while something is about to change; longer while people are awaited',
      ),
    nativeAutoMerge: z
      .boolean()
      .default(false)
      .describe("Turn GitHub's own auto-merge on where its rules still hold a merge back"),
  })
  .prefault({});

export type GitHubScmConfig = z.output<typeof githubScmConfig>;
