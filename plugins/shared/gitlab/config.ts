import { z } from 'zod';

const text = z.string().min(1);

/** What tracker and scm both need to reach GitLab. */
export const gitlabAccess = {
  token: text.describe(
    'Project, group or personal access token with the scope api, e.g. ${GITLAB_TOKEN}; an OAuth token works too',
  ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://gitlab.com')
    .describe(
      'Address of the server as people open it, also below a path: https://example.org/gitlab',
    ),
  repository: z
    .string()
    .regex(/^[\w.-]+(?:\/[\w.-]+)+$/, 'expected group/name, with all its groups')
    .optional()
    .describe(
      "Path of the project; by default the project's repo, else what the remote origin says",
    ),
  timeoutMs: z.int().positive().default(45_000).describe('Longest wait for one answer'),
} as const;

export const gitlabAccessSchema = z.strictObject(gitlabAccess);
export type GitLabAccess = z.output<typeof gitlabAccessSchema>;
