import { z } from 'zod';

const text = z.string().min(1);

export const jiraConfig = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe('Address of Jira, e.g. https://acme.atlassian.net, also below a path'),
  email: text
    .optional()
    .describe("Address of the token's account at Jira Cloud; left out: Data Center"),
  token: text.describe(
    'API token (Cloud) or personal access token (Data Center), e.g. ${JIRA_TOKEN}',
  ),
  project: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,30}$/, 'expected the key of a project, e.g. ENG')
    .transform((key) => key.toUpperCase())
    .describe('Key of the project whose issues are listed and where new ones are made, e.g. ENG'),
  issueType: text.default('Task').describe('Type of the issues that are made'),
  timeoutMs: z.int().positive().default(30_000).describe('Longest wait for one answer'),
});

export type JiraConfig = z.output<typeof jiraConfig>;
