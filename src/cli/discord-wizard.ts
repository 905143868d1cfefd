import { intro } from '@clack/prompts';
import { askId, askSecret } from './chat-questions.ts';
import type { DiscordAnswers } from './init-discord.ts';

const TOKEN = {
  message: 'Bot token',
  valid: (value: string) => (value === '' ? 'the token is needed' : undefined),
};
const GUILD = {
  message:
    'Server id (Settings > Advanced > Developer Mode, then right-click the server > Copy Server ID)',
  valid: (value: string) =>
    /^\d{15,20}$/.test(value) ? undefined : 'it is a number of about 19 digits',
};
const CHANNEL = {
  message:
    'Id of a text or forum channel (right-click > Copy Channel ID; empty: each project names its own)',
};
const USER = {
  message:
    'Your user id (right-click yourself > Copy User ID; you become an admin of ao; empty: nobody yet)',
};

/**
 * Asks for what is not known yet, and with `before` for everything once more, each as it was to keep or to change. Null when
 * the person gave up.
 */
export async function askDiscord(
  known: DiscordAnswers,
  before: DiscordAnswers | null,
): Promise<DiscordAnswers | null> {
  if (before === null)
    intro(
      'Discord: create an application first, at discord.com/developers/applications. Under Bot, turn on Message Content Intent and copy the token (Reset Token).',
    );
  const token =
    before === null && known.token !== ''
      ? known.token
      : await askSecret(TOKEN, before?.token ?? null);
  if (token === null) return null;
  const guild =
    before === null && known.guild !== '' ? known.guild : await askId(GUILD, before?.guild ?? null);
  if (guild === null) return null;
  const channel =
    before === null && known.channel !== null
      ? known.channel
      : await askId(CHANNEL, before?.channel ?? null);
  if (channel === null) return null;
  const user =
    before === null && known.user !== null ? known.user : await askId(USER, before?.user ?? null);
  if (user === null) return null;
  return { token, guild, channel: channel || null, user: user || null };
}
