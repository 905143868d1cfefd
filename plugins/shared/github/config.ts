import { z } from 'zod';

const text = z.string().min(1);

/** What tracker and scm both need to reach GitHub. Without `token` and `app` the login of the `gh` command is used. */
export const githubAccess = {
  token: text
    .optional()
    .describe(
      'Personal or fine-grained token, e.g. ${GITHUB_TOKEN}; by default what `gh auth token` says',
    ),
  app: z
    .strictObject({
      id: z.union([z.string().min(1), z.number().int().positive()]).describe('App id or client id'),
      privateKey: text
        .optional()
        .describe('PEM text, e.g. ${GITHUB_APP_PRIVATE_KEY}; \\n may stand for line ends'),
      privateKeyFile: text.optional().describe('Path of the PEM file'),
      installation: z
        .union([z.string().min(1), z.number().int().positive()])
        .optional()
        .describe('Installation id; that of the repository by default'),
    })
    .refine(
      (app) => (app.privateKey === undefined) !== (app.privateKeyFile === undefined),
      'expected either privateKey or privateKeyFile',
    )
    .optional()
    .describe('GitHub App; its installation tokens are renewed before they end'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe('API of GitHub Enterprise Server, e.g. https://github.example.org/api/v3'),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'expected owner/name')
    .optional()
    .describe("owner/name; by default the project's repo, else what the remote origin says"),
  ghPath: text.default('gh').describe('The gh command, asked for a token when none is given'),
  timeoutMs: z.int().positive().default(45_000).describe('Longest wait for one answer'),
} as const;

export const githubAccessSchema = z.strictObject(githubAccess);
export type GitHubAccess = z.output<typeof githubAccessSchema>;
