import { z } from 'zod';

const text = z.string().min(1, 'must not be empty');
const snowflake = z
  .string()
  .regex(
    /^\d{15,20}$/,
    'expected an id such as "1201234567890123456", in quotes (Discord: Developer Mode, then Copy ID)',
  );

/** `chat.discord` of ao.yaml. The token is read from the environment: `${DISCORD_TOKEN}`. */
export const discordConfig = z.strictObject({
  token: text.describe('Token of the bot (Developer Portal > Bot > Reset Token)'),
  guilds: z
    .array(snowflake)
    .min(1, 'name at least one server')
    .describe('Ids of the servers ao works in; everyone elsewhere is an outsider'),
  channel: snowflake
    .optional()
    .describe('Channel id for projects that name none in projects.<id>.channels'),
  layout: z
    .enum(['threads', 'forum'])
    .default('threads')
    .describe(
      'threads: a thread per session in a text channel; forum: a post with status tags in a forum channel',
    ),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://discord.com/api')
    .describe('Address of the API, without the version'),
  timeoutMs: z.int().positive().default(45_000).describe('Longest wait for one answer'),
});

export type DiscordConfig = z.output<typeof discordConfig>;
