import { z } from 'zod';
import { notificationRoutingSchema, quietHoursSchema } from './notify.ts';
import {
  count,
  duration,
  permissionMode,
  pluginName,
  pluginPart,
  RELOAD,
  text,
  usd,
  verbosity,
} from './primitives.ts';
import { reactionsSchema } from './reactions.ts';

const agentConfigSchema = z.strictObject({
  model: text.optional(),
  permissions: permissionMode.optional(),
  args: z.array(z.string()).default([]).describe("Added to the agent's command line"),
  env: z.record(z.string(), z.string()).default({}).describe("Added to the agent's environment"),
});

const checkSchema = z.strictObject({
  name: text,
  run: text.describe('Shell line, run by ao in a clean checkout of the head commit'),
  timeout: duration.prefault('10m'),
  required: z.boolean().default(true),
});

const mergeSchema = z.strictObject({
  method: z.enum(['squash', 'merge', 'rebase']).default('squash'),
  deleteBranch: z.boolean().default(true),
  closeIssue: z
    .boolean()
    .default(true)
    .describe(
      'Close the issue when its pull request merged; tracker.comment says whether with a comment',
    ),
  requireChecks: z
    .union([z.boolean(), z.literal('always')])
    .default(true)
    .describe(
      'true: required checks decide, and without a rule that names them all that ran; none at all after lifecycle.settle is good enough. always: at least one must have run. false: one that still runs is waited for only where a rule requires it',
    ),
  requireReview: z.boolean().default(true),
  approvers: z.int().positive().default(1).describe('Distinct people who must approve the merge'),
  excludeRequester: z
    .boolean()
    .default(false)
    .describe('The person who started the session may not approve it'),
  requireWrite: z
    .boolean()
    .optional()
    .describe(
      'A person who approves needs a linked login (/ao link) with write permission, read live. On a forge: true by default as soon as another of these rules is set',
    ),
  sensitivePaths: z
    .array(text)
    .default([])
    .describe(
      'Patterns as in .gitignore; a change of one needs a review and the approval of an owner (owners, else CODEOWNERS)',
    ),
});

export const budgetSchema = z.strictObject({
  session: usd.optional().describe('USD for one session'),
  project: usd.optional().describe('USD for the project in a month'),
  user: usd.optional().describe('USD for one person in a month'),
  day: usd.optional().describe('USD in a day'),
  pause: z
    .enum(['turn-end', 'at-once'])
    .optional()
    .describe(
      'A budget that is used up pauses the agent at the end of its turn, or in the middle of it; turn-end by default',
    ),
});

const webhookSchema = z.strictObject({
  secret: text.describe('Without one the webhook route answers 404'),
  path: z
    .string()
    .regex(/^\/webhooks\/[\w.-]{1,64}$/, 'expected /webhooks/ and a name, e.g. /webhooks/app')
    .optional()
    .describe(
      'Where deliveries of this project come in; /webhooks/ and the name of the scm plugin by default',
    ),
});

const issueLabelsSchema = z.strictObject({
  onSpawn: z.array(text).default([]).describe('Labels on the issue while a session works on it'),
  onMerge: z.array(text).default([]).describe('Labels it gets when the pull request merged'),
  onEnd: z
    .array(text)
    .default([])
    .describe('Labels it gets when the session ended without a merge'),
});

export const projectSchema = z.strictObject({
  name: text.optional().describe('Name people see; the id by default'),
  repo: text.optional().describe('Repository at the forge, e.g. acme/app'),
  path: text.describe('Folder of the repository, or a URL: cloned under the data directory'),
  defaultBranch: text
    .optional()
    .describe('Base of new sessions; what the repository says by default'),
  sessionPrefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,15}$/, 'expected up to 16 lower-case letters and digits')
    .optional()
    .describe('Prefix of session ids; derived from the project id by default'),
  agent: pluginName.optional(),
  runtime: pluginName.optional(),
  workspace: pluginName.optional(),
  verbosity: verbosity.optional().describe("How much is posted in a session's thread").meta(RELOAD),
  agentConfig: agentConfigSchema.prefault({}),
  agentRules: text.optional().describe('Rules every agent of the project gets'),
  agentRulesFile: text.optional().describe('File with such rules, relative to the repository'),
  agentRulesReplace: z
    .boolean()
    .default(false)
    .describe("The project's rules say how to work: ao's own six steps are left out"),
  copies: z
    .array(text)
    .default([])
    .describe(
      'Untracked paths copied from the repository into each worktree, e.g. .env, node_modules; blocks are shared where the file system can (reflink)',
    ),
  symlinks: z
    .array(text)
    .default([])
    .describe(
      "The same, linked where ao's user can't write them, and copied otherwise: through a link an agent would change the original",
    ),
  postCreate: z.array(text).default([]).describe('Shell lines run in a new worktree'),
  postCreateTimeout: duration.prefault('10m'),
  tracker: pluginPart
    .extend({
      assign: text
        .optional()
        .describe(
          "Login the issue is given to when a session starts and nobody has it; @me is ao's own account",
        ),
      labels: issueLabelsSchema.prefault({}),
      comment: z
        .enum(['never', 'merged', 'always'])
        .optional()
        .describe(
          'After which ends a comment says outcome and cost; merged where merge.closeIssue is on',
        ),
    })
    .prefault({}),
  scm: pluginPart.extend({ webhook: webhookSchema.optional() }).prefault({}),
  checks: z.array(checkSchema).default([]).describe('Checks ao runs itself (scm local)'),
  reactions: reactionsSchema.default({}).meta(RELOAD),
  listen: z
    .enum(['all', 'mentions'])
    .optional()
    .describe(
      'Replies in threads of its sessions that go to the agent: all, or only mentions of ao. Without it: all, and only mentions in a thread that people began',
    )
    .meta(RELOAD),
  channels: z.array(text).default([]).describe('Chat channels bound to this project'),
  owners: z
    .array(text)
    .default([])
    .describe(
      'Who may approve a change of merge.sensitivePaths (slack:T024:U0G9 and the like, or linked logins), and who is asked when nobody in particular started a session',
    ),
  notifiers: z
    .array(pluginName)
    .optional()
    .describe('Instead of defaults.notifiers and the common routes')
    .meta(RELOAD),
  notificationRouting: notificationRoutingSchema
    .prefault({})
    .describe('Before every other route')
    .meta(RELOAD),
  quietHours: z
    .union([z.literal(false), quietHoursSchema])
    .optional()
    .describe('Instead of the common ones; false: none')
    .meta(RELOAD),
  trigger: z
    .strictObject({
      enabled: z.boolean().default(true),
      label: text.default('ao'),
      interval: duration
        .prefault('60s')
        .describe('Between two looks at the issues; a webhook of the forge is faster'),
    })
    .prefault({})
    .describe('Issues with the label, by people with write access, start by themselves')
    .meta(RELOAD),
  botAuthors: z
    .array(text)
    .default([])
    .describe('Logins treated as bots besides those the forge marks'),
  merge: mergeSchema.prefault({}).meta(RELOAD),
  budget: budgetSchema.prefault({}).meta(RELOAD),
  maxSessions: count.optional().describe('Live sessions of this project at once'),
  branchNamespace: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'expected a branch prefix such as feat or team/ao')
    .default('feat')
    .describe('First part of branch names'),
  enabled: z.boolean().default(true).describe('false: known, but nothing new starts'),
});
