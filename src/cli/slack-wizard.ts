import { intro } from '@clack/prompts';
import { askId, askSecret } from './chat-questions.ts';
import type { SlackAnswers } from './init-slack.ts';

const BOT = {
  message: 'Bot token (OAuth & Permissions > Bot User OAuth Token)',
  valid: (value: string) => (value.startsWith('xoxb-') ? undefined : 'it begins with xoxb-'),
};
const APP = {
  message: 'App token (Basic Information > App-Level Tokens, scope connections:write)',
  valid: (value: string) => (value.startsWith('xapp-') ? undefined : 'it begins with xapp-'),
};
const CHANNEL = {
  message:
    'Channel id (at the end of "Copy link" of the channel; empty: each project names its own)',
};
const USER = {
  message:
    'Your member id (your profile > ⋮ > Copy member ID; you become an admin of ao; empty: nobody yet)',
};

/**
 * Asks for what is not known yet, and with `before` for everything once more, each as it was to keep or to change. Null when
 * the person gave up.
 */
export async function askSlack(
  known: SlackAnswers,
  before: SlackAnswers | null,
): Promise<SlackAnswers | null> {
  if (before === null)
    intro(
      'Slack: create the app first. api.slack.com/apps > Create New App > From a manifest, and paste:  ao slack manifest',
    );
  const botToken =
    before === null && known.botToken !== ''
      ? known.botToken
      : await askSecret(BOT, before?.botToken ?? null);
  if (botToken === null) return null;
  const appToken =
    before === null && known.appToken !== ''
      ? known.appToken
      : await askSecret(APP, before?.appToken ?? null);
  if (appToken === null) return null;
  const channel =
    before === null && known.channel !== null
      ? known.channel
      : await askId(CHANNEL, before?.channel ?? null);
  if (channel === null) return null;
  const user =
    before === null && known.user !== null ? known.user : await askId(USER, before?.user ?? null);
  if (user === null) return null;
  return { botToken, appToken, channel: channel || null, user: user || null };
}
