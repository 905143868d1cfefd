import { z } from 'zod';
import { gitlabAccess } from '../../shared/gitlab/config.ts';

export const gitlabScmConfig = z.strictObject({
  ...gitlabAccess,
  pollMs: z
    .int()
    .positive()
    .default(15_000)
    .describe(
      'Between two looks while something is about to change; longer while people are awaited',
    ),
});

export type GitLabScmConfig = z.output<typeof gitlabScmConfig>;
