import { z } from 'zod';
import { rejected } from '../../../src/slots/errors.ts';
import { definePlugin } from '../../../src/slots/plugin.ts';
import { checkAddress, postAddress, privateNetwork } from '../../shared/notifier/address.ts';
import { oncePerKey } from '../../shared/notifier/once-per-key.ts';
import { oneLine } from '../../shared/notifier/plain-lines.ts';
import { post } from '../../shared/notifier/post.ts';
import { type ToolSettings, toolCall } from './tools.ts';

/** Characters: the answer carries what the app said, too. */
const ANSWER = 1_000_000;

const answerSchema = z.looseObject({
  successful: z.boolean(),
  error: z.unknown().optional(),
});

export default definePlugin({
  slot: 'notifier',
  name: 'composio',
  description:
    'Tells Slack, Discord, Gmail or any other app through a tool of Composio (https://composio.dev).',
  config: z
    .strictObject({
      apiKey: z.string().min(1).describe('API key of the Composio project; a secret'),
      userId: z.string().min(1).default('default').describe('Whose connected account is used'),
      connectedAccountId: z
        .string()
        .min(1)
        .optional()
        .describe('Which account, where the person connected several of the app'),
      app: z.enum(['slack', 'discord', 'gmail']).optional(),
      channel: z.string().min(1).optional().describe('Slack: name or id; Discord: id'),
      emailTo: z.email().optional().describe('Gmail: who gets the mail'),
      tool: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the slug of a tool such as SLACK_SEND_MESSAGE')
        .optional()
        .describe('Any other tool, instead of app'),
      arguments: z
        .record(z.string(), z.unknown())
        .optional()
        .describe(
          'Of that tool; {{title}}, {{text}}, {{message}}, {{project}}, {{session}}, {{url}}',
        ),
      server: postAddress.default('https://backend.composio.dev'),
      privateNetwork,
    })
    .superRefine(checkAddress('server'))
    .superRefine(checkTool),
  create(config) {
    const once = oncePerKey();
    const headers = { 'x-api-key': config.apiKey };
    return {
      notify: (message, { key }) =>
        once(key, async () => {
          const { slug, arguments: given } = toolCall(config, message);
          const answer = await post({
            what: `Composio (${slug})`,
            url: `${config.server.replace(/\/+$/, '')}/api/v3/tools/execute/${slug}`,
            reach: config,
            headers,
            read: ANSWER,
            body: JSON.stringify({
              user_id: config.userId,
              ...(config.connectedAccountId === undefined
                ? {}
                : { connected_account_id: config.connectedAccountId }),
              arguments: given,
            }),
          });
          checkAnswer(slug, answer);
        }),
      doctor: async () => [
        {
          level: 'ok',
          what: `tells ${config.tool ?? config.app} through Composio as ${config.userId}`,
          fix: null,
        },
      ],
    };
  },
});

/** 200 only says that Composio was asked: whether the app took the message is in the answer. */
function checkAnswer(slug: string, text: string): void {
  const read = answerSchema.safeParse(jsonOf(text));
  if (!read.success)
    throw rejected(
      'AO_NOTIFIER_REFUSED',
      `Composio (${slug}) answered something that doesn't say whether the message was sent. Put server right in ao.yaml.`,
    );
  if (read.data.successful) return;
  const { error } = read.data;
  const said = oneLine(typeof error === 'string' ? error : JSON.stringify(error ?? ''));
  throw rejected(
    'AO_NOTIFIER_REFUSED',
    `Composio (${slug}) did not send the message: ${said}. Check the connected account and the arguments.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkTool(config: ToolSettings, context: z.RefinementCtx): void {
  const fail = (key: string, message: string): void =>
    void context.addIssue({ code: 'custom', path: [key], message });
  if ((config.app === undefined) === (config.tool === undefined))
    fail('app', 'expected either app or tool');
  if (config.arguments !== undefined && config.tool === undefined)
    fail('arguments', 'belongs to tool');
  if ((config.app === 'slack' || config.app === 'discord') && config.channel === undefined)
    fail('channel', `${config.app} needs a channel`);
  if (config.app === 'gmail' && config.emailTo === undefined)
    fail('emailTo', 'gmail needs an address');
}
