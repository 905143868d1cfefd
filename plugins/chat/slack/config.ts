import { z } from 'zod';

const text = z.string().min(1, 'must not be empty');

/** `chat.slack` of ao.yaml. Tokens are read from the environment: `${SLACK_BOT_TOKEN}`. */
export const slackConfig = z
  .strictObject({
    botToken: text.describe('Bot User OAuth Token, xoxb-…'),
    appToken: text
      .optional()
      .describe('App-Level Token with connections:write, xapp-…; needed in socket mode'),
    signingSecret: text.optional().describe('Signing Secret of the app; needed in http mode'),
    mode: z
      .enum(['socket', 'http'])
      .default('socket')
      .describe('socket: no public URL; http: Slack calls host:port/slack/events'),
    channel: text
      .optional()
      .describe('Channel id for projects that name none in projects.<id>.channels'),
    apiUrl: z
      .url({ protocol: /^https?$/ })
      .default('https://slack.com/api/')
      .describe('Address of the Web API'),
    timeoutMs: z.int().positive().default(45_000).describe('Longest wait for one answer'),
    command: z
      .string()
      .regex(/^\/[a-z0-9_-]{1,31}$/, 'expected a slash command such as /ao')
      .default('/ao')
      .describe('The slash command; the name in the manifest must be the same'),
    host: text.default('127.0.0.1').describe('http mode: where the receiver listens'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(3100)
      .describe('http mode: where the receiver listens; 0: any free one'),
  })
  .refine((slack) => slack.mode === 'http' || slack.appToken !== undefined, {
    path: ['appToken'],
    message:
      'is needed in socket mode: Basic Information > App-Level Tokens, scope connections:write',
  })
  .refine((slack) => slack.mode === 'socket' || slack.signingSecret !== undefined, {
    path: ['signingSecret'],
    message: 'is needed in http mode: Basic Information > App Credentials',
  });

export type SlackConfig = z.output<typeof slackConfig>;
