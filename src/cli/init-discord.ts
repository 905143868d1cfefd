import type { ChatPlugin } from '../slots/chat.ts';
import type { DoctorFinding, PluginDefinition } from '../slots/plugin.ts';
import { findPerson, withChatPlugin, writeChatSetup } from './chat-setup.ts';
import type { Cli } from './cli.ts';
import { usageError } from './cli-error.ts';

export interface DiscordAnswers {
  readonly token: string;
  /** Server. */
  readonly guild: string;
  /** Null: every project names its own. */
  readonly channel: string | null;
  /** Id of whoever sets it up; null: nobody is named. */
  readonly user: string | null;
}

export type DiscordLayout = 'threads' | 'forum';

/**
 * From the environment, else asked for; null when the person gave up. The token is never an option: those can be seen by others.
 * `before`: answers that did not hold, which are asked for again and offered as they were.
 */
export async function discordAnswers(
  cli: Cli,
  options: { guild?: string; channel?: string; user?: string; yes?: boolean },
  before: DiscordAnswers | null = null,
): Promise<DiscordAnswers | null> {
  const known: DiscordAnswers = {
    token: cli.env.DISCORD_TOKEN ?? '',
    guild: options.guild ?? '',
    channel: options.channel ?? null,
    user: options.user ?? null,
  };
  if (options.yes) {
    if (known.token === '')
      throw usageError('without questions the token comes from DISCORD_TOKEN.');
    if (known.guild === '')
      throw usageError('without questions the server is an option: --guild ID');
    return known;
  }
  const { askDiscord } = await import('./discord-wizard.ts');
  return askDiscord(known, before);
}

/** What the plugin itself finds with these answers: token, server, intents, channel and permissions. A forum is recognised. */
export async function verifyDiscord(
  cli: Cli,
  plugins: readonly PluginDefinition[],
  answers: DiscordAnswers,
): Promise<{ findings: readonly DoctorFinding[]; layout: DiscordLayout; admin: string | null }> {
  const part = {
    token: answers.token,
    guilds: [answers.guild],
    ...(answers.channel === null ? {} : { channel: answers.channel }),
    ...(cli.env.DISCORD_API_URL === undefined ? {} : { apiUrl: cli.env.DISCORD_API_URL }),
  };
  const examined = async (
    layout: DiscordLayout,
  ): Promise<{ findings: readonly DoctorFinding[]; layout: DiscordLayout; admin: string | null }> =>
    withChatPlugin(plugins, 'discord', { ...part, layout }, async (plugin) => {
      const findings = await plugin.doctor();
      if (findings.some((finding) => finding.level === 'error'))
        return { findings, layout, admin: null };
      const person = await findPerson(plugin, answers.user);
      return { findings: [...findings, ...person.findings], layout, admin: person.subject };
    });
  const threads = await examined('threads');
  return threads.findings.some((finding) => finding.fix?.includes('layout to forum') === true)
    ? examined('forum')
    : threads;
}

export const withDiscord = <T>(
  plugins: readonly PluginDefinition[],
  part: Readonly<Record<string, unknown>>,
  use: (plugin: ChatPlugin) => Promise<T>,
): Promise<T> => withChatPlugin(plugins, 'discord', part, use);

export const writeDiscord = (
  folder: string,
  answers: DiscordAnswers,
  layout: DiscordLayout,
  admin: string | null,
): readonly string[] =>
  writeChatSetup(folder, { DISCORD_TOKEN: answers.token }, admin, (document) => {
    document.setIn(['chat', 'discord', 'token'], '${DISCORD_TOKEN}');
    document.setIn(['chat', 'discord', 'guilds'], [answers.guild]);
    if (answers.channel !== null) document.setIn(['chat', 'discord', 'channel'], answers.channel);
    if (layout === 'forum') document.setIn(['chat', 'discord', 'layout'], layout);
  });
