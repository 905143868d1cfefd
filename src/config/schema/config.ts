import { z } from 'zod';
import { accessSchema } from './access.ts';
import { chatSchema } from './chat.ts';
import { gitSchema } from './git.ts';
import { lifecycleSchema, limitsSchema, retentionSchema } from './lifecycle.ts';
import { notificationRoutingSchema, quietHoursSchema } from './notify.ts';
import {
  cron,
  permissionMode,
  pluginName,
  pluginPart,
  port,
  RELOAD,
  RESTART,
  text,
  timezone,
  usd,
  verbosity,
} from './primitives.ts';
import { budgetSchema, projectSchema } from './project.ts';
import { reactionsSchema } from './reactions.ts';

const roleSchema = z.strictObject({
  agent: pluginName.optional(),
  model: text.optional(),
  rules: text.optional(),
});

const defaultsSchema = z.strictObject({
  agent: pluginName.optional().describe('The first installed one when nothing is said'),
  runtime: pluginName.default('tmux'),
  workspace: pluginName.default('worktree'),
  tracker: pluginName.default('local'),
  scm: pluginName.default('local'),
  notifiers: z
    .array(pluginName)
    .default([])
    .describe('Names from notifiers that every priority without a route goes to'),
  model: text.optional(),
  permissions: permissionMode.default('auto-edit').meta(RELOAD),
  verbosity: verbosity.default('normal').meta(RELOAD),
  worker: roleSchema.prefault({}),
  orchestrator: roleSchema.prefault({}),
});

const digestSchema = z.strictObject({
  cron: cron.default('0 9 * * *'),
  timezone: timezone.optional().describe('For cron; `timezone` by default'),
  channels: z
    .array(text)
    .default([])
    .describe('Such as slack:C0123456, discord:…, web:general; none: no digest is posted'),
});

const scheduleSchema = z.strictObject({
  name: text.optional().describe('What people see; the first words of the prompt by default'),
  cron,
  timezone: timezone.optional().describe('For cron; the common `timezone` by default'),
  project: text,
  prompt: text,
  agent: pluginName.optional(),
  model: text.optional(),
  base: text.optional().describe('Branch to start from'),
  whileRunning: z
    .enum(['skip', 'spawn'])
    .default('skip')
    .describe('While the session of the time before lives'),
});

const priceSchema = z.strictObject({
  model: text.describe('Model name, or a prefix that ends in *'),
  input: usd.describe('USD per million tokens'),
  output: usd.describe('USD per million tokens'),
  cacheRead: usd.optional().describe('USD per million tokens; a tenth of input by default'),
  cacheWrite: usd.optional().describe('USD per million tokens; 1.25 times input by default'),
  from: z.iso.date().optional().describe('First day the price holds'),
});

const externalPluginSchema = z
  .strictObject({ package: text.optional(), path: text.optional() })
  .refine(
    (plugin) => (plugin.package === undefined) !== (plugin.path === undefined),
    'expected either package or path',
  );

const authSchema = z.strictObject({
  token: text
    .optional()
    .describe('Bearer token of the API; one is made in the data directory by default'),
  proxyHeader: text
    .optional()
    .describe(
      'Header in which a reverse proxy names the signed-in person, proxy:<name> in access.users. The proxy sends the token in dataDir/proxy-token with it',
    ),
});

/** Shape of ao.yaml. Rules across keys are in ../cross-field-rules.ts. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors'),
  dataDir: text
    .optional()
    .describe(
      'State: database, token, clones, worktrees; ~/.ao by default. AO_DATA_DIR overrides it',
    )
    .meta(RESTART),
  port: port.default(3000).describe('AO_PORT overrides it; 0: any free one').meta(RESTART),
  host: text.default('127.0.0.1').describe('AO_HOST overrides it').meta(RESTART),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('How people reach ao when it sits behind a proxy')
    .meta(RESTART),
  auth: authSchema.prefault({}).meta(RESTART),
  defaults: defaultsSchema.prefault({}).meta(RESTART),
  projects: z
    .record(
      z.string().regex(/^[a-z][a-z0-9._-]*$/, 'expected a lower-case project id such as web-app'),
      projectSchema,
    )
    .default({})
    .meta(RESTART),
  reactions: reactionsSchema.default({}).describe('For all projects; a project may say otherwise'),
  agents: z
    .record(pluginName, pluginPart)
    .default({})
    .describe("Agents by name: a plugin's own settings")
    .meta(RESTART),
  runtimes: z
    .record(pluginName, pluginPart)
    .default({})
    .describe("Runtimes by name: a plugin's own settings")
    .meta(RESTART),
  workspaces: z
    .record(pluginName, pluginPart)
    .default({})
    .describe("Workspaces by name: a plugin's own settings")
    .meta(RESTART),
  git: gitSchema.prefault({}).meta(RESTART),
  chat: chatSchema.prefault({}).meta(RESTART),
  access: accessSchema.prefault({}),
  notifiers: z
    .record(pluginName, pluginPart)
    .default({})
    .describe('One-way channels by name')
    .meta(RESTART),
  notificationRouting: notificationRoutingSchema.prefault({}),
  quietHours: quietHoursSchema.optional().describe('Everything but urgent waits'),
  limits: limitsSchema.prefault({}),
  budgets: budgetSchema.prefault({}),
  timezone: timezone
    .optional()
    .describe(
      "Whose days, weeks and months costs, budgets and the digest count by; the machine's by default",
    ),
  digest: digestSchema.prefault({}),
  schedules: z.array(scheduleSchema).default([]),
  lifecycle: lifecycleSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  terminal: text
    .optional()
    .describe(
      'Where ao open --terminal shows an agent: iterm2, terminal, ghostty, kitty, wezterm, gnome-terminal, windows-terminal, vscode, cursor; the one you are in by default',
    )
    .meta(RELOAD),
  power: z
    .strictObject({
      preventIdleSleep: z
        .boolean()
        .default(false)
        .describe('While agents work (systemd-inhibit, caffeinate)'),
    })
    .prefault({}),
  plugins: z
    .array(externalPluginSchema)
    .default([])
    .describe('Plugins besides the built-in ones')
    .meta(RESTART),
  prices: z
    .array(priceSchema)
    .default([])
    .describe('Added to, or instead of, the built-in prices')
    .meta(RESTART),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ProjectConfig = Config['projects'][string];
