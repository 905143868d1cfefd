import { cancel, intro, isCancel, password, text } from '@clack/prompts';
import type { DiscordAnswers } from './init-discord.ts';

/** Asks for what is not known yet; null when the person gave up. */
export async function askDiscord(known: DiscordAnswers): Promise<DiscordAnswers | null> {
  intro(
    'Discord: create an application first, at discord.com/developers/applications. Under Bot, turn on Message Content Intent and copy the token (Reset Token).',
  );
  const token =
    known.token !== ''
      ? known.token
      : await password({
          message: 'Bot token',
          validate: (value) => ((value ?? '').trim() === '' ? 'the token is needed' : undefined),
        });
  if (isCancel(token)) return gaveUp();
  const guild =
    known.guild !== ''
      ? known.guild
      : await text({
          message:
            'Server id (Settings > Advanced > Developer Mode, then right-click the server > Copy Server ID)',
          validate: isId,
        });
  if (isCancel(guild)) return gaveUp();
  const channel =
    known.channel ??
    (await text({
      message:
        'Id of a text or forum channel (right-click > Copy Channel ID; empty: each project names its own)',
    }));
  if (isCancel(channel)) return gaveUp();
  const user =
    known.user ??
    (await text({
      message:
        'Your user id (right-click yourself > Copy User ID; you become an admin of ao; empty: nobody yet)',
    }));
  if (isCancel(user)) return gaveUp();
  return { token: token.trim(), guild: guild.trim(), channel: orNull(channel), user: orNull(user) };
}

const orNull = (value: string | undefined): string | null => (value ?? '').trim() || null;

const isId = (value: string | undefined): string | undefined =>
  /^\d{15,20}$/.test((value ?? '').trim()) ? undefined : 'it is a number of about 19 digits';

function gaveUp(): null {
  cancel('Nothing was written.');
  return null;
}
