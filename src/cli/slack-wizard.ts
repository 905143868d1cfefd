import { cancel, intro, isCancel, password, text } from '@clack/prompts';
import type { SlackAnswers } from './init-slack.ts';

/** Asks for what is not known yet; null when the person gave up. */
export async function askSlack(known: SlackAnswers): Promise<SlackAnswers | null> {
  intro(
    'Slack: create the app first. api.slack.com/apps > Create New App > From a manifest, and paste:  ao slack manifest',
  );
  const botToken =
    known.botToken !== ''
      ? known.botToken
      : await password({
          message: 'Bot token (OAuth & Permissions > Bot User OAuth Token)',
          validate: startsWith('xoxb-'),
        });
  if (isCancel(botToken)) return gaveUp();
  const appToken =
    known.appToken !== ''
      ? known.appToken
      : await password({
          message: 'App token (Basic Information > App-Level Tokens, scope connections:write)',
          validate: startsWith('xapp-'),
        });
  if (isCancel(appToken)) return gaveUp();
  const channel =
    known.channel ??
    (await text({
      message:
        'Channel id (at the end of "Copy link" of the channel; empty: each project names its own)',
    }));
  if (isCancel(channel)) return gaveUp();
  const user =
    known.user ??
    (await text({
      message:
        'Your member id (your profile > ⋮ > Copy member ID; you become an admin of ao; empty: nobody yet)',
    }));
  if (isCancel(user)) return gaveUp();
  return { botToken, appToken, channel: orNull(channel), user: orNull(user) };
}

const orNull = (value: string | undefined): string | null => (value ?? '').trim() || null;

const startsWith =
  (prefix: string) =>
  (value: string | undefined): string | undefined =>
    value?.startsWith(prefix) === true ? undefined : `it begins with ${prefix}`;

function gaveUp(): null {
  cancel('Nothing was written.');
  return null;
}
